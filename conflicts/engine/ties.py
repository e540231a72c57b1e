"""Facts without a share of their own: control, seats, posts, contracts (SEMANTICS 2.1)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import reduce
from typing import TYPE_CHECKING

from conflicts.engine.bounds import HALF, NOTHING, Bounds, hull
from conflicts.engine.dates import Phase, phase
from conflicts.engine.facts import APPOINTMENT_OF_BOARD, POSTS, Axis, Fact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date


@dataclass(frozen=True, slots=True)
class Tie:
    """One tie of one party. What is held jointly is a tie of each member (2.3).

    `bounds` are those of its fact, or wider where another row may stand in its place (1.4).
    """

    fact: Fact
    phase: Phase
    bounds: Bounds

    @property
    def certain(self) -> bool:
        return self.phase is Phase.IN_FORCE

    @property
    def in_force(self) -> bool:
        """In force, or perhaps in force."""
        return self.phase in {Phase.IN_FORCE, Phase.MAY_HAVE_BEGUN, Phase.MAY_HAVE_ENDED}

    @property
    def controls(self) -> bool:
        """A control fact, or a right to appoint what may be a majority of the board (2.1)."""
        if self.fact.type == APPOINTMENT_OF_BOARD:
            return self.in_force and self.fact.sized and self.bounds.high > HALF
        return self.in_force and self.fact.axis is Axis.CONTROL


def ties_of(fact: Fact, day: date) -> Iterator[Tie]:
    """Tell the ties that a fact makes on a day, those that are over included."""
    now = phase(fact.start, fact.end, day)
    if now is Phase.NOT_BEGUN:
        return
    for member in fact.members or (fact.holder,):
        yield Tie(replace(fact, holder=member) if fact.members else fact, now, fact.bounds)


def must_control(tie: Tie) -> bool:
    """Whether the tie is certain, and a majority where it is a right to appoint the board."""
    return tie.certain and (tie.fact.axis is Axis.CONTROL or is_majority(tie.bounds))


def is_majority(bounds: Bounds) -> bool:
    """Whether the low proves more than half; "majority" is an exclusive lower bound of 50 (4.2)."""
    return bounds.low > HALF or (bounds.low == HALF and bounds.low_open)


def handed_over(ties: Iterable[Tie]) -> list[Tie]:
    """Inside the span in which one tie ends and another of its kind starts, one of them is in force (1.4)."""
    pairs: defaultdict[tuple[str, str], list[Tie]] = defaultdict(list)
    for tie in ties:
        pairs[tie.fact.holder, tie.fact.subject].append(tie)
    return [_handed_over(tie, others) for others in pairs.values() for tie in others]


def _handed_over(tie: Tie, others: Iterable[Tie]) -> Tie:
    """The tie as one of those of which one is in force; of rights to appoint low the smaller, high the larger (1.4)."""
    instead = [other for other in others if _of_one_kind(tie.fact, other.fact) and _in_one_span(tie, other)]
    if not instead:
        return tie
    rights = [_right(other.fact) for other in instead if other.fact.axis is Axis.BOARD]
    return Tie(tie.fact, Phase.IN_FORCE, reduce(hull, rights, tie.bounds))


def _right(fact: Fact) -> Bounds:
    """How much of the board the fact lets its holder appoint; a seat, or a right of no stated size, says nothing."""
    return fact.bounds if fact.type == APPOINTMENT_OF_BOARD and fact.sized else NOTHING


def _in_one_span(tie: Tie, other: Tie) -> bool:
    """Whether the day lies in the partial date on which one of them ends and the other starts."""
    ended = tie.phase is Phase.MAY_HAVE_ENDED and other.phase is Phase.MAY_HAVE_BEGUN
    began = tie.phase is Phase.MAY_HAVE_BEGUN and other.phase is Phase.MAY_HAVE_ENDED
    return (ended and tie.fact.end == other.fact.start) or (began and other.fact.end == tie.fact.start)


def _of_one_kind(fact: Fact, other: Fact) -> bool:
    """Whether they speak on one axis (2.1)."""
    return not _kinds(fact).isdisjoint(_kinds(other))


def _kinds(fact: Fact) -> frozenset[str]:
    """The axes of a tie, posts taken together; a right to appoint a majority is control too (2.1)."""
    kinds = {str(fact.axis)}
    if fact.type in POSTS:
        kinds.add("post")
    if fact.type == APPOINTMENT_OF_BOARD and is_majority(fact.bounds):
        kinds.add(Axis.CONTROL)
    return frozenset(kinds)
