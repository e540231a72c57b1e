"""A guess at a component's values in floats, where iteration alone comes closer too slowly.

It proves nothing: the enclosure takes a guess only where it proves itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from conflicts.engine.bounds import WHOLE
from conflicts.engine.krylov import iterated_solution
from conflicts.engine.linear import reaching_gain, solution
from conflicts.engine.policy import GUESS_STEPS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conflicts.engine.walks import Way, Ways

    Evaluate = Callable[[Mapping[str, int]], Mapping[str, int]]
    Guess = tuple[dict[str, int], dict[str, int]]

MOST_POLICIES = 40
REFINEMENTS = 3
FINE = 64
"""Bits of a residual that need no more refinement."""

ROUGH, CLOSE = 1e-3, 1e-13
"""How close the lengths of walks are solved, which any slip makes a little longer, and the values."""

_Shares = dict[str, float]
_Floats = dict[str, float]


class Residuals(NamedTuple):
    """What is left of the two systems where a guess is put in."""

    values: Evaluate
    lengths: Evaluate


class _Found(NamedTuple):
    """Values, and the shares inside the component at which they are so."""

    values: _Floats
    inner: Mapping[str, _Shares]


class _TooMuchError(Exception):
    pass


class _Solver:
    """Solves x = A x + b by products with A while that works, else by elimination; _TooMuchError past GUESS_STEPS."""

    def __init__(self) -> None:
        self.left = GUESS_STEPS
        self.mixes = True

    def solve(self, shares: Mapping[str, _Shares], gains: _Floats, live: list[str], tolerance: float) -> _Floats:
        if self.mixes:
            found = iterated_solution(shares, gains, live, self._spend, tolerance=tolerance)
            if found is not None:
                return found
            self.mixes = False
        return solution(shares, gains, live, self._spend)

    def _spend(self, count: int, _: float) -> None:
        self.left -= count
        if self.left < 0:
            raise _TooMuchError


def estimated(component: Mapping[str, Ways], left: Residuals, known: Mapping[str, float], one: int) -> Guess | None:
    """Return a guess x of the values, in parts of `one`, and of the most steps w that a walk is expected to stay in.

    None where it takes too long. `left` tells what is left of F(x) - x, and of 1 + max P w - w, in whole numbers. A
    guess x with the residual r is right to within r w, for F(x + r w) <= x + r + r (w - 1) = x + r w, and likewise
    below. Where d is left of w, w / (1 - d) does.
    """
    solver = _Solver()
    try:
        lengths = _found(component, {}, solver, reward=1.0).values
        guess = _refined(_found(component, known, solver, reward=0.0), left.values, one, solver)
        whole = {state: int(length * one) for state, length in lengths.items()}
    except (_TooMuchError, ZeroDivisionError, OverflowError, ValueError):
        return None
    short = max(0, *left.lengths(whole).values())
    return None if short >= one else (guess, {state: length * one // (one - short) for state, length in whole.items()})


def _refined(found: _Found, evaluate: Evaluate, one: int, solver: _Solver) -> dict[str, int]:
    """The values in floats, brought close by solving for what is left, which floats tell well."""
    live = [state for state, value in sorted(found.values.items()) if value > 0]
    guess = {state: max(0, int(value * one)) for state, value in found.values.items()}
    for _ in range(REFINEMENTS):
        left = evaluate(guess)
        if max(map(abs, left.values())) <= one >> FINE:
            break
        more = solver.solve(found.inner, {state: rest / one for state, rest in left.items()}, live, CLOSE)
        guess |= {state: max(0, guess[state] + int(extra * one)) for state, extra in more.items()}
    return guess


def _found(component: Mapping[str, Ways], known: Mapping[str, float], solver: _Solver, *, reward: float) -> _Found:
    """Policy iteration: what is met at most, or, with a reward for each step, how long a walk stays at most."""
    found = _Found(dict.fromkeys(component, 0.0), {})
    for _ in range(MOST_POLICIES):
        choices = {state: _best(ways, found.values, known) for state, ways in component.items()}
        gains = {
            state: reward + sum(w * known.get(o, 0.0) for o, w in choice.items() if o not in component)
            for state, choice in choices.items()
        }
        inner = {s: {o: w for o, w in choice.items() if o in component} for s, choice in choices.items()}
        live = reaching_gain(inner, gains)
        values = dict.fromkeys(component, 0.0) | solver.solve(inner, gains, live, ROUGH if reward else CLOSE)
        before, found = found, _Found(values, inner)
        if inner == before.inner or all(abs(values[s] - old) <= CLOSE * (1 + old) for s, old in before.values.items()):
            break
    return found


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
