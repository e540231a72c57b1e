"""Integrated ownership of a set in a party, low and high, exact (SEMANTICS 3)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from conflicts.engine.bounds import WHOLE
from conflicts.engine.facts import Axis
from conflicts.engine.memo import kept_with_snapshot
from conflicts.engine.reachability import Reachability
from conflicts.engine.walks import Edge, EngineRefusalError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from conflicts.engine.snapshot import Snapshot
    from conflicts.engine.stakes import Stake
    from conflicts.engine.walks import Way, Ways

_NUDGE = Fraction(1, 10**6)
"""How far an open end is moved inward, in millionths of a percent, to see whether a high is
attained: only asked where the closed ends meet a line exactly."""


@dataclass(frozen=True, slots=True)
class Ownership:
    """Bounds of integrated ownership, in millionths of a percent, 0 to WHOLE; low rounded down, high up (3.3)."""

    low: Fraction
    high: Fraction


@dataclass(frozen=True, slots=True)
class Reached:
    """Whether a line is reached; where that could not be refined, the severer side was taken (3.4)."""

    yes: bool
    refined: bool = True


def integrated_ownership(
    snap: Snapshot, owners: frozenset[str], subject: str, *, stop: frozenset[str] = frozenset()
) -> Ownership:
    """The probability that a walk up from `subject` ever meets `owners` (3.1), low and high (3.2).

    The walk moves to each owner with its share and stops where nobody is known, or in `stop`, except where it begins.
    Exact where few parties are above the subject. Else low and high enclose the answer, as a rule within about 1e-11
    percent; in a component too large and too tangled for the steps of `policy` they may lie farther apart, and only
    `low_reaches` and `high_reaches` know which side of a line is taken.
    """
    stop -= {subject}
    low, _ = _reachability(snap, _low, owners, stop).bounds(subject)
    _, high = _reachability(snap, _high, owners, stop).bounds(subject)
    return Ownership(WHOLE * low, WHOLE * high)


def low_reaches(snap: Snapshot, owners: frozenset[str], subject: str, *, line: int, stop: frozenset[str]) -> Reached:
    """Whether the shares at low reach the line."""
    return _reaches(_reachability(snap, _low, owners, stop - {subject}), subject, line)


def high_reaches(snap: Snapshot, owners: frozenset[str], subject: str, *, line: int, stop: frozenset[str]) -> Reached:
    """Whether some assignment inside the bounds reaches the line, open ends kept open."""
    stop -= {subject}
    reachability = _reachability(snap, _high, owners, stop)
    reached = _reaches(reachability, subject, line)
    if not reached.yes or not reached.refined or WHOLE * reachability.bounds(subject)[0] > line:
        return reached
    try:
        high = WHOLE * reachability.exact(subject)
        met = high > line or WHOLE * _reachability(snap, _nudged, owners, stop).exact(subject) == high
        return Reached(met)
    except EngineRefusalError:
        return Reached(yes=True, refined=False)


def _reaches(reachability: Reachability, subject: str, line: int) -> Reached:
    """Decide by the enclosure where it lies on one side of the line, else exactly."""
    low, high = reachability.bounds(subject)
    if WHOLE * low >= line or WHOLE * high < line:
        return Reached(WHOLE * low >= line)
    try:
        return Reached(WHOLE * reachability.exact(subject) >= line)
    except EngineRefusalError:
        return Reached(yes=True, refined=False)


@kept_with_snapshot
def _reachability(
    snap: Snapshot, interval: Callable[[Snapshot, Stake], Edge], owners: frozenset[str], stop: frozenset[str]
) -> Reachability:
    """A joint holder is met where all its members are (2.3)."""
    joint = (name for name, members in snap.joint.items() if owners.issuperset(members))

    def ways_of(subject: str) -> Ways:
        stakes = _way(interval(snap, stake) for stake in snap.economic.into(subject).values())
        asserted = (interval(snap, stake) for stake in snap.asserted_economic.into(subject).values())
        return (stakes, *(_way([edge]) for edge in asserted))

    return Reachability(ways_of, owners.union(joint), stop - owners)


def _way(edges: Iterable[Edge]) -> Way:
    return tuple(edge for edge in edges if edge.high > 0)


def _low(snap: Snapshot, stake: Stake) -> Edge:
    """All shares at low; in the supported world a fault counts up to its stated lows (2.7)."""
    if snap.supported and snap.faulted(Axis.ECONOMIC, stake.subject):
        return Edge(stake.holder, 0, stake.stated.low)
    return Edge(stake.holder, stake.bounds.low, stake.bounds.low)


def _high(_: Snapshot, stake: Stake) -> Edge:
    return Edge(stake.holder, stake.bounds.low, stake.bounds.high)


def _nudged(_: Snapshot, stake: Stake) -> Edge:
    bounds = stake.bounds
    low = bounds.low + (_NUDGE if bounds.low_open else 0)
    high = bounds.high - (_NUDGE if bounds.high_open else 0)
    return Edge(stake.holder, min(low, high), high)
