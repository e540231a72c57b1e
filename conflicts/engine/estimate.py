"""A guess at a component's values in floats, where iteration alone comes closer too slowly.

It proves nothing: the enclosure takes a guess only where it proves itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from conflicts.engine.bounds import WHOLE
from conflicts.engine.linear import least_solution, solution

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conflicts.engine.walks import Way, Ways

    Evaluate = Callable[[Mapping[str, int]], Mapping[str, int]]
    Guess = tuple[dict[str, int], dict[str, int]]

MOST_STEPS = 60_000_000
MOST_POLICIES = 40
REFINEMENTS = 3
FINE = 64
"""Bits of a residual that need no more refinement."""

_Shares = dict[str, float]
_Floats = dict[str, float]


class Residuals(NamedTuple):
    """What is left of the two systems where a guess is put in."""

    values: Evaluate
    lengths: Evaluate


class _TooMuchError(Exception):
    pass


class _Steps:
    def __init__(self) -> None:
        self.left = MOST_STEPS

    def spend(self, count: int, _: float) -> None:
        self.left -= count
        if self.left < 0:
            raise _TooMuchError


def estimated(component: Mapping[str, Ways], left: Residuals, known: Mapping[str, float], one: int) -> Guess | None:
    """Return a guess x of the values, in parts of `one`, and of the most steps w that a walk is expected to stay in.

    None where it takes too long. `left` tells what is left of F(x) - x, and of 1 + max P w - w, in whole numbers. A
    guess x with the residual r is right to within r w, for F(x + r w) <= x + r + r (w - 1) = x + r w, and likewise
    below.
    """
    steps = _Steps()
    try:
        lengths = _refined(component, left.lengths, {}, one, reward=1.0, steps=steps)
        guess = _refined(component, left.values, known, one, reward=0.0, steps=steps)
    except (_TooMuchError, ZeroDivisionError, OverflowError):
        return None
    return guess, lengths


def _refined(
    component: Mapping[str, Ways],
    evaluate: Evaluate,
    known: Mapping[str, float],
    one: int,
    *,
    reward: float,
    steps: _Steps,
) -> dict[str, int]:
    """The values in floats, brought close by solving for what is left, which floats tell well."""
    values = _values(component, known, steps, reward=reward)
    choices = {state: _best(ways, values, known) for state, ways in component.items()}
    inner = {s: {o: w for o, w in choice.items() if o in component} for s, choice in choices.items()}
    live = [state for state in sorted(component) if values[state] > 0]
    guess = {state: int(value * one) for state, value in values.items()}
    for _ in range(REFINEMENTS):
        left = evaluate(guess)
        if max(map(abs, left.values())) <= one >> FINE:
            break
        for state, more in solution(inner, {s: rest / one for s, rest in left.items()}, live, steps.spend).items():
            guess[state] = max(0, guess[state] + int(more * one))
    return guess


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
