"""The stakes as searches read them: small records, who is held near those who hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from conflicts.engine.bounds import WHOLE
from conflicts.engine.kernel import order
from conflicts.engine.kernel.below import links
from conflicts.engine.kernel.compiled import Flags, Records, compiled

if TYPE_CHECKING:
    from conflicts.engine.kernel.compiled import Integers
    from conflicts.engine.kernel.graph import BulkGraph, Table

EMPTY, ASSERTED = -1, -2
"""Ranks of a party in which nothing is held, and of one in which something is asserted."""
PLACE = np.dtype([("start", np.int64), ("size", np.int32), ("rank", np.int32)])
"""Of a party: what is held in it is steps[start : start + size]; owners rank above what they own, but for rings."""
STEP = np.dtype([("owner", np.int32), ("low", np.int32), ("high", np.int32), ("tail", np.float32)])
"""A stake, see graph.STAKE, in whole millionths of a percent, rounded outwards. Of an owner in which nothing is held,
`owner` is ~id: so a search need not look it up."""
_FEWEST = 2
"""See graph."""


class View(NamedTuple):
    """What a search reads: places by party, steps, and by party whether it is hidden; empty where nobody is."""

    places: Records
    steps: Records
    hidden: Flags


class Layout:
    """Places and steps of a graph, kept up to date; `is_stale` tells that an owner may rank below what it owns."""

    def __init__(self, graph: BulkGraph) -> None:
        everybody = np.arange(graph.count, dtype=np.int32)
        walk = order.walk_memory(graph.count)._replace(within=np.ones(graph.count, np.bool_))
        all_links = links(graph.stakes, graph.assertions)
        plan = order.plan(all_links, everybody, walk)
        self.is_stale = False
        places, size = np.empty(graph.count, PLACE), graph.stakes.span["size"]
        rank = places["rank"]
        rank[:] = order.levels(all_links, plan.party)
        self._top, self._used = int(rank.max(initial=0)), int(size.sum())
        rank[size == 0] = EMPTY
        rank[graph.assertions.span["size"] > 0] = ASSERTED
        steps = np.empty(max(_FEWEST, self._used), STEP)
        lay_out(graph.stakes, plan.party[::-1], places, steps)
        self.view = View(places, steps, graph.hidden if graph.hidden.any() else graph.hidden[:0])

    def replace(self, graph: BulkGraph, subjects: Integers, flips: Flags) -> None:
        """Take the rows of these subjects over from the graph; flips[k] where the k-th came to be held or bare."""
        self._fit(graph)
        for subject in subjects.tolist():
            self._rank_anew(graph, subject)
        for subject in subjects.tolist():
            self._put(graph, subject)
        if flips.any():
            turned = np.zeros(graph.count, np.bool_)
            turned[subjects[flips]] = True
            mark_anew(self.view.steps[: self._used], self.view.places, turned)

    def _fit(self, graph: BulkGraph) -> None:
        more = np.zeros(graph.count - len(self.view.places), PLACE)
        if len(more):
            more["rank"] = EMPTY
            hidden = graph.hidden if len(self.view.hidden) else self.view.hidden
            self.view = self.view._replace(places=np.concatenate([self.view.places, more]), hidden=hidden)

    def _rank_anew(self, graph: BulkGraph, subject: int) -> None:
        """Below its owners, or on top, if it had no rank; where ranks are wrong, searches find that out."""
        rank, owners = self.view.places["rank"], graph.owners(subject)
        above = rank[owners][rank[owners] >= 0]
        if len(graph.assertions.row(subject)):
            rank[subject] = ASSERTED
        elif len(owners) == 0:
            rank[subject] = EMPTY
        elif rank[subject] < 0:
            self._top = min(graph.count, self._top + (len(above) == 0))
            rank[subject] = max(0, int(above.min()) - 1) if len(above) else self._top
            # Whom it owns may be ranked above it.
            self.is_stale = self.is_stale or len(above) > 0
        self.is_stale = self.is_stale or bool((above <= rank[subject]).any())

    def _put(self, graph: BulkGraph, subject: int) -> None:
        """A row keeps its old place where it fits."""
        rows, places, steps = graph.stakes.row(subject), self.view.places, self.view.steps
        if len(rows) > places["size"][subject]:
            places["start"][subject], self._used = self._used, self._used + len(rows)
            if self._used > len(steps):
                steps = np.concatenate([steps, np.empty(self._used // 8 + len(rows), STEP)])
                self.view = self.view._replace(steps=steps)
        places["size"][subject] = len(rows)
        put_row(rows, places, subject, steps)


@compiled
def lay_out(stakes: Table, parties: Integers, places: Records, steps: Records) -> None:
    """Let the rows of these parties stand one after another, in their order."""
    start = 0
    for party in parties:
        span = stakes.span[party]
        places[party].start, places[party].size = start, span.size
        put_row(stakes.rows[span.start : span.start + span.size], places, party, steps)
        start += span.size


@compiled
def put_row(rows: Records, places: Records, party: int, steps: Records) -> None:
    """Copy one row to where the party has its place."""
    start, tail = places[party].start, 0
    for at in range(len(rows) - 1, -1, -1):
        step, owner = steps[start + at], rows[at].owner
        step.owner = ~owner if places[owner].rank == EMPTY else owner
        step.low, step.high = np.int64(np.floor(rows[at].low)), min(np.int64(np.ceil(rows[at].high)), WHOLE)
        tail += step.high
        step.tail = tail
        if step.tail < tail:
            step.tail = np.nextafter(np.float32(tail), np.float32(np.inf))


@compiled
def mark_anew(steps: Records, places: Records, turned: Flags) -> None:
    """Tell again of these owners whether anything is held in them."""
    for at in range(len(steps)):
        owner = steps[at].owner if steps[at].owner >= 0 else ~steps[at].owner
        if turned[owner]:
            steps[at].owner = ~owner if places[owner].rank == EMPTY else owner
