"""Maximum reachability of an interval Markov chain (SEMANTICS 3.2-3.4).

Two tiers over the strongly connected components, owners first: `bounds` in whole numbers with directed rounding, which
encloses the answer and costs little, and `exact` in fractions, for small graphs and beside a line.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from conflicts.engine.components import components_owners_first
from conflicts.engine.enclosure import ONE, enclosed
from conflicts.engine.exact import Effort, solved
from conflicts.engine.policy import LARGEST_RING
from conflicts.engine.walks import EngineRefusalError, explored, reaching

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conflicts.engine.walks import Ways

SMALL = 48
"""Up to so many parties above the one that is asked about, fractions are as fast as rounded numbers."""

_ZERO, _ONE = Fraction(0), Fraction(1)


class Reachability:
    """The largest probability, 0 to 1, that a walk up from a state ever meets `targets`.

    Shares lie inside their intervals and sum to at most one per subject. `stop` absorbs at 0. What was solved for one
    state is kept for the next: a value does not depend on where the walk began.
    """

    def __init__(
        self, ways_of: Callable[[str], Ways], targets: frozenset[str], stop: frozenset[str] = frozenset()
    ) -> None:
        self._ways_of = ways_of
        self._exact = {**dict.fromkeys(stop, _ZERO), **dict.fromkeys(targets, _ONE)}
        self._enclosed = {**dict.fromkeys(stop, (0, 0)), **dict.fromkeys(targets, (ONE, ONE))}

    def bounds(self, start: str) -> tuple[Fraction, Fraction]:
        """Enclose the probability: low and high are equal where the graph is small."""
        if start not in self._enclosed:
            graph = explored(self._ways_of, start, self._enclosed)
            if len(graph) <= SMALL and self._is_known_exactly(graph):
                value = self.exact(start)
                return value, value
            self._enclose(graph)
        if start in self._exact:
            return self._exact[start], self._exact[start]
        low, high = self._enclosed[start]
        return Fraction(low, ONE), Fraction(high, ONE)

    def exact(self, start: str) -> Fraction:
        """Solve everything above `start`; EngineRefusalError past LARGEST_RING or a long effort."""
        if start not in self._exact:
            graph = explored(self._ways_of, start, self._exact)
            live = {state for state, value in self._exact.items() if value > 0}
            above = reaching(graph, live)
            effort = Effort()
            self._exact.update(dict.fromkeys(graph.keys() - above.keys(), _ZERO))
            for component in components_owners_first(above):
                if len(component) > LARGEST_RING:
                    msg = f"A ring of {len(component)} parties is over the limit of {LARGEST_RING}."
                    raise EngineRefusalError(msg)
                self._exact.update(solved({state: graph[state] for state in component}, self._exact, effort))
        return self._exact[start]

    def _enclose(self, graph: Mapping[str, Ways]) -> None:
        live = {state for state, (_, high) in self._enclosed.items() if high > 0}
        above = reaching(graph, live)
        self._enclosed.update(dict.fromkeys(graph.keys() - above.keys(), (0, 0)))
        for component in components_owners_first(above):
            self._enclosed.update(enclosed({state: graph[state] for state in component}, self._enclosed))

    def _is_known_exactly(self, graph: Mapping[str, Ways]) -> bool:
        """Whether nothing that the graph leads to has an enclosure only."""
        holders = (edge.holder for ways in graph.values() for way in ways for edge in way)
        return all(holder in graph or holder in self._exact for holder in holders)
