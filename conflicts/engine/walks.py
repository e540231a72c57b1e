"""What a walk up may do at each party, and what can be met at all (SEMANTICS 3.1, 3.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conflicts.engine.bounds import Share

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence


class EngineRefusalError(Exception):
    """The question is beyond a limit of the engine; the outcome is `unknown`."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A holder's share of one subject lies in [low, high], millionths of a percent."""

    holder: str
    low: Share
    high: Share


Way = tuple[Edge, ...]
"""Shares that add, together at most 100%. A party has several ways where assertions stand beside its stakes (2.5)."""
Ways = tuple[Way, ...]


def explored(ways_of: Callable[[str], Ways], start: str, known: Collection[str]) -> dict[str, Ways]:
    """Everything that a walk from `start` can meet before it meets what is known, with its ways."""
    graph: dict[str, Ways] = {}
    waiting = [start]
    while waiting:
        state = waiting.pop()
        if state not in graph and state not in known:
            graph[state] = ways_of(state)
            waiting.extend(edge.holder for way in graph[state] for edge in way)
    return graph


def reaching(graph: Mapping[str, Ways], live: Collection[str]) -> dict[str, list[str]]:
    """The states that can meet what is live at all, with those of their owners that can."""
    below: dict[str, list[str]] = {}
    for state, ways in graph.items():
        for way in ways:
            for edge in way:
                below.setdefault(edge.holder, []).append(state)
    reached: set[str] = set()
    waiting = [state for owner, held in below.items() if owner in live for state in held]
    while waiting:
        state = waiting.pop()
        if state not in reached:
            reached.add(state)
            waiting.extend(below.get(state, []))
    return {state: _owners(graph[state], reached) for state in graph if state in reached}


def _owners(ways: Sequence[Way], reached: Collection[str]) -> list[str]:
    return [edge.holder for way in ways for edge in way if edge.holder in reached]
