"""A guess at a component's values in floats, where iteration alone comes closer too slowly.

It proves nothing: the enclosure takes a guess only where it proves itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from conflicts.engine.bounds import WHOLE
from conflicts.engine.linear import least_solution

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from conflicts.engine.walks import Way, Ways

MARGINS = (1e-14, 1e-12, 1e-10)
"""How far a guess steps back from what was worked out, times the expected length of a walk inside."""

MOST_STEPS = 30_000_000
MOST_POLICIES = 40

_Shares = dict[str, float]
_Floats = dict[str, float]


class _TooMuchError(Exception):
    pass


class _Steps:
    def __init__(self) -> None:
        self.left = MOST_STEPS

    def spend(self, count: int, _: float) -> None:
        self.left -= count
        if self.left < 0:
            raise _TooMuchError


def estimated(
    component: Mapping[str, Ways], known: Mapping[str, tuple[int, int]], one: int
) -> Iterator[tuple[dict[str, int], dict[str, int]]]:
    """Yield guesses of the lows and highs, in parts of `one`, the closest first; none where it would take too long."""
    steps = _Steps()
    try:
        met = _values(component, {h: high / one for h, (_, high) in known.items()}, steps, reward=0.0)
        lengths = _values(component, {}, steps, reward=1.0)
    except (_TooMuchError, ZeroDivisionError, OverflowError):
        return
    for margin in MARGINS:
        away = {state: int(margin * length * one) + 1 for state, length in lengths.items()}
        yield (
            {state: max(0, int(met[state] * one) - away[state]) for state in component},
            {state: int(met[state] * one) + away[state] for state in component},
        )


def _values(component: Mapping[str, Ways], known: Mapping[str, float], steps: _Steps, *, reward: float) -> _Floats:
    """Policy iteration: what is met at most, or, with a reward for each step, how long a walk stays at most."""
    values = dict.fromkeys(component, 0.0)
    for _ in range(MOST_POLICIES):
        choices = {state: _best(ways, values, known) for state, ways in component.items()}
        inner = {s: {o: w for o, w in choice.items() if o in component} for s, choice in choices.items()}
        gains = {
            state: reward + sum(w * known.get(o, 0.0) for o, w in choice.items() if o not in component)
            for state, choice in choices.items()
        }
        better = dict.fromkeys(component, 0.0) | least_solution(inner, gains, steps.spend)
        if all(abs(better[state] - values[state]) <= 1e-15 * (1 + better[state]) for state in component):
            return better
        values = better
    return values


def _best(ways: Ways, values: Mapping[str, float], known: Mapping[str, float]) -> _Shares:
    def value(holder: str) -> float:
        return values[holder] if holder in values else known.get(holder, 0.0)

    filled = [_filled(way, value) for way in ways]
    return max(filled, key=lambda choice: sum(w * value(o) for o, w in choice.items()), default={})


def _filled(way: Way, value: Callable[[str], float]) -> _Shares:
    left = float(WHOLE - sum(edge.low for edge in way))
    choice: _Shares = {}
    for edge in sorted(way, key=lambda edge: value(edge.holder), reverse=True):
        extra = min(float(edge.high - edge.low), max(left, 0.0))
        choice[edge.holder] = choice.get(edge.holder, 0.0) + (float(edge.low) + extra) / WHOLE
        left -= extra
    return choice
