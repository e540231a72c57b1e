"""From a holder to its subjects: an index by counting, with the rows that came later in a chain per holder."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from conflicts.engine.kernel.compiled import Integers, Offsets, compiled

if TYPE_CHECKING:
    from conflicts.engine.kernel.graph import Table


class Links(NamedTuple):
    """Who has something in whom, of two tables: the owners of v stand at start[v] : start[v] + size[v]."""

    start: Offsets
    size: Integers
    owner: Integers
    other_start: Offsets
    other_size: Integers
    other_owner: Integers


class Below(NamedTuple):
    """The subjects of a holder: subject[ptr[h] : ptr[h + 1]], then a chain of rows that came later.

    The chain starts at head[h]; more[i] is its next link, later[i] the subject; -1 ends it. Rows that went stay, so
    an answer may name a subject too many.
    """

    ptr: Offsets
    subject: Integers
    head: Integers
    more: Integers
    later: Integers


def links(table: Table, other: Table) -> Links:
    """Views of one kind, whatever the rows are made of, so that compiled code serves all."""
    columns = [(t.span["start"], t.span["size"], t.rows["owner"]) for t in (table, other)]
    return Links(*columns[0], *columns[1])


class Downward:
    """Below, kept up to date; it is counted anew once a tenth of it came later."""

    def __init__(self, links: Links) -> None:
        self.index, self._used = _counted_anew(links), 0

    def add(self, links: Links, owners: Integers, subject: int) -> None:
        """Note that these owners came into the subject; `links` is the graph with them in it."""
        self._fit(len(links.start))
        if self._used + len(owners) > 1000 + len(self.index.subject) // 10:
            self.index, self._used = _counted_anew(links), 0
            return
        below = self.index
        if self._used + len(owners) > len(below.more):
            room = 2 * len(below.more) + len(owners) + 64
            grown = {name: np.resize(getattr(below, name), room) for name in ("more", "later")}
            below = self.index = below._replace(**grown)
        for owner in owners:
            below.later[self._used], below.more[self._used] = subject, below.head[owner]
            below.head[owner] = self._used
            self._used += 1

    def _fit(self, count: int) -> None:
        more = count - len(self.index.head)
        if more > 0:
            ptr = np.concatenate([self.index.ptr, np.full(more, self.index.ptr[-1])])
            head = np.concatenate([self.index.head, np.full(more, -1, np.int32)])
            self.index = self.index._replace(ptr=ptr, head=head)


def _counted_anew(links: Links) -> Below:
    ptr, subject = _counted(links)
    empty = np.zeros(64, np.int32)
    return Below(ptr, subject, np.full(len(links.start), -1, np.int32), empty, empty.copy())


@compiled
def _counted(links: Links) -> tuple[Offsets, Integers]:
    count = len(links.start)
    ptr = np.zeros(count + 1, np.int64)
    for v in range(count):
        for place in range(links.size[v] + links.other_size[v]):
            ptr[_owner(links, v, place) + 1] += 1
    for holder in range(count):
        ptr[holder + 1] += ptr[holder]
    subject, following = np.empty(ptr[count], np.int32), ptr[:count].copy()
    for v in range(count):
        for place in range(links.size[v] + links.other_size[v]):
            holder = _owner(links, v, place)
            subject[following[holder]] = v
            following[holder] += 1
    return ptr, subject


@compiled
def _owner(links: Links, v: int, place: int) -> int:
    if place < links.size[v]:
        return int(links.owner[links.start[v] + place])
    return int(links.other_owner[links.other_start[v] + place - links.size[v]])
