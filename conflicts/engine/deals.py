"""What is not done yet: options, convertibles, announced deals; and the world in which they are (SEMANTICS 1.5, 6)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from conflicts.engine.bounds import NOTHING, WHOLE, Bounds
from conflicts.engine.dates import Phase, phase
from conflicts.engine.facts import APPOINTMENT_OF_BOARD, Axis, Certainty
from conflicts.engine.ground import groups_of
from conflicts.engine.holdings import Holding
from conflicts.engine.stakes import Group, HoldingKey

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from conflicts.engine.facts import Fact
    from conflicts.engine.snapshot import Snapshot

_DEALS = frozenset({Axis.ECONOMIC, Axis.VOTING, Axis.CONTROL, Axis.OPTION})


@dataclass(frozen=True, slots=True)
class Deal:
    """An option in force, or a stake or a right to appoint the board that is announced or rumoured."""

    fact: Fact
    certain: bool

    @property
    def members(self) -> tuple[str, ...]:
        return self.fact.members or (self.fact.holder,)

    @property
    def is_option(self) -> bool:
        """Whether it comes on top of what is held; an announced deal comes in its place."""
        return self.fact.axis is Axis.OPTION

    @property
    def is_tie(self) -> bool:
        """Whether it is about the board, which makes no stake: only a right to appoint most of it crosses a line."""
        return self.fact.type == APPOINTMENT_OF_BOARD

    @property
    def weighs(self) -> bool:
        """Whether it can be set against a line: a stated size, and more than a rumour."""
        has_line = self.is_tie or bool(_groups(self.fact))
        return self.fact.sized and self.fact.certainty is not Certainty.RUMOURED and has_line


def deals_into(snap: Snapshot, subjects: Collection[str]) -> Iterator[Deal]:
    """Tell the deals about parts of these subjects that are not over, in a stable order."""
    announced = (fact for fact in snap.pending if fact.subject in subjects and _is_deal(fact))
    found = [Deal(row, certain=True) for row in announced if phase(row.start, row.end, snap.day) is not Phase.OVER]
    for subject in subjects:
        ties = (tie for tie in snap.ties_into.into(subject) if tie.in_force and tie.fact.axis is Axis.OPTION)
        found += [Deal(tie.fact, tie.certain) for tie in ties]
    return iter(sorted(found, key=lambda deal: (deal.fact.subject, deal.fact.holder, deal.fact.id)))


def _is_deal(fact: Fact) -> bool:
    return fact.axis in _DEALS or fact.type == APPOINTMENT_OF_BOARD


def done(snap: Snapshot, deal: Deal) -> Snapshot:
    """Return the snapshot with the deal done: an option on top of what is held, an announced one in its place.

    What is announced of an indirect interest is an assertion then as well, which adds nothing (2.5).
    """
    fact = deal.fact
    if deal.is_tie:
        return snap.with_facts([replace(fact, start=None, certainty=Certainty.STATED)], [fact.id])
    keys = [HoldingKey(_place(snap, deal, group), fact.holder, fact.subject) for group in _groups(fact)]
    return snap.with_holdings((key, _held(snap, key, deal)) for key in keys)


def _place(snap: Snapshot, deal: Deal, group: Group) -> Group:
    """Where it stands once done: what an option gives is held directly, for the rest see 2.5."""
    return group if deal.is_option else snap.ground.place_of(deal.fact, group)


def _groups(fact: Fact) -> tuple[Group, ...]:
    """The slots of the deal; what an option gives is shares."""
    return (Group.ECONOMIC, Group.SHARES) if fact.axis is Axis.OPTION else groups_of(fact)


def _held(snap: Snapshot, key: HoldingKey, deal: Deal) -> Holding:
    fact, before = deal.fact, snap.holding(key)
    now = before.effective if deal.is_option and before is not None else NOTHING
    bounds = Bounds(
        min(WHOLE, now.low + fact.bounds.low),
        min(WHOLE, now.high + fact.bounds.high),
        now.low_open or fact.bounds.low_open,
        (now.high_open or fact.bounds.high_open) and now.high + fact.bounds.high <= WHOLE,
    )
    return Holding(
        holder=key.holder,
        subject=key.subject,
        bounds=bounds if bounds.low < bounds.high else Bounds(bounds.low, bounds.high),
        certain=deal.certain,
        standing=fact.source.standing,
        start=fact.start,
        end=fact.end,
        facts=(fact, *(before.facts if deal.is_option and before is not None else ())),
    )
