"""Shares as integers in millionths of a percent, and bounds with open or closed ends."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

PERCENT = 1_000_000
WHOLE = 100 * PERCENT
HALF = WHOLE // 2
BAND_OF_POINTS = PERCENT
"""Stated points this close together are one rounded figure, not a contradiction (SEMANTICS 2.2c)."""


Share = int | Fraction
"""Millionths of a percent; only votes derived from shares (SEMANTICS 2.4) need a fraction."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What is known of a share: low <= share <= high, an open end excluding its own value."""

    low: int
    high: Share
    low_open: bool = False
    high_open: bool = False

    @property
    def is_point(self) -> bool:
        return self.low == self.high

    @property
    def is_empty(self) -> bool:
        return self.low > self.high or (self.is_point and (self.low_open or self.high_open))

    def reaches(self, line: int) -> bool:
        """Whether some share inside the bounds is at least `line`."""
        return self.high > line or (self.high == line and not self.high_open)

    def without_low(self) -> Bounds:
        """The bounds of a holding that may not exist at this time."""
        return replace(self, low=0, low_open=False)


UNKNOWN = Bounds(0, WHOLE)
NOTHING = Bounds(0, 0)


def intersection(left: Bounds, right: Bounds) -> Bounds:
    """What both statements allow; may be empty."""
    low, low_open = max((left.low, left.low_open), (right.low, right.low_open))
    high, high_closed = min((left.high, not left.high_open), (right.high, not right.high_open))
    return Bounds(low, high, low_open, not high_closed)


def hull(left: Bounds, right: Bounds) -> Bounds:
    """The smallest bounds that hold both."""
    low, low_open = min((left.low, left.low_open), (right.low, right.low_open))
    high, high_closed = max((left.high, not left.high_open), (right.high, not right.high_open))
    return Bounds(low, high, low_open, not high_closed)


def capped(bounds: Bounds, most: Share, *, is_open: bool) -> Bounds:
    """The bounds with the high end brought down to `most` where it lies above (SEMANTICS 2.6)."""
    high, high_closed = min((bounds.high, not bounds.high_open), (max(most, 0), not is_open))
    return replace(bounds, high=high, high_open=not high_closed)
