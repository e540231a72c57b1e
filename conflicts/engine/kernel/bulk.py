"""Exposures of vendors in bulk, and of those alone that a change can move."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from conflicts.engine.kernel import paths, shelves
from conflicts.engine.kernel.flags import FlagBook
from conflicts.engine.kernel.layout import Layout
from conflicts.engine.kernel.one import One
from conflicts.engine.kernel.surroundings import Surroundings
from conflicts.engine.kernel.workers import Worker

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conflicts.engine.kernel.compiled import Flags, Integers, Numbers, Offsets, Records
    from conflicts.engine.kernel.graph import BulkGraph, Change

REBUILT = 10
"""A change that reaches more than one in so many vendors is a full run."""
_SPARE = 1_000_000
_FEW = 100
_AT_A_TIME = 500
"""Vendors that a thread takes at a time."""
_ECONOMIC = {"stakes", "assertions"}


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
    """A search up from each asked vendor, and the flags of control.

    `cut` is the largest share of a path that may be dropped, a fraction of one; 0 drops nothing. A ring that is too
    much work is left open, see Surroundings, which `method` may do otherwise.
    """

    def __init__(self, graph: BulkGraph, cut: float = 1e-3, *, method: type[Surroundings] = Surroundings) -> None:
        self.graph = graph
        self.cut = float(cut)
        self.vendors: Integers = np.empty(0, np.int32)
        self._flags = FlagBook(graph)
        self._found, self._spare = (shelves.new_shelves(graph.count) for _ in range(2))
        self._left: Integers = np.empty(0, np.int32)
        self._resting: shelves.Resting | None = None
        self._crowded = 0
        self._laid: Layout | None = None
        self._one: One | None = None
        self._workers = [Worker(number, graph, method(graph, self.cut)) for number in range(2)]
        self._places: Offsets = np.full(graph.count, -1, np.int64)

    def run(self, vendors: Sequence[int] | Integers) -> None:
        """Work out the exposures of these vendors, all anew."""
        asked = np.asarray(vendors, np.int32)
        self._run(asked if len(asked) == 1 else np.unique(asked))
        self._flags.run(self.vendors)

    def bounds(self, vendor: int) -> tuple[Records, float]:
        """The bounds of one vendor, worked out on the spot: entries (holder, low, high) in no order, and `rest`.

        Nothing is stored and no flag of control is told; equal to what a run finds.
        """
        one = self._one or self._new_one()
        return one.ask(vendor) or self._aside(vendor)

    def _new_one(self) -> One:
        self._one = One(self._layout.view, self.cut)
        return self._one

    def _aside(self, vendor: int) -> tuple[Records, float]:
        """By the spare shelves, which are left as they were."""
        spare = self._spare
        self._workers[0].work_out(spare, np.array([vendor], np.int32), self._layout.view)
        head = spare.head[vendor].copy()
        entry = spare.shelf(head["shelf"]).entry[head["start"] :][: head["size"]].copy()
        spare.head["size"][vendor] = -1
        spare.used[:] = 0
        return entry, float(head["rest"])

    def exposures(self, vendor: int) -> Exposures:
        """The vendor's exposures; raises KeyError for a party that no run worked out."""
        head = self._found.head[vendor] if 0 <= vendor < self.graph.count else None
        if head is None or head["size"] < 0:
            raise KeyError(f"Party {vendor} is no vendor of the last run: ask for it in a run first.")
        entry, rest = self._found.shelf(head["shelf"]).entry, float(head["rest"])
        holder, low, high = shelves.by_holder(entry, head["start"], head["size"])
        controllers = self._flags.of(vendor)
        if len(controllers.party) == 0:
            return Exposures(holder, low, high, np.zeros(len(holder), np.bool_), np.zeros(len(holder), np.bool_), rest)
        everybody = np.union1d(holder, controllers.party).astype(np.int32)
        lows, highs = np.zeros(len(everybody)), np.full(len(everybody), rest)
        place = np.searchsorted(everybody, holder)
        lows[place], highs[place] = low, high
        may, must = np.zeros(len(everybody), np.bool_), np.zeros(len(everybody), np.bool_)
        place = np.searchsorted(everybody, controllers.party)
        may[place], must[place] = True, controllers.must
        return Exposures(everybody, lows, highs, must, may, rest)

    def paths(self, vendor: int) -> dict[int, tuple[int, ...]]:
        """The parties from each holder that `exposures` lists down to the vendor; see `paths.chains`."""
        return paths.chains(self.graph, vendor, self.exposures(vendor).holder.tolist())

    def update(self, changes: Sequence[Change]) -> Integers:
        """Put the changes in and return the vendors whose exposures moved; equal to a run on the changed graph.

        What is worked out for a vendor is a function of the rows of the parties that its search expands, and of
        which of the others that it touches have any owner: it reads no more. Whom it expands is found from the vendor
        up, over rows of parties that are expanded themselves. So where no changed subject is expanded, and none that
        is touched gets its first owner or loses its last, the search takes the same steps on the changed graph, and
        ends with the same floats, however many subjects changed at once. The others are searched anew; which they are
        the old graph alone says. What lies above a party that is not expanded moves nothing but what `rest` and the
        highs have booked for the whole of it.
        Where more than a tenth of the vendors is hit, everything is run anew and swapped.
        """
        if self._resting is None:
            self._resting = shelves.Resting(self._found, self.vendors)
        subjects, flips = self._put_in(changes)
        hit = self._resting.hit(subjects, flips)
        if len(hit) > _FEW + len(self.vendors) // REBUILT:
            old, everyone = self._found, self.vendors
            self._run(everyone)
            moved = everyone[shelves.moved((old.head[everyone], old), self._found, everyone, self._places)]
        else:
            before = self._found.head[hit]
            self._search(hit)
            moved = hit[shelves.moved((before, self._found), self._found, hit, self._places)]
            self._resting.add(self._found, hit, self.vendors)
            self._tidy()
        return np.union1d(moved, self._flags.update(changes)).astype(np.int32)

    def _run(self, vendors: Integers) -> None:
        """Search for everybody on the spare shelves, then swap."""
        self._spare.head["size"][self._left] = -1
        self._spare.used[:] = 0
        self._found, self._spare = self._spare, self._found
        self._left, self.vendors = self.vendors, vendors
        self._resting, self._crowded, self._one = None, 0, None
        if self._laid is not None and self._laid.is_stale and len(vendors) > _AT_A_TIME:
            self._laid = None
        self._search(vendors)

    @property
    def _layout(self) -> Layout:
        if self._laid is None:
            self._laid = Layout(self.graph)
        return self._laid

    def _search(self, vendors: Integers) -> None:
        """Hand the vendors out to two threads, some at a time."""
        if len(vendors) <= _AT_A_TIME:
            self._workers[0].work_out(self._found, vendors, self._layout.view)
            return
        waiting, view = iter(np.array_split(vendors, len(vendors) // _AT_A_TIME)), self._layout.view

        def work(worker: Worker) -> None:
            for some in waiting:
                worker.work_out(self._found, some, view)

        with ThreadPoolExecutor(max_workers=len(self._workers)) as threads:
            list(threads.map(work, self._workers))

    def _put_in(self, changes: Sequence[Change]) -> tuple[Integers, Flags]:
        """Replace the rows; returns the subjects whose economic rows changed, and which came to be held or bare."""
        graph, add_votes, self._one = self.graph, self._flags.note(changes), None
        subjects = np.unique(np.array([c.subject for c in changes if c.rows().keys() & _ECONOMIC], np.int32))
        before = np.array([len(graph.owners(subject)) > 0 for subject in subjects.tolist()], np.bool_)
        graph.replace(changes)
        self._fit(graph.count)
        add_votes()
        after = np.array([len(graph.owners(subject)) > 0 for subject in subjects.tolist()], np.bool_)
        if self._laid is not None:
            self._laid.replace(graph, subjects, before != after)
        return subjects, before != after

    def _fit(self, count: int) -> None:
        more = count - len(self._places)
        if more <= 0:
            return
        self._places = np.full(count, -1, np.int64)
        self._found, self._spare = (shelves.longer(kept, more) for kept in (self._found, self._spare))
        for worker in self._workers:
            worker.fit()

    def _tidy(self) -> None:
        """Entries that nothing points to any more are left behind once they are the larger part."""
        used = int(self._found.used.sum())
        if used <= self._crowded:
            return
        head = self._found.head[self.vendors]
        kept = int((head["size"] + head["expanded"] + head["met"]).sum())
        if used > _SPARE + 2 * kept:
            self._found = shelves.tidied(self._found, self.vendors)
        self._crowded = _SPARE + 2 * kept
