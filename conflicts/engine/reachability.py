"""Maximum reachability of an interval Markov chain, exact (SEMANTICS 3.2, 3.3).

Policy iteration with an exact linear solve per strongly connected component. It needs no collapse
of end components: a policy's value is the least solution of its system (states that cannot reach
the targets are 0), a state changes its choice only for a strictly better one, and the value that
admits no such change solves the optimality equations, whose least solution is the answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from conflicts.engine.components import components_owners_first

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

LARGEST_RING = 2_000
"""Parties in one strongly connected component that are still solved exactly (SEMANTICS 9)."""

_ZERO, _ONE = Fraction(0), Fraction(1)


class EngineRefusalError(Exception):
    """The question is beyond a limit of the engine; the outcome is `unknown`."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A holder's share of one subject lies in [low, high], fractions of one."""

    holder: str
    low: Fraction
    high: Fraction


class Reachability:
    """The largest probability, 0 to 1, that a walk up from a state ever meets `targets`.

    Shares lie inside their intervals and sum to at most one per subject. `stop` absorbs at 0. What was solved for one
    state is kept for the next: a value does not depend on where the walk began.
    """

    def __init__(
        self, edges_of: Callable[[str], list[Edge]], targets: frozenset[str], stop: frozenset[str] = frozenset()
    ) -> None:
        self._edges_of = edges_of
        self._values = {**dict.fromkeys(stop, _ZERO), **dict.fromkeys(targets, _ONE)}

    def of(self, start: str) -> Fraction:
        """Solve everything above `start`; raises EngineRefusalError past LARGEST_RING."""
        if start not in self._values:
            graph = self._explored(start)
            reaching = self._reaching(graph)
            self._values.update(dict.fromkeys(graph, _ZERO))
            for component in components_owners_first(reaching):
                if len(component) > LARGEST_RING:
                    msg = f"A ring of {len(component)} parties is over the limit of {LARGEST_RING}."
                    raise EngineRefusalError(msg)
                _solve({state: graph[state] for state in component}, self._values)
        return self._values[start]

    def _explored(self, start: str) -> dict[str, list[Edge]]:
        graph: dict[str, list[Edge]] = {}
        waiting = [start]
        while waiting:
            state = waiting.pop()
            if state not in graph and state not in self._values:
                graph[state] = [edge for edge in self._edges_of(state) if edge.high > 0]
                waiting.extend(edge.holder for edge in graph[state])
        return graph

    def _reaching(self, graph: Mapping[str, Sequence[Edge]]) -> dict[str, list[str]]:
        """The states that can meet the targets at all, with their owners among them."""
        below: dict[str, list[str]] = {}
        for state, edges in graph.items():
            for edge in edges:
                below.setdefault(edge.holder, []).append(state)
        reached: set[str] = set()
        waiting = [state for owner, held in below.items() if self._values.get(owner, _ZERO) > 0 for state in held]
        while waiting:
            state = waiting.pop()
            if state not in reached:
                reached.add(state)
                waiting.extend(below.get(state, []))
        return {state: [e.holder for e in graph[state] if e.holder in reached] for state in reached}


_Choice = dict[str, Fraction]


def _solve(component: Mapping[str, Sequence[Edge]], values: dict[str, Fraction]) -> None:
    """Add the values of one component, the values of all above it being known."""
    values.update(dict.fromkeys(component, _ZERO))
    choices = {state: _best(edges, values) for state, edges in component.items()}
    better = choices
    while better:
        choices = choices | better
        values.update(_evaluated(choices, values))
        better = _improved(component, choices, values)


def _improved(
    component: Mapping[str, Sequence[Edge]],
    choices: Mapping[str, _Choice],
    values: Mapping[str, Fraction],
) -> dict[str, _Choice]:
    better = {}
    for state, edges in component.items():
        choice = _best(edges, values)
        if _worth(choice, values) > _worth(choices[state], values):
            better[state] = choice
    return better


def _worth(choice: _Choice, values: Mapping[str, Fraction]) -> Fraction:
    return sum((share * values.get(owner, _ZERO) for owner, share in choice.items()), _ZERO)


def _best(edges: Sequence[Edge], values: Mapping[str, Fraction]) -> _Choice:
    """Every low, then as much as fits to the owners with the largest values."""
    left = _ONE - sum((edge.low for edge in edges), _ZERO)
    choice: _Choice = {}
    for edge in sorted(edges, key=lambda edge: values.get(edge.holder, _ZERO), reverse=True):
        extra = min(edge.high - edge.low, max(left, _ZERO))
        choice[edge.holder] = edge.low + extra
        left -= extra
    return choice


def _evaluated(choices: Mapping[str, _Choice], known: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """The least solution of x = A x + b inside the component."""
    gains = {
        state: sum(
            (s * known.get(owner, _ZERO) for owner, s in choice.items() if owner not in choices),
            _ZERO,
        )
        for state, choice in choices.items()
    }
    live = _live(choices, gains)
    values = dict.fromkeys(choices, _ZERO)
    values.update(_linear_solution(choices, gains, live))
    return values


def _live(choices: Mapping[str, _Choice], gains: Mapping[str, Fraction]) -> list[str]:
    """The states that reach a gain under these choices; all others are 0."""
    live = {state for state, gain in gains.items() if gain > 0}
    grew = True
    while grew:
        more = {
            state
            for state, choice in choices.items()
            if state not in live and any(s > 0 and owner in live for owner, s in choice.items())
        }
        live |= more
        grew = bool(more)
    return sorted(live)


def _linear_solution(
    choices: Mapping[str, _Choice], gains: Mapping[str, Fraction], live: Sequence[str]
) -> dict[str, Fraction]:
    """Sparse elimination of (I - A) x = b over exact fractions; rows are dicts of column: share."""
    inside = set(live)
    rows = {s: {o: w for o, w in choices[s].items() if o in inside and w} for s in live}
    constants = {state: gains[state] for state in live}
    for index, pivot in enumerate(live):
        _scale(rows, constants, pivot)
        for state in live[index + 1 :]:
            _substitute(rows, constants, state, pivot)
    solution: dict[str, Fraction] = {}
    for state in reversed(live):
        above = (share * solution[owner] for owner, share in rows[state].items())
        solution[state] = constants[state] + sum(above, _ZERO)
    return solution


def _scale(rows: dict[str, dict[str, Fraction]], constants: dict[str, Fraction], pivot: str) -> None:
    itself = rows[pivot].pop(pivot, _ZERO)
    if itself:
        factor = _ONE / (_ONE - itself)
        rows[pivot] = {owner: share * factor for owner, share in rows[pivot].items()}
        constants[pivot] *= factor


def _substitute(
    rows: dict[str, dict[str, Fraction]],
    constants: dict[str, Fraction],
    state: str,
    pivot: str,
) -> None:
    weight = rows[state].pop(pivot, None)
    if weight is None:
        return
    for owner, share in rows[pivot].items():
        rows[state][owner] = rows[state].get(owner, _ZERO) + weight * share
    constants[state] += weight * constants[pivot]
