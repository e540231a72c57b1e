"""The collapse of end components: sets of parties in which a walk can stay for ever (SEMANTICS 3.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conflicts.engine.bounds import WHOLE
from conflicts.engine.components import components_owners_first
from conflicts.engine.walks import Edge

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conflicts.engine.walks import Way, Ways


def collapsed(component: Mapping[str, Ways]) -> tuple[dict[str, Ways], dict[str, str]]:
    """Return the component with each end component as one state, and in which state each party is now.

    From inside an end component a walk can be steered to any way out, and the best one counts: whatever shares stay
    inside only delay it. So its ways are its exits, each taken whole.
    """
    place = {state: state for state in component}
    ends = _end_components(component)
    for end in ends:
        place.update(dict.fromkeys(end, min(end)))
    joined = {state: _redirected(ways, place) for state, ways in component.items() if place[state] == state}
    for end in ends:
        joined[min(end)] = tuple(dict.fromkeys(_exits(component, end, place)))
    return joined, place


def _end_components(component: Mapping[str, Ways]) -> list[frozenset[str]]:
    """The largest sets in which every party can keep a walk inside, and from each party to each other."""
    found: list[frozenset[str]] = []
    waiting = [frozenset(component)]
    while waiting:
        inside = _staying(component, waiting.pop())
        edges = {s: [h for way in component[s] if _stays(way, inside) for h in _inner(way, inside)] for s in inside}
        parts = [frozenset(part) for part in components_owners_first(edges)]
        if len(parts) == 1:
            found.append(parts[0])
        else:
            waiting.extend(parts)
    return found


def _staying(component: Mapping[str, Ways], among: frozenset[str]) -> frozenset[str]:
    """The largest part of the set whose parties can all keep a walk inside it."""
    inside = among
    while True:
        kept = frozenset(state for state in inside if any(_stays(way, inside) for way in component[state]))
        if kept == inside:
            return kept
        inside = kept


def _stays(way: Way, inside: frozenset[str]) -> bool:
    """Whether the whole of the party can lie inside: nothing must lie outside, and enough fits inside."""
    outer_low = sum(edge.low for edge in way if edge.holder not in inside)
    inner_high = sum(edge.high for edge in way if edge.holder in inside)
    return outer_low == 0 and inner_high >= WHOLE


def _inner(way: Way, inside: frozenset[str]) -> list[str]:
    return [edge.holder for edge in way if edge.holder in inside]


def _exits(component: Mapping[str, Ways], end: frozenset[str], place: Mapping[str, str]) -> Iterator[Way]:
    for state in sorted(end):
        for way in component[state]:
            if _stays(way, end):
                outer = (edge.holder for edge in way if edge.holder not in end)
                yield from ((Edge(place.get(holder, holder), WHOLE, WHOLE),) for holder in outer)
            else:
                yield from _redirected((way,), place)


def _redirected(ways: Ways, place: Mapping[str, str]) -> Ways:
    return tuple(tuple(Edge(place.get(edge.holder, edge.holder), edge.low, edge.high) for edge in way) for way in ways)
