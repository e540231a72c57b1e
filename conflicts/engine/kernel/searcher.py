"""What a search reads, what it works with and where it puts what it finds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from conflicts.engine.kernel.compiled import Flags, Integers, Numbers, Offsets, Records

if TYPE_CHECKING:
    from conflicts.engine.kernel.layout import View
    from conflicts.engine.kernel.shelves import Shelf

NODE = np.dtype([("party", np.int32), ("state", np.int32), ("low", np.int64), ("high", np.int64), ("best", np.float64)])
"""A party as one search sees it: what it has gathered, and the best way to it."""
ROW = np.dtype([
    *((name, np.int64) for name in ("start", "mask")),
    *((name, np.float64) for name in ("over", "tail")),
    *((name, np.int32) for name in ("begin", "end", "following", "level")),
])  # fmt: skip
"""Of a party that is expanded: its rows begin at `start`, the owners that were not left out are link[begin:end]; by how
much its highs exceed one, and the highs that were left out (millionths of a percent); the marks of its owners that have
room, where it is tight; who waits after it, and
at which level."""
WAY = np.dtype([("marks", np.int64), ("value", np.float64), ("most", np.float64)])
"""Which owners with room lead to a party; what a holder may have of it; its high."""


class Search(NamedTuple):
    """The graph, what one thread searches with, and where it puts what it found.

    slot: by the hash of a party, its node under the stamp (stamp << 32 | node). counts: the stamp; entries and parties
    in use; nodes and links wanted at the last stop; how often a ring was in the way; the number of the shelf.
    """

    places: Records
    steps: Records
    hidden: Flags
    node: Records
    held: Records
    way: Records
    edge: Numbers
    link: Integers
    queue: Integers
    order: Integers
    entering: Integers
    slot: Offsets
    waiting: Integers
    counts: Offsets
    head: Records
    entry: Records
    party: Integers


class Searcher:
    """What one thread searches with, kept from search to search."""

    def __init__(self, parties: int) -> None:
        self._slot: Offsets = np.full(1024, -1, np.int64)
        self._waiting: Integers = np.full(parties + 1, -1, np.int32)
        self._counts: Offsets = np.zeros(7, np.int64)
        self._nodes, self._links = 4096, 32_768
        self._memory = _memory(self._nodes, self._links)

    def told(self, view: View, head: Records, shelf: Shelf) -> Search:
        """Return all that a search needs, to put what it finds on the shelf."""
        kept = (self._slot, self._waiting, self._counts)
        return Search._make((*view, *self._memory, *kept, head, shelf.entry, shelf.party))

    def grow(self, nodes: int, links: int) -> None:
        """Let a search touch so many parties over so many stakes."""
        if 2 * nodes > len(self._slot):
            self._slot = np.full(1 << (4 * nodes).bit_length(), -1, np.int64)
        if nodes > self._nodes or links > self._links:
            self._nodes, self._links = max(self._nodes, 2 * nodes), max(self._links, 2 * links)
            self._memory = _memory(self._nodes, self._links)


def _memory(nodes: int, links: int) -> tuple[Any, ...]:
    """The arrays of a Search from `node` to `entering`, in its order."""
    records = [np.zeros(nodes, kind) for kind in (NODE, ROW, WAY)]
    ids = [np.empty(size, np.int32) for size in (links, nodes, nodes, nodes)]
    return (*records, np.empty(nodes), *ids)
