"""The one chain from a holder down to a vendor that is told with an exposure; plain Python, asked vendor by vendor."""

from __future__ import annotations

from collections import deque
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from conflicts.engine.bounds import WHOLE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from conflicts.engine.kernel.graph import BulkGraph

Chain = tuple[int, ...]


def chains(graph: BulkGraph, vendor: int, holders: Collection[int]) -> dict[int, Chain]:
    """For each holder the parties from it down to the vendor, hidden ones left out.

    The chain of stakes and assertions with the largest product of highs, the shortest of those; where none leads
    down, the shortest chain of votes and control.
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


def _shortest(graph: BulkGraph, vendor: int, wanted: set[int]) -> dict[int, Chain]:
    found: dict[int, Chain] = {vendor: (vendor,)}
    waiting = deque([vendor])
    while waiting and not wanted <= found.keys():
        subject = waiting.popleft()
        voted = graph.votes.row(subject)
        owners = [*graph.grants.row(subject)["owner"].tolist(), *voted["owner"][voted["high"] > 0].tolist()]
        for owner in owners:
            if owner not in found:
                found[owner] = (owner, *found[subject])
                waiting.append(owner)
    return {holder: chain for holder, chain in found.items() if holder in wanted}
