"""x = A x + b in floats without elimination, for systems in which everything leads to everything.

BiCGSTAB (van der Vorst 1992): a few products with A where walks mix well, however dense A is, and no memory of its own.
"""

from __future__ import annotations

from operator import itemgetter, mul
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Vector = list[float]
    Spend = Callable[[int, float], None]

MOST_ROUNDS = 60
"""Rounds, of two products each, in which a system that suits the method is solved many times over."""

ROUNDING = 4e-16


def iterated_solution(
    shares: Mapping[str, Mapping[str, float]],
    gains: Mapping[str, float],
    live: Sequence[str],
    spend: Spend,
    *,
    tolerance: float,
) -> dict[str, float] | None:
    """Solve x = A x + b among the live states to within `tolerance` of the largest b; None where that takes too long.

    A is `shares` by row, b is `gains`. `spend` is told how many numbers were worked out, and may raise to end the work.
    """
    system = _System(shares, live, spend)
    try:
        found = _solved(system, [gains[state] for state in live], tolerance)
    except ZeroDivisionError:
        return None
    return None if found is None else dict(zip(live, found, strict=True))


class _System:
    """I - A among some states."""

    def __init__(self, shares: Mapping[str, Mapping[str, float]], live: Sequence[str], spend: Spend) -> None:
        place = {state: index for index, state in enumerate(live)}
        rows = ({place[owner]: share for owner, share in shares[state].items() if owner in place} for state in live)
        # The second of two places spares a case for rows of one number.
        self.rows = [(itemgetter(*row, 0, 0), tuple(row.values())) for row in rows]
        self.cost = sum(len(weights) + 1 for _, weights in self.rows)
        self.spend: Spend = spend

    def times(self, vector: Vector) -> Vector:
        self.spend(self.cost, 1.0)
        return [
            value - sum(map(mul, weights, owners(vector)))
            for value, (owners, weights) in zip(vector, self.rows, strict=True)
        ]


def _solved(system: _System, gains: Vector, tolerance: float) -> Vector | None:
    nothing = [0.0] * len(gains)
    values, rest, way, moved, mirror = nothing, gains, nothing, nothing, gains
    before, step, damp = 1.0, 1.0, 1.0
    enough = tolerance * _size(gains)
    for _ in range(MOST_ROUNDS):
        if _size(rest) <= enough + ROUNDING * _size(values):
            return values
        now = _dot(mirror, rest)
        way = _plus(rest, now / before * step / damp, _plus(way, -damp, moved))
        moved = system.times(way)
        before, step = now, now / _dot(mirror, moved)
        half = _plus(rest, -step, moved)
        values = _plus(values, step, way)
        if _size(half) <= enough:
            return values
        smoothed = system.times(half)
        damp = _dot(smoothed, half) / _dot(smoothed, smoothed)
        values, rest = _plus(values, damp, half), _plus(half, -damp, smoothed)
    return None


def _plus(one: Vector, factor: float, other: Vector) -> Vector:
    return [a + factor * b for a, b in zip(one, other, strict=True)]


def _dot(one: Vector, other: Vector) -> float:
    return sum(map(mul, one, other), 0.0)


def _size(vector: Vector) -> float:
    return max(map(abs, vector), default=0.0)
