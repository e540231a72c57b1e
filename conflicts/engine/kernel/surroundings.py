"""The vector method on what one search expands: exposures of a vendor with rings or assertions above it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

from conflicts.engine.kernel import assembly, memory, rings, vectors
from conflicts.engine.walks import EngineRefusalError

if TYPE_CHECKING:
    from conflicts.engine.kernel.compiled import Integers, Numbers, Records
    from conflicts.engine.kernel.graph import BulkGraph
    from conflicts.engine.kernel.order import Plan

MOST_ENTRIES = 250_000_000
"""Entries of all vectors together, 20 bytes each."""
_COLUMNS = 4_000_000
_LARGE = 100_000
"""Stakes times holders of a ring for which a second thread is worth its start."""
_ROUNDING = 1e-13
"""Relative: more than float64 loses on the way down; lows are published below, highs above (SEMANTICS 3.3)."""


class Surroundings:
    """Vectors of the parties that a search expanded, owners first; whoever it did not expand may be held by anybody.

    `cut` as in Kernel. A ring past `rings.LARGEST_WORK` is not worked out: nobody is listed in it, and its `rest` is 1.
    """

    def __init__(self, graph: BulkGraph, cut: float) -> None:
        self._graph, self.cut = graph, cut
        self._scratch = memory.scratch_memory(0, 4096)
        self._vectors = memory.vector_memory(0, 4096)

    def vector(self, vendor: int, plan: Plan, touched: Integers) -> tuple[Records, float]:
        """Return the vendor's entries and its `rest`; `plan` has whom the search expanded, `touched` who else too."""
        self._fit()
        head = self._vectors.head
        self._vectors.counts[0] = 0
        head["size"][touched] = head["start"][touched] = 0
        sizes = [table.span["size"][touched] for table in (self._graph.stakes, self._graph.assertions)]
        head["rest"][touched] = sizes[0] + sizes[1] > 0
        self._work_out(plan)
        entry = self._vectors.entry[head["start"][vendor] :][: head["size"][vendor]].copy()
        entry["low"] *= 1 - _ROUNDING
        entry["high"] = np.minimum(1.0, entry["high"] * (1 + _ROUNDING))
        return entry, float(head["rest"][vendor])

    def _fit(self) -> None:
        count = self._graph.count
        if len(self._scratch.place) != count:
            self._scratch = memory.scratch_memory(count, len(self._scratch.sums))
            self._vectors = memory.vector_memory(count, len(self._vectors.entry))

    @property
    def _work(self) -> memory.Work:
        graph = self._graph
        return memory.Work(graph.stakes, graph.assertions, graph.hidden, self._vectors, self._scratch, float(self.cut))

    def _work_out(self, plan: Plan) -> None:
        done = 0
        for ring in np.flatnonzero(plan.is_ring):
            begin, end = plan.first[ring], plan.first[ring + 1]
            self._merge(plan.party, done, begin)
            self._put_ring(np.sort(plan.party[begin:end]))
            done = end
        self._merge(plan.party, done, len(plan.party))

    def _merge(self, party: Integers, begin: int, end: int) -> None:
        while begin < end:
            begin = vectors.merge_until(self._work, party, begin, end)
            if begin < end:
                self._make_room(vectors.entries_wanted(self._work, party[begin]))

    def _make_room(self, wanted: int) -> None:
        """Let the next merge look at `wanted` entries; the vectors grow in place, by the half."""
        if wanted > len(self._scratch.sums):
            self._scratch = memory.wider(self._scratch, 2 * wanted)
        need = int(self._vectors.counts[0]) + wanted
        if need > MOST_ENTRIES:
            raise EngineRefusalError(f"The exposures take more than {MOST_ENTRIES} entries; ask with a larger cut.")
        if need > len(self._vectors.entry):
            self._vectors.entry.resize(need + need // 2, refcheck=False)

    def _put_ring(self, members: Integers) -> None:
        work = self._work
        member = assembly.in_order(work, members)
        ring, outside = assembly.cut_out(work, member)
        places = assembly.Places(member, outside, assembly.holders(work, member, outside))
        if len(ring.stakes) * len(places.holder) > rings.LARGEST_WORK:
            memory.leave_open(self._vectors, members)
            return
        dropped = np.zeros(len(member))
        found = self._entries(ring, places, dropped)
        rest = self._rest(ring, places)
        self._make_room(len(found))
        assembly.lay_out(self._work, places, found)
        self._vectors.head["rest"][member] = np.maximum(rest, dropped)

    def _entries(self, ring: rings.Ring, places: assembly.Places, dropped: Numbers) -> Records:
        """Columns are worked out a few at a time, so that memory stays bounded."""
        rows = len(places.member) + len(places.outside)
        step, found = max(1, _COLUMNS // rows), []
        for begin in range(0, len(places.holder), step):
            count = min(step, len(places.holder) - begin)
            lows, highs = np.zeros((count, rows)), np.zeros((count, rows))
            columns = assembly.Columns(begin, lows, highs)
            assembly.fill(self._work, places, columns)
            fixed = np.arange(begin, begin + count, dtype=np.int32)
            fixed[fixed >= len(places.member)] = -1
            self.solve(ring, lows, highs, fixed)
            found.append(assembly.kept(self._work, places, columns, dropped))
        return np.concatenate(found)

    def solve(self, ring: rings.Ring, lows: Numbers, highs: Numbers, fixed: Integers) -> None:
        """Fill the members' part of both tables of columns, one row per holder; large bounds side by side."""
        below, above = (rings.care(ring, len(lows), self.cut, above=above) for above in (False, True))
        if len(ring.stakes) * len(lows) < _LARGE:
            rings.solve(rings.low_side(ring), lows, fixed, below)
            rings.solve(rings.high_side(ring), highs, fixed, above)
            return
        with ThreadPoolExecutor(max_workers=1) as other:
            solved = other.submit(rings.solve, rings.low_side(ring), lows, fixed, below)
            rings.solve(rings.high_side(ring), highs, fixed, above)
            solved.result()

    def _rest(self, ring: rings.Ring, places: assembly.Places) -> Numbers:
        """The `rest` of the owners outside, carried through the ring like one more holder."""
        members = len(places.member)
        column = np.zeros((1, members + len(places.outside)))
        column[0, members:] = self._vectors.head["rest"][places.outside]
        if column.any():
            care = rings.care(ring, 1, self.cut, above=True)
            rings.solve(rings.high_side(ring), column, np.full(1, -1, np.int32), care)
        return column[0, :members]
