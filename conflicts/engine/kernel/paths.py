"""The one chain from a holder down to a vendor that is told with an exposure; plain Python, asked vendor by vendor."""

from __future__ import annotations

from collections import deque
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from conflicts.engine.bounds import WHOLE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from conflicts.engine.kernel.graph import BulkGraph

Chain = tuple[int, ...]


def chains(graph: BulkGraph, vendor: int, holders: Collection[int]) -> dict[int, Chain]:
    """For each holder the parties from it down to the vendor, hidden ones left out.

    The chain of stakes and assertions with the largest product of highs, the shortest of those; where none leads
    down, the shortest chain of what the holder may control.
    """
    found = _heaviest(graph, vendor, set(holders))
    missing = set(holders) - found.keys()
    if missing:
        found |= _shortest(graph, vendor, missing)
    return {holder: tuple(party for party in found[holder] if not graph.hidden[party]) for holder in holders}


def _heaviest(graph: BulkGraph, vendor: int, wanted: set[int]) -> dict[int, Chain]:
    """Best first (Dijkstra 1959), until everybody wanted is found or nobody is left."""
    found: dict[int, Chain] = {}
    waiting: list[tuple[float, int, Chain]] = [(-1.0, 1, (vendor,))]
    missing = len(wanted)
    while waiting and missing:
        weight, length, chain = heappop(waiting)
        if chain[0] in found:
            continue
        found[chain[0]] = chain
        missing -= chain[0] in wanted
        for owner, high in _highs(graph, chain[0]):
            if owner not in found:
                heappush(waiting, (weight * high, length + 1, (owner, *chain)))
    return {holder: chain for holder, chain in found.items() if holder in wanted}


def _highs(graph: BulkGraph, subject: int) -> Iterator[tuple[int, float]]:
    for table in (graph.stakes, graph.assertions):
        row = table.row(subject)
        for owner, high in zip(row["owner"].tolist(), row["high"].tolist(), strict=True):
            if high > 0:
                yield owner, high / WHOLE


def _shortest(graph: BulkGraph, vendor: int, wanted: Collection[int]) -> dict[int, Chain]:
    """For each holder that may control the vendor the shortest chain of what it may control; () for nobody else."""
    below = _below(graph, vendor)
    return {holder: _way_down(graph, below, holder, vendor) for holder in wanted}


def _below(graph: BulkGraph, vendor: int) -> dict[int, list[int]]:
    """From each party above the vendor on votes and control to its subjects, by rising id."""
    found: dict[int, list[int]] = {}
    met, waiting = {vendor}, [vendor]
    while waiting:
        subject = waiting.pop()
        for owner in _voters(graph, subject):
            found.setdefault(owner, []).append(subject)
            if owner not in met:
                met.add(owner)
                waiting.append(owner)
    return {owner: sorted(subjects) for owner, subjects in found.items()}


def _voters(graph: BulkGraph, subject: int) -> set[int]:
    voted = graph.votes.row(subject)
    return {*graph.grants.row(subject)["owner"].tolist(), *voted["owner"][voted["high"] > 0].tolist()}


def _way_down(graph: BulkGraph, below: Mapping[int, list[int]], holder: int, vendor: int) -> Chain:
    inside, waiting = _controlled(graph, below, holder), deque([holder])
    came: dict[int, Chain] = {holder: (holder,)}
    while waiting and vendor not in came:
        party = waiting.popleft()
        for subject in below.get(party, ()):
            if subject in inside and subject not in came:
                came[subject] = (*came[party], subject)
                waiting.append(subject)
    return came.get(vendor, ())


def _controlled(graph: BulkGraph, below: Mapping[int, list[int]], holder: int) -> set[int]:
    """What the holder may control of these, itself included (SEMANTICS 4.1)."""
    inside, waiting = {holder}, [holder]
    while waiting:
        for subject in below.get(waiting.pop(), ()):
            if subject not in inside and _may_control(graph, subject, inside):
                inside.add(subject)
                waiting.append(subject)
    return inside


def _may_control(graph: BulkGraph, subject: int, inside: set[int]) -> bool:
    if not inside.isdisjoint(graph.grants.row(subject)["owner"].tolist()):
        return True
    own = others = 0
    voted = graph.votes.row(subject)
    for owner, least, most in zip(*(voted[name].tolist() for name in ("owner", "low", "high")), strict=True):
        if owner in inside:
            own += most
        else:
            others += least
    return min(own, WHOLE - others) > graph.line
