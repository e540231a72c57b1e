"""What happens to a graph: one stake changes its size, or the widest hub gets a holder of its own."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from benchmarks.graphs import STEP, Flags, Ids, Ints, OwnershipGraph, Shares

# The widest reach belongs to one of the parties with the most direct holdings.
CANDIDATES = 20
HUB_SHARE = 0.6


class Event(NamedTuple):
    """All rows of one subject after a change, as the graph states them."""

    subject: int
    owner: Ids
    low: Shares
    high: Shares


def stake_events(graph: OwnershipGraph, count: int, seed: int) -> list[Event]:
    """Random stakes that some vendor stands on become points of random size; each event starts from the graph."""
    rng = np.random.default_rng(seed)
    edges = np.flatnonzero(above_vendors(graph)[graph.subject])
    chosen = rng.choice(edges, count)
    subjects = np.searchsorted(graph.ptr, chosen, side="right") - 1
    return [_resized(graph, int(s), int(edge), rng.random()) for s, edge in zip(subjects, chosen, strict=True)]


def as_it_was(graph: OwnershipGraph, subject: int) -> Event:
    rows = slice(graph.ptr[subject], graph.ptr[subject + 1])
    return Event(subject, graph.owner[rows], graph.low[rows], graph.high[rows])


def hub_event(graph: OwnershipGraph) -> tuple[Event, int]:
    """The party that most parties stand on gets a holder of 60% from among the persons; and how many stand on it."""
    hub, reach = widest_hub(graph)
    persons = np.flatnonzero(np.diff(graph.ptr) == 0)
    holder = next(int(person) for person in persons if person != hub)
    before = as_it_was(graph, hub)
    owner = np.append(before.owner, np.int32(holder)).astype(np.int32)
    low = np.append(before.low * (1 - HUB_SHARE), HUB_SHARE)
    order = np.argsort(owner)
    return Event(hub, owner[order], low[order], low[order]), reach


def above_vendors(graph: OwnershipGraph) -> Flags:
    """Which parties are vendors or above one."""
    return _spread(graph.vendors, graph.subject, graph.owner, graph.count)


def widest_hub(graph: OwnershipGraph) -> tuple[int, int]:
    """Of those with the most holdings, the one that the most parties stand on, and their number."""
    candidates = np.argsort(np.bincount(graph.owner, minlength=graph.count))[-CANDIDATES:]
    subject = graph.subject
    reach = {int(hub): int(_spread(hub, graph.owner, subject, graph.count).sum()) - 1 for hub in candidates}
    hub = max(reach, key=reach.__getitem__)
    return hub, reach[hub]


def _resized(graph: OwnershipGraph, subject: int, edge: int, part: float) -> Event:
    """The stake becomes `part` of what the other holders' lows leave; the others' highs are tightened anew."""
    before = as_it_was(graph, subject)
    place = edge - int(graph.ptr[subject])
    low, high = before.low.copy(), before.high.copy()
    left = 1 - (low.sum() - low[place])
    low[place] = high[place] = np.floor(part * left / STEP) * STEP
    room = 1 - low.sum() + low
    return Event(subject, before.owner, low, np.maximum(np.minimum(high, room), low))


def _spread(start: Ints | Ids, source: Ids, target: Ids, count: int) -> Flags:
    """Whatever can be reached from start along edges source to target, start included."""
    reached = np.zeros(count, dtype=np.bool_)
    reached[start] = True
    size = 0
    while size != (size := int(reached.sum())):
        reached[target[reached[source]]] = True
    return reached
