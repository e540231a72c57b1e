"""Integrated ownership of a set in a party, low and high, exact (SEMANTICS 3)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from conflicts.engine.bounds import WHOLE
from conflicts.engine.facts import Axis
from conflicts.engine.memo import kept_with_snapshot
from conflicts.engine.reachability import Edge, Reachability

if TYPE_CHECKING:
    from collections.abc import Callable

    from conflicts.engine.snapshot import Snapshot, Stake

_NUDGE = Fraction(1, 10**6)
"""How far an open end is moved inward, in millionths of a percent, to see whether a high is
attained: only asked where the closed ends meet a line exactly."""


@dataclass(frozen=True, slots=True)
class Ownership:
    """Bounds of integrated ownership, in millionths of a percent, 0 to WHOLE."""

    low: Fraction
    high: Fraction


def integrated_ownership(
    snap: Snapshot, owners: frozenset[str], subject: str, *, stop: frozenset[str] = frozenset()
) -> Ownership:
    """The probability that a walk up from `subject` ever meets `owners` (3.1), low and high (3.2).

    The walk moves to each owner with its share and stops where nobody is known, or in `stop`, except where it begins.
    Raises EngineRefusalError where a ring is larger than the limit for exact refinement.
    """
    stop -= {subject}
    return Ownership(
        WHOLE * _reachability(snap, _low, owners, stop).of(subject),
        WHOLE * _reachability(snap, _high, owners, stop).of(subject),
    )


def high_reaches(snap: Snapshot, owners: frozenset[str], subject: str, *, line: int, stop: frozenset[str]) -> bool:
    """Whether some assignment inside the bounds reaches the line, open ends kept open."""
    stop -= {subject}
    high = WHOLE * _reachability(snap, _high, owners, stop).of(subject)
    if high != line:
        return high > line
    return WHOLE * _reachability(snap, _nudged, owners, stop).of(subject) == high


@kept_with_snapshot
def _reachability(
    snap: Snapshot, interval: Callable[[Snapshot, Stake], Edge], owners: frozenset[str], stop: frozenset[str]
) -> Reachability:
    def edges_of(subject: str) -> list[Edge]:
        return [interval(snap, stake) for stake in snap.economic.get(subject, {}).values()]

    return Reachability(edges_of, owners, stop - owners)


def _low(snap: Snapshot, stake: Stake) -> Edge:
    """All shares at low; in the supported world a fault counts up to its stated lows (2.7)."""
    if snap.supported and snap.faulted(Axis.ECONOMIC, stake.subject):
        return Edge(stake.holder, Fraction(0), Fraction(stake.stated.low, WHOLE))
    share = Fraction(stake.bounds.low, WHOLE)
    return Edge(stake.holder, share, share)


def _high(_: Snapshot, stake: Stake) -> Edge:
    bounds = stake.bounds
    return Edge(stake.holder, Fraction(bounds.low, WHOLE), Fraction(bounds.high) / WHOLE)


def _nudged(_: Snapshot, stake: Stake) -> Edge:
    bounds = stake.bounds
    low = bounds.low + (_NUDGE if bounds.low_open else 0)
    high = bounds.high - (_NUDGE if bounds.high_open else 0)
    return Edge(stake.holder, Fraction(min(low, high)) / WHOLE, Fraction(high) / WHOLE)
