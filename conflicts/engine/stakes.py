"""From the holdings in one subject to its stakes: tightened, with votes and assertions (SEMANTICS 2)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from conflicts.engine.bounds import UNKNOWN, WHOLE, Bounds, capped
from conflicts.engine.facts import Axis
from conflicts.engine.votes import asserted_votes, votes_in

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from conflicts.engine.facts import Fact
    from conflicts.engine.holdings import Holding

HeldBy = dict[str, "Holding"]
Entry = tuple[Bounds, bool, "Holding"]


class Group(StrEnum):
    """Rows that are settled together.

    Shares are settled apart where they count as votes, assertions (2.5) apart from what is held directly.
    """

    ECONOMIC = "economic"
    SHARES = "shares"
    VOTES = "votes"
    ASSERTED_ECONOMIC = "asserted economic"
    ASSERTED_SHARES = "asserted shares"
    ASSERTED_VOTES = "asserted votes"

    @property
    def asserted(self) -> Group:
        """The group of the assertions of this kind."""
        return {
            Group.ECONOMIC: Group.ASSERTED_ECONOMIC,
            Group.SHARES: Group.ASSERTED_SHARES,
            Group.VOTES: Group.ASSERTED_VOTES,
        }.get(self, self)

    @property
    def axis(self) -> Axis:
        return Axis.VOTING if self in {Group.VOTES, Group.ASSERTED_VOTES} else Axis.ECONOMIC


@dataclass(frozen=True, slots=True)
class HoldingKey:
    group: Group
    holder: str
    subject: str


@dataclass(frozen=True, slots=True)
class Stake:
    """One engine edge: bounds are tightened (2.6), `stated` are those before.

    `derived` says that shares count as votes here; `unstated` that no positive low is stated. `members` are the
    holder, or those who hold jointly (2.3).
    """

    holder: str
    subject: str
    axis: Axis
    bounds: Bounds
    stated: Bounds
    derived: bool
    unstated: bool
    facts: tuple[Fact, ...]
    members: tuple[str, ...]

    def inside(self, owners: Collection[str]) -> bool:
        """Whether all who hold the stake are among the owners."""
        return all(member in owners for member in self.members)

    def touches(self, owners: Collection[str]) -> bool:
        """Whether one of those who hold the stake is among the owners."""
        return any(member in owners for member in self.members)


def economic_stakes(subject: str, held: Mapping[Group, HeldBy]) -> dict[str, Stake]:
    """Economic stakes in the subject, by holder."""
    direct = held.get(Group.ECONOMIC, {})
    return _tightened(subject, Axis.ECONOMIC, {h: (x.effective, False, x) for h, x in direct.items()})


def asserted_economic_stakes(subject: str, held: Mapping[Group, HeldBy]) -> dict[str, Stake]:
    """Assertions of ownership of the subject, by holder: alternatives, so nothing tightens them (2.5)."""
    return {h: _stake(subject, Axis.ECONOMIC, (x.effective, False, x)) for h, x in _asserted(held).items()}


def _asserted(held: Mapping[Group, HeldBy]) -> HeldBy:
    return held.get(Group.ASSERTED_ECONOMIC, {})


def voting_stakes(subject: str, held: Mapping[Group, HeldBy]) -> dict[str, Stake]:
    """Votes in the subject, by holder; self-held shares carry none (2.3)."""
    rows = _without(held.get(Group.VOTES, {}), subject)
    # A row without a number states nothing (2.4), yet it tells of votes whose number is open.
    stated = {holder: holding for holder, holding in rows.items() if holding.sized}
    counted = votes_in(stated, _without(held.get(Group.SHARES, {}), subject))
    entries = {h: (v.bounds, v.derived, v.holding) for h, v in counted.items()}
    for holder in rows.keys() - stated.keys():
        entries[holder] = _opened(entries.get(holder), rows[holder])
    return _tightened(subject, Axis.VOTING, entries)


def asserted_voting_stakes(subject: str, held: Mapping[Group, HeldBy]) -> dict[str, Stake]:
    """Assertions of votes in the subject, by holder; asserted shares count as votes as stakes do (2.4)."""
    if Group.ASSERTED_VOTES not in held and Group.ASSERTED_SHARES not in held:
        return {}
    direct = {h: x for h, x in _without(held.get(Group.VOTES, {}), subject).items() if x.sized}
    told = _without(held.get(Group.ASSERTED_VOTES, {}), subject)
    shares = _without(held.get(Group.ASSERTED_SHARES, {}), subject)
    unspoken = {h: x for h, x in shares.items() if h not in told and h not in direct}
    derived = asserted_votes(unspoken, direct, _without(held.get(Group.SHARES, {}), subject))
    entries: dict[str, Entry] = {h: (v.bounds, True, v.holding) for h, v in derived.items()}
    entries |= {h: (x.effective, False, x) for h, x in told.items()}
    return {h: _stake(subject, Axis.VOTING, entry) for h, entry in entries.items()}


def shared_out(name: str, members: Iterable[str]) -> dict[str, Stake]:
    """What each member has of a joint holding in a walk: [0, 100] of it (2.3)."""
    return {
        member: Stake(member, name, Axis.ECONOMIC, UNKNOWN, UNKNOWN, False, False, (), (member,))  # noqa: FBT003
        for member in members
    }


def is_past_whole(stated: Iterable[Bounds]) -> bool:
    """Whether lows cannot all be true: they sum past 100, or to 100 where one is more than it says."""
    lows = [(bounds.low, bounds.low_open) for bounds in stated]
    total = sum(low for low, _ in lows)
    return total > WHOLE or (total == WHOLE and any(is_open for _, is_open in lows))


def _tightened(subject: str, axis: Axis, entries: Mapping[str, Entry]) -> dict[str, Stake]:
    """High = min(high, 100 - the others' lows) (2.6); lows past 100 count as 0 (2.7)."""
    total = sum(bounds.low for bounds, _, _ in entries.values())
    opens = sum(bounds.low_open for bounds, _, _ in entries.values())
    fault = is_past_whole(bounds for bounds, _, _ in entries.values())
    stakes: dict[str, Stake] = {}
    for holder, entry in entries.items():
        stated = entry[0]
        if fault:
            bounds = stated.without_low()
        else:
            others_open = opens - stated.low_open > 0
            bounds = capped(stated, WHOLE - total + stated.low, is_open=others_open)
        stakes[holder] = _stake(subject, axis, entry, bounds)
    return stakes


def _stake(subject: str, axis: Axis, entry: Entry, bounds: Bounds | None = None) -> Stake:
    stated, derived, holding = entry
    return Stake(
        holding.holder,
        subject,
        axis,
        bounds if bounds is not None else stated,
        stated,
        derived,
        holding.unstated,
        holding.facts,
        holding.members,
    )


def _without(held: Mapping[str, Holding], holder: str) -> HeldBy:
    return {name: holding for name, holding in held.items() if name != holder}


def _opened(counted: Entry | None, row: Holding) -> Entry:
    """What shares count as votes stays the low; the high is open."""
    if counted is None:
        return row.effective, False, row
    bounds, derived, holding = counted
    return Bounds(bounds.low, WHOLE, bounds.low_open), derived, holding
