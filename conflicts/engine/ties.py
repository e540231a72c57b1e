"""Facts without a share of their own: control, seats, posts, contracts (SEMANTICS 2.1)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from conflicts.engine.bounds import WHOLE, Bounds
from conflicts.engine.dates import Phase, phase
from conflicts.engine.facts import APPOINTMENT_OF_BOARD, POSTS, Axis, Fact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

HALF = WHOLE // 2


@dataclass(frozen=True, slots=True)
class Tie:
    """One tie of one party. What is held jointly is a tie of each member (2.3)."""

    fact: Fact
    phase: Phase

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
            return self.in_force and self.fact.sized and self.fact.bounds.high > HALF
        return self.in_force and self.fact.axis is Axis.CONTROL


def ties_of(fact: Fact, day: date) -> Iterator[Tie]:
    """Tell the ties that a fact makes on a day, those that are over included."""
    now = phase(fact.start, fact.end, day)
    if now is Phase.NOT_BEGUN:
        return
    for member in fact.members or (fact.holder,):
        yield Tie(replace(fact, holder=member) if fact.members else fact, now)


def must_control(tie: Tie) -> bool:
    """Whether the tie is certain, and a majority where it is a right to appoint the board."""
    return tie.certain and (tie.fact.axis is Axis.CONTROL or is_majority(tie.fact.bounds))


def is_majority(bounds: Bounds) -> bool:
    """Whether the low proves more than half; "majority" is an exclusive lower bound of 50 (4.2)."""
    return bounds.low > HALF or (bounds.low == HALF and bounds.low_open)


def handed_over(ties: Iterable[Tie]) -> list[Tie]:
    """Inside the span in which one tie ends and another of its kind starts, one of them is in force (1.4)."""
    kinds: defaultdict[tuple[str, str, str], list[Tie]] = defaultdict(list)
    for tie in ties:
        kind = "post" if tie.fact.type in POSTS else tie.fact.axis
        kinds[tie.fact.holder, tie.fact.subject, kind].append(tie)
    return [_certain_beside(tie, others) for others in kinds.values() for tie in others]


def _certain_beside(tie: Tie, others: Iterable[Tie]) -> Tie:
    for other in others:
        ended = tie.phase is Phase.MAY_HAVE_ENDED and other.phase is Phase.MAY_HAVE_BEGUN
        began = tie.phase is Phase.MAY_HAVE_BEGUN and other.phase is Phase.MAY_HAVE_ENDED
        if (ended and tie.fact.end == other.fact.start) or (began and other.fact.end == tie.fact.start):
            return Tie(tie.fact, Phase.IN_FORCE)
    return tie
