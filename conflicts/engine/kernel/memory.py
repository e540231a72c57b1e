"""The memory of the vector method: sparse vectors of parties, and what one merge of them needs."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from conflicts.engine.kernel.compiled import Flags, Integers, Offsets, Records
from conflicts.engine.kernel.graph import Table

HEAD = np.dtype([("start", np.int64), ("size", np.int32), ("rest", np.float64)])
"""Where the entries of a party stand and how many."""
ENTRY = np.dtype([("holder", np.int32), ("low", np.float64), ("high", np.float64)])
PLACE = np.dtype([("stamp", np.int32), ("at", np.int32)])
SUM = np.dtype(
    [(name, np.float64) for name in ("low", "base", "full", "room", "rest_base", "rest_room")]
    + [(name, np.int32) for name in ("holder", "many", "begin")]
)
OFFER = np.dtype([("value", np.float64), ("room", np.float64)])


class Vectors(NamedTuple):
    """The entries of v: entry[head[v].start :][: head[v].size].

    `counts` is (entries in use, stamp of the last merge).
    """

    head: Records
    entry: Records
    counts: Offsets


class Scratch(NamedTuple):
    """Memory of one merge: place[h] is where h stands in `sums`, if its stamp is that of this merge."""

    place: Records
    sums: Records
    offers: Records


class Work(NamedTuple):
    """All that a merge reads and writes."""

    stakes: Table
    asserted: Table
    hidden: Flags
    vectors: Vectors
    scratch: Scratch
    cut: float


def vector_memory(count: int, entries: int) -> Vectors:
    """Vectors of `count` parties, with room for so many entries."""
    return Vectors(np.zeros(count, HEAD), np.empty(entries, ENTRY), np.zeros(2, np.int64))


def scratch_memory(count: int, entries: int) -> Scratch:
    """Memory for `count` parties and merges of up to so many entries."""
    return wider(Scratch(np.full(count, -1, PLACE), np.empty(0, SUM), np.empty(0, OFFER)), entries)


def wider(scratch: Scratch, entries: int) -> Scratch:
    """The scratch memory with room for merges of up to so many entries."""
    return scratch._replace(sums=np.empty(entries, SUM), offers=np.empty(entries, OFFER))


def leave_open(vectors: Vectors, parties: Integers) -> None:
    """List nobody: any holder may have anything."""
    vectors.head["start"][parties] = vectors.counts[0]
    vectors.head["size"][parties] = 0
    vectors.head["rest"][parties] = 1.0
