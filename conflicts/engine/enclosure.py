"""One component in whole numbers with directed rounding: an enclosure of the answer (SEMANTICS 3.3).

Every number published as high lies on or above the truth and every low on or below it, however early the work stops:
highs come from above (a vector x with F(x) <= x bounds the least fixpoint of F from above, Knaster-Tarski), lows from
below. End components are collapsed first: where a walk can stay for ever, iteration from above would stick.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from conflicts.engine.bounds import WHOLE
from conflicts.engine.collapse import collapsed
from conflicts.engine.estimate import Residuals, estimated
from conflicts.engine.policy import LAST_SWEEP_STEPS, SWEEP_STEPS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conflicts.engine.walks import Way, Ways

ONE = 1 << 80
"""The whole probability."""

CLOSE = ONE >> 44
"""The gap, about 6e-14, at which low and high need not come closer."""

Enclosure = tuple[int, int]
Values = dict[str, int]


def enclosed(component: Mapping[str, Ways], known: Mapping[str, Enclosure]) -> dict[str, Enclosure]:
    """Return low and high of each state, in parts of ONE, those of all above being known; nothing known is 0."""
    (first, ways), *others = component.items()
    if not others and not any(edge.holder == first for way in ways for edge in way):
        return {first: (_low(ways, {}, known), _high(ways, {}, known))}
    joined, place = collapsed(component)
    low, high = _squeezed(joined, known)
    return {state: (low[place[state]], high[place[state]]) for state in component}


def _squeezed(component: Mapping[str, Ways], known: Mapping[str, Enclosure]) -> tuple[Values, Values]:
    most = max((known.get(e.holder, (0, 0))[1] for ways in component.values() for way in ways for e in way), default=0)
    low, high = dict.fromkeys(component, 0), dict.fromkeys(component, most)
    edges = max(1, sum(len(way) for ways in component.values() for way in ways))
    rounds = min(60, max(2, SWEEP_STEPS // edges))
    if not _iterated(component, known, (low, high), rounds):
        taken = _narrow(component, known, (low, high))
        _iterated(component, known, (low, high), rounds if taken else max(rounds, LAST_SWEEP_STEPS // edges))
    return low, high


def _iterated(
    component: Mapping[str, Ways], known: Mapping[str, Enclosure], ends: tuple[Values, Values], rounds: int
) -> bool:
    """Move both ends inward, state by state, until they meet or stick; return whether they met."""
    low, high = ends
    for _ in range(rounds):
        before = sum(high.values()) - sum(low.values())
        for state, ways in component.items():
            low[state] = max(low[state], _low(ways, low, known))
            high[state] = min(high[state], _high(ways, high, known))
        if all(high[state] - low[state] <= CLOSE for state in component):
            return True
        if sum(high.values()) - sum(low.values()) == before:
            return False
    return False


def _narrow(component: Mapping[str, Ways], known: Mapping[str, Enclosure], ends: tuple[Values, Values]) -> bool:
    """Take a guess stepped back on both sides where it proves itself: F(low) >= low, F(high) <= high.

    The former bounds from below since F has one fixpoint only, end components being collapsed. Returns whether both do.
    """

    def values_left(values: Mapping[str, int]) -> dict[str, int]:
        return {state: _high(ways, values, known) - values[state] for state, ways in component.items()}

    def lengths_left(lengths: Mapping[str, int]) -> dict[str, int]:
        return {state: ONE + _high(ways, lengths, {}) - lengths[state] for state, ways in component.items()}

    left = Residuals(values_left, lengths_left)
    found = estimated(component, left, {holder: high / ONE for holder, (_, high) in known.items()}, ONE)
    if found is None:
        return False
    guess, lengths = found
    short = max(guess[state] - _low(ways, guess, known) for state, ways in component.items())
    over = max(values_left(guess).values())
    below = {state: max(0, value - _margin(short, lengths[state])) for state, value in guess.items()}
    above = {state: value + _margin(over, lengths[state]) for state, value in guess.items()}
    low, high = ends
    is_below = all(_low(ways, below, known) >= below[state] for state, ways in component.items())
    is_above = all(_high(ways, above, known) <= above[state] for state, ways in component.items())
    if is_below:
        low.update({state: max(low[state], below[state]) for state in component})
    if is_above:
        high.update({state: min(high[state], above[state]) for state in component})
    return is_below and is_above


def _margin(residual: int, length: int) -> int:
    """A little more than the residual at every step of a walk of this length, in parts of ONE."""
    residual = max(residual, 0)
    return (residual + (residual >> 10) + 1) * (length + ONE) // ONE + 1


def _low(ways: Ways, values: Mapping[str, int], known: Mapping[str, Enclosure]) -> int:
    def value(holder: str) -> int:
        return values[holder] if holder in values else known.get(holder, (0, 0))[0]

    return max((_filled(way, value) // WHOLE for way in ways), default=0)


def _high(ways: Ways, values: Mapping[str, int], known: Mapping[str, Enclosure]) -> int:
    def value(holder: str) -> int:
        return values[holder] if holder in values else known.get(holder, (0, 0))[1]

    return max((-(-_filled(way, value) // WHOLE) for way in ways), default=0)


def _filled(way: Way, value: Callable[[str], int]) -> int:
    """Every low, then as much as fits to the owners with the largest values."""
    if len(way) == 1:
        return int(min(way[0].high, WHOLE)) * value(way[0].holder)
    left = WHOLE - int(sum(edge.low for edge in way))
    total = 0
    for worth, low, room in sorted(((value(e.holder), int(e.low), int(e.high - e.low)) for e in way), reverse=True):
        extra = min(room, max(left, 0))
        total += worth * (low + extra)
        left -= extra
    return total
