"""One vendor's bounds by one compiled call, for who asks for vendors one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from conflicts.engine.kernel import search
from conflicts.engine.kernel.compiled import bare
from conflicts.engine.kernel.searcher import Searcher
from conflicts.engine.kernel.shelves import ENTRY, HEAD, Shelf

if TYPE_CHECKING:
    from conflicts.engine.kernel.compiled import Offsets, Records
    from conflicts.engine.kernel.layout import View
    from conflicts.engine.kernel.searcher import Search

_ROOM = 4096


class One:
    """Searches for one vendor after the other over one view of the graph; nothing is kept of an answer."""

    def __init__(self, view: View, cut: float) -> None:
        self._view, self._cut = view, cut
        self._search = bare(search.search_one, "int64(int64, int64, float64)")
        self._searcher = Searcher(len(view.places))
        self._head, self._shelf = np.zeros(2, HEAD), Shelf(np.empty(_ROOM, ENTRY), np.empty(2, np.int32))
        self._lay_out()

    def ask(self, vendor: int) -> tuple[Records, float] | None:
        """Return entries in no order, see shelves.ENTRY, and `rest`; None where a ring or an assertion is above."""
        found = self._search(self._address, vendor, self._cut)
        while found == -1 - search.SMALL:
            self._grow()
            found = self._search(self._address, vendor, self._cut)
        return (np.frombuffer(self._entry[:found].tobytes(), ENTRY), float(self._rest[0])) if found >= 0 else None

    def _lay_out(self) -> None:
        """Tell the compiled call where everything lies; `_told` keeps it there."""
        self._told: Search = self._searcher.told(self._view, self._head, self._shelf)
        lying = [(array.ctypes.data, len(array)) for array in self._told]
        self._desk: Offsets = np.array(lying, np.int64)
        self._address = self._desk.ctypes.data
        self._entry, self._rest = self._shelf.entry, self._head["rest"]

    def _grow(self) -> None:
        nodes, links = self._told.counts[[search.NODES, search.LINKS]].tolist()
        self._searcher.grow(nodes, links)
        if nodes > len(self._entry):
            self._shelf = self._shelf._replace(entry=np.empty(2 * nodes, ENTRY))
        self._told.counts[[search.NODES, search.LINKS]] = 0
        self._lay_out()
