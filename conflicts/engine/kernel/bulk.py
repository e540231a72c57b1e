"""Exposures of vendors in bulk, and of those alone that a change can move."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from conflicts.engine.kernel import assembly, memory, order, paths, rings, vectors
from conflicts.engine.kernel.below import Downward, Links, links
from conflicts.engine.kernel.flags import FlagBook
from conflicts.engine.walks import EngineRefusalError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conflicts.engine.kernel.compiled import Flags, Integers, Numbers, Records
    from conflicts.engine.kernel.graph import BulkGraph, Change

MOST_ENTRIES = 250_000_000
"""Entries of all vectors together, 20 bytes each."""
REBUILT = 10
"""A change that reaches more than one in so many holdings is a full run."""
_COLUMNS = 4_000_000
_SPARE = 1_000_000
_ROUNDING = 1e-13
"""Relative: more than float64 loses on the way down; lows are published below, highs above (SEMANTICS 3.3)."""
_FEW = 1_000


class Exposures(NamedTuple):
    """The holders that reach one vendor, by rising id, bounds as fractions of one, what was cut being booked.

    A holder that is not listed has a low of 0, a high of at most `rest`, and no control.
    """

    holder: Integers
    low: Numbers
    high: Numbers
    must: Flags
    may: Flags
    rest: float


class Kernel:
    """The vectors of all parties above the asked vendors, owners first, and the flags of control.

    `cut` is the largest share of a path that may be dropped, a fraction of one; 0 drops nothing. A ring past
    `rings.LARGEST_WORK` is not worked out: nobody is listed in it, and its `rest` is 1.
    """

    def __init__(self, graph: BulkGraph, cut: float = 1e-3) -> None:
        self.graph = graph
        self.cut = cut
        self.vendors: Integers = np.empty(0, np.int32)
        self._flags = FlagBook(graph)
        self._downward: Downward | None = None
        self._scratch, self._walk = memory.scratch_memory(graph.count, 4096), order.walk_memory(graph.count)
        self._vectors = memory.vector_memory(graph.count, 0)
        self._ring_sizes = [0]
        self._reset()

    def run(self, vendors: Sequence[int] | Integers) -> None:
        """Work out the exposures of these vendors, all anew."""
        self.vendors = np.unique(np.asarray(vendors, np.int32))
        self._run()
        self._flags.run(self.vendors)

    def exposures(self, vendor: int) -> Exposures:
        """The vendor's exposures; raises KeyError for a party that no run worked out."""
        if not self._needed[vendor]:
            raise KeyError(f"Party {vendor} is neither a vendor of the last run nor above one.")
        head, controllers = self._vectors.head[vendor], self._flags.of(vendor)
        entry = self._vectors.entry[head["start"] :][: head["size"]]
        holder = np.union1d(entry["holder"], controllers.party).astype(np.int32)
        low, high = np.zeros(len(holder)), np.full(len(holder), head["rest"])
        place = np.searchsorted(holder, entry["holder"])
        low[place] = entry["low"] * (1 - _ROUNDING)
        high[place] = np.minimum(1.0, entry["high"] * (1 + _ROUNDING))
        may, must = np.zeros(len(holder), np.bool_), np.zeros(len(holder), np.bool_)
        place = np.searchsorted(holder, controllers.party)
        may[place], must[place] = True, controllers.must
        return Exposures(holder, low, high, must, may, float(head["rest"]))

    def paths(self, vendor: int) -> dict[int, tuple[int, ...]]:
        """The parties from each holder that `exposures` lists down to the vendor; see `paths.chains`."""
        return paths.chains(self.graph, vendor, self.exposures(vendor).holder.tolist())

    def update(self, changes: Sequence[Change]) -> Integers:
        """Put the changes in and return the vendors whose exposures moved; equal to a run on the changed graph.

        Only what lies below a changed subject, in the old graph or the new one, can move: a vector is a function of
        the party's own rows and its owners' vectors, in a ring of the members' rows and the outside owners' vectors,
        and a ring that the change makes or breaks goes through a changed subject, so it lies below it whole. These
        parties are planned again, owners first, and worked out only where a row changed, an owner's vector moved or a
        ring has other members; elsewhere the inputs are the same floats, hence the outcome is. Owners that nobody
        needed before are new. What is skipped keeps its `rest`, so nothing more need be booked to it.
        Where more than a tenth of all holdings lies below, everything is run anew into fresh arrays.
        """
        seeds = self._put_in(changes)
        seeds = seeds[self._needed[seeds]]
        owners = np.concatenate([np.empty(0, np.int32), *(self.graph.owners(subject) for subject in seeds)])
        fresh = order.spread_up(self._links, owners, self._needed)
        limit = _FEW + self._edges // REBUILT
        self._reached[fresh] = True
        found = order.spread_down(self._below().index, seeds, order.Marks(self._needed, self._reached), limit)
        parties = np.concatenate([fresh, found])
        if order.holdings(self._below().index, parties) > limit:
            moved = self._run()
        else:
            self._dirty[fresh] = self._dirty[seeds] = True
            moved = self._work_out(parties, self._reached)
            self._reached[parties] = False
            self._tidy()
        return np.unique(np.concatenate([moved[self._asked[moved]], self._flags.update(changes)]))

    def _reset(self) -> None:
        count, stamp = self.graph.count, self._vectors.counts[1]
        self._vectors = memory.vector_memory(count, _SPARE)
        if len(self._walk.met) != count:
            self._scratch, self._walk = memory.scratch_memory(count, 4096), order.walk_memory(count)
        self._vectors.counts[1] = stamp
        self._needed, self._reached, self._dirty, self._asked = (np.zeros(count, np.bool_) for _ in range(4))
        self._asked[self.vendors] = True
        self._edges, self._crowded, self._ring_sizes = self.graph.edges, 0, [0]

    def _run(self) -> Integers:
        """Work out everything above the vendors into fresh arrays; returns the vendors whose vectors moved."""
        old = self._vectors
        self._reset()
        needed = order.spread_up(self._links, self.vendors, self._needed)
        self._dirty[needed] = True
        self._work_out(needed, self._needed)
        return vectors.differing(old, self._vectors, self.vendors)

    @property
    def _links(self) -> Links:
        return links(self.graph.stakes, self.graph.assertions)

    @property
    def _work(self) -> memory.Work:
        graph = self.graph
        return memory.Work(
            graph.stakes, graph.assertions, graph.hidden, self._vectors, self._scratch, self._dirty, float(self.cut)
        )

    def _below(self) -> Downward:
        if self._downward is None:
            self._downward = Downward(self._links)
        return self._downward

    def _work_out(self, parties: Integers, within: Flags) -> Integers:
        """Owners first, where something is dirty; returns the parties whose vectors moved."""
        plan = order.plan(self._links, parties, self._walk._replace(within=within))
        done = 0
        for ring in np.flatnonzero(plan.is_ring):
            begin, end = plan.first[ring], plan.first[ring + 1]
            self._merge(plan.party, done, begin)
            self._work_ring(np.sort(plan.party[begin:end]))
            done = end
        self._merge(plan.party, done, len(plan.party))
        moved = parties[self._dirty[parties]]
        self._dirty[parties] = False
        return moved

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

    def _work_ring(self, members: Integers) -> None:
        """Work the ring out where its rows or owners are dirty, or where it was not this ring, member for member."""
        work, head = self._work, self._vectors.head
        ring = head["ring"][members]
        as_it_was = ring[0] > 0 and (ring == ring[0]).all() and self._ring_sizes[int(ring[0])] == len(members)
        if as_it_was and not vectors.is_touched(work, members):
            return
        self._ring_sizes.append(len(members))
        old = head[["start", "size", "rest"]][members]
        self._put_ring(members)
        head["ring"][members] = len(self._ring_sizes) - 1
        for member, entry in zip(members, old, strict=True):
            self._dirty[member] = vectors.put_back_if_same(self._vectors, member, tuple(entry))

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
        """Fill the members' part of both tables of columns, one row per holder; the bounds side by side."""
        below, above = (rings.care(ring, len(lows), self.cut, above=above) for above in (False, True))
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

    def _put_in(self, changes: Sequence[Change]) -> Integers:
        """Replace the rows; returns the subjects whose economic rows changed."""
        below, add_votes = self._below(), self._flags.note(changes)
        touched = {c.subject: self.graph.owners(c.subject) for c in changes if c.stakes or c.assertions}
        self.graph.replace(changes)
        self._fit(self.graph.count)
        add_votes()
        for subject, before in touched.items():
            below.add(self._links, np.setdiff1d(self.graph.owners(subject), before), subject)
        return np.array(sorted(touched), np.int32)

    def _fit(self, count: int) -> None:
        more = count - len(self._needed)
        if more > 0:
            self._vectors = memory.longer(self._vectors, more)
            self._vectors.counts[1] = 0
            self._scratch = memory.scratch_memory(count, len(self._scratch.sums))
            self._walk = order.walk_memory(count)
            self._needed, self._reached, self._dirty, self._asked = (
                np.concatenate([flags, np.zeros(more, np.bool_)])
                for flags in (self._needed, self._reached, self._dirty, self._asked)
            )

    def _tidy(self) -> None:
        """Entries that nothing points to any more are left behind once they are the larger part."""
        used = int(self._vectors.counts[0])
        if used > self._crowded:
            kept = int(np.maximum(self._vectors.head["size"], 0).sum())
            if used > _SPARE + 2 * kept:
                self._vectors = memory.compacted(self._vectors)
            self._crowded = _SPARE + 2 * kept
