"""One component in exact fractions: policy iteration with a linear solve (SEMANTICS 3.3, 3.4).

It needs no collapse of end components: a policy's value is the least solution of its system (states that cannot reach
the targets are 0), a state changes its choice only for a strictly better one, and the value that admits no such change
solves the optimality equations, whose least solution is the answer.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from conflicts.engine.bounds import WHOLE
from conflicts.engine.linear import least_solution
from conflicts.engine.policy import MOST_EFFORT
from conflicts.engine.walks import EngineRefusalError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conflicts.engine.walks import Way, Ways

_ZERO = Fraction(0)
_BITS_A_STEP = 128
_Choice = dict[str, Fraction]


class Effort:
    """Counts the work of one answer and refuses to go on for ever."""

    def __init__(self) -> None:
        self.left = MOST_EFFORT

    def spend(self, count: int, number: Fraction) -> None:
        """Pay for so many numbers like this one; raises EngineRefusalError when nothing is left."""
        self.left -= count * (1 + (number.denominator.bit_length() // _BITS_A_STEP) ** 2)
        if self.left < 0:
            raise EngineRefusalError("The fractions of this graph grow too long to be solved exactly.")


def solved(component: Mapping[str, Ways], known: Mapping[str, Fraction], effort: Effort) -> dict[str, Fraction]:
    """Return the values of one component, the values of all above it being known; nothing known is 0."""
    values = dict.fromkeys(component, _ZERO)
    choices = {state: _best(ways, values, known) for state, ways in component.items()}
    better = choices
    while better:
        choices |= better
        values = _evaluated(choices, known, effort)
        better = _improved(component, choices, values, known)
    return values


def _improved(
    component: Mapping[str, Ways],
    choices: Mapping[str, _Choice],
    values: Mapping[str, Fraction],
    known: Mapping[str, Fraction],
) -> dict[str, _Choice]:
    better = {}
    for state, ways in component.items():
        choice = _best(ways, values, known)
        if _worth(choice, values, known) > _worth(choices[state], values, known):
            better[state] = choice
    return better


def _value(holder: str, values: Mapping[str, Fraction], known: Mapping[str, Fraction]) -> Fraction:
    return values[holder] if holder in values else known.get(holder, _ZERO)


def _worth(choice: _Choice, values: Mapping[str, Fraction], known: Mapping[str, Fraction]) -> Fraction:
    return sum((share * _value(owner, values, known) for owner, share in choice.items()), _ZERO)


def _best(ways: Ways, values: Mapping[str, Fraction], known: Mapping[str, Fraction]) -> _Choice:
    filled = [_filled(way, values, known) for way in ways]
    return max(filled, key=lambda choice: _worth(choice, values, known), default={})


def _filled(way: Way, values: Mapping[str, Fraction], known: Mapping[str, Fraction]) -> _Choice:
    """Every low, then as much as fits to the owners with the largest values."""
    left = WHOLE - sum(edge.low for edge in way)
    choice: _Choice = {}
    for edge in sorted(way, key=lambda edge: _value(edge.holder, values, known), reverse=True):
        extra = min(edge.high - edge.low, max(left, 0))
        choice[edge.holder] = choice.get(edge.holder, _ZERO) + Fraction(edge.low + extra) / WHOLE
        left -= extra
    return choice


def _evaluated(choices: Mapping[str, _Choice], known: Mapping[str, Fraction], effort: Effort) -> dict[str, Fraction]:
    """The least solution of x = A x + b inside the component."""
    gains = {
        state: sum((s * known.get(owner, _ZERO) for owner, s in choice.items() if owner not in choices), _ZERO)
        for state, choice in choices.items()
    }
    return dict.fromkeys(choices, _ZERO) | least_solution(choices, gains, effort.spend)
