"""One thread's part of a run: searches, and what to do where rings or assertions are in their way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from conflicts.engine.kernel import order, search, shelves
from conflicts.engine.kernel.below import links
from conflicts.engine.kernel.layout import PLACE
from conflicts.engine.kernel.nearby import nearby
from conflicts.engine.kernel.searcher import Searcher
from conflicts.engine.walks import EngineRefusalError

if TYPE_CHECKING:
    from conflicts.engine.kernel.below import Links
    from conflicts.engine.kernel.compiled import Integers, Records
    from conflicts.engine.kernel.graph import BulkGraph
    from conflicts.engine.kernel.layout import View
    from conflicts.engine.kernel.nearby import Nearby
    from conflicts.engine.kernel.surroundings import Surroundings

MOST_ENTRIES = 250_000_000
"""Entries of all vendors together, 20 bytes each."""


class Worker:
    """Puts what it finds on the shelf of its number; memory is kept from vendor to vendor."""

    def __init__(self, number: int, graph: BulkGraph, surroundings: Surroundings) -> None:
        self._number, self._graph, self._surroundings = number, graph, surroundings
        self._cut = surroundings.cut
        self.fit()

    def fit(self) -> None:
        """Have memory for all parties of the graph."""
        count = self._graph.count
        self._searcher = Searcher(count)
        self._places = np.full(count, -1, np.int64)
        self._within = np.zeros(count, np.bool_)
        self._walk = order.walk_memory(count)._replace(within=self._within)
        self._own_places, self._carrying = np.zeros(count, PLACE), np.zeros(count, np.int32)

    def work_out(self, found: shelves.Shelves, vendors: Integers, view: View) -> None:
        """Search for the vendors; raises EngineRefusalError where there are more entries than MOST_ENTRIES."""
        for vendor in self._search(found, vendors, view):
            self._work_around(found, vendor, view)

    def _search(self, found: shelves.Shelves, vendors: Integers, view: View) -> list[int]:
        """Search, with more memory where it is small; returns the vendors that something is in the way of."""
        used, shelf, done = found.used[self._number], found.shelf(self._number), 0
        rings = 0
        while done < len(vendors):
            told = self._searcher.told(view, found.head, shelf)
            told.counts[search.ENTRIES :] = *used, 0, 0, rings, self._number
            done = search.search_until(told, vendors, done, self._cut)
            counts = told.counts.tolist()
            used[:], rings = counts[search.ENTRIES : search.PARTIES + 1], counts[search.RINGS]
            if done < len(vendors):
                nodes = counts[search.NODES]
                self._searcher.grow(nodes, counts[search.LINKS])
                self._make_room(found, nodes, 2 * nodes)
        self._refuse_too_many(found)
        return vendors[found.head["size"][vendors] < 0].tolist() if rings else []

    def _make_room(self, found: shelves.Shelves, entries: int, parties: int) -> None:
        self._refuse_too_many(found, entries)
        used = found.used[self._number].tolist()
        shelves.make_room(found.shelf(self._number), used[0] + entries, used[1] + parties)

    def _refuse_too_many(self, found: shelves.Shelves, more: int = 0) -> None:
        if int(found.used[0, 0]) + int(found.used[1, 0]) + more > MOST_ENTRIES:
            raise EngineRefusalError(f"The exposures take more than {MOST_ENTRIES} entries; ask with a larger cut.")

    def _work_around(self, found: shelves.Shelves, vendor: int, view: View) -> None:
        """Where the search met who was taken already: in the order that is right here, or by vectors."""
        graph, trace = self._graph, self._cut * search.TRACE
        around = nearby((graph.stakes, graph.assertions), self._places, vendor, (self._cut, trace))
        all_links = links(graph.stakes, graph.assertions)
        self._carrying[around.expanded] = around.carrying
        plan = self._plan(all_links._replace(size=self._carrying), around)
        if plan.is_ring.any() or graph.assertions.span["size"][around.expanded].any():
            plan = self._plan(all_links, around)
            self._put(found, vendor, around, *self._surroundings.vector(vendor, plan, around.touched))
            return
        own = self._own_places
        own[around.expanded] = view.places[around.expanded]
        own["rank"][plan.party] = np.arange(len(plan.party), 0, -1)
        self._search(found, np.array([vendor], np.int32), view._replace(places=own))

    def _plan(self, links_: Links, around: Nearby) -> order.Plan:
        self._within[around.expanded] = True
        plan = order.plan(links_, around.expanded, self._walk)
        self._within[around.expanded] = False
        return plan

    def _put(  # noqa: PLR0917 - all of one vendor
        self, found: shelves.Shelves, vendor: int, around: Nearby, entry: Records, rest: float
    ) -> None:
        parties = np.concatenate([around.expanded, around.touched])
        self._make_room(found, len(entry), len(parties))
        shelf, used = found.shelf(self._number), found.used[self._number]
        start, touched = used.tolist()
        shelf.entry[start : start + len(entry)] = entry
        shelf.party[touched : touched + len(parties)] = parties
        sizes = (len(entry), len(around.expanded), len(around.touched))
        found.head[vendor] = (start, touched, rest, *sizes, self._number)
        used += len(entry), len(parties)
