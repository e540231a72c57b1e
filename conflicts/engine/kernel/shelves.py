"""What searches found, by vendor, and which vendors rest on the rows of a party."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from conflicts.engine.kernel.compiled import Flags, Integers, Numbers, Offsets, Records, compiled

HEAD = np.dtype([
    *((name, np.int64) for name in ("start", "touched")),
    ("rest", np.float64),
    *((name, np.int32) for name in ("size", "expanded", "met", "shelf")),
])  # fmt: skip
"""A vendor has entry[start : start + size] of its shelf (size -1: none). The parties that its search expanded and then
the `met` that it touched stand from party[touched] on."""
ENTRY = np.dtype([("holder", np.int32), ("low", np.float64), ("high", np.float64)])

_PLACE = 0xFFFFFFFF


class Shelf(NamedTuple):
    """Entries, and the parties that vendors rest on, one vendor after another; the arrays grow in place."""

    entry: Records
    party: Integers


class Shelves(NamedTuple):
    """One shelf per thread: head[v] says where v's things stand, see HEAD; `used` entries and parties by shelf."""

    head: Records
    first: Shelf
    second: Shelf
    used: Offsets

    def shelf(self, number: int) -> Shelf:
        return self.second if number else self.first


def new_shelves(count: int) -> Shelves:
    head = np.zeros(count, HEAD)
    head["size"] = -1
    first, second = (Shelf(np.empty(4096, ENTRY), np.empty(4096, np.int32)) for _ in range(2))
    return Shelves(head, first, second, np.zeros((2, 2), np.int64))


def make_room(shelf: Shelf, entries: int, parties: int) -> None:
    """Let the shelf hold so many of both; it grows by the half."""
    for array, need in ((shelf.entry, entries), (shelf.party, parties)):
        if need > len(array):
            array.resize(need + need // 2, refcheck=False)


@compiled
def by_holder(entry: Records, start: int, size: int) -> tuple[Integers, Numbers, Numbers]:
    """Of so many entries the holders by rising id, their lows and their highs."""
    keys = np.empty(size, np.int64)
    holder, low, high = np.empty(size, np.int32), np.empty(size), np.empty(size)
    for place in range(size):
        keys[place] = (np.int64(entry[start + place].holder) << 32) + place
    keys.sort()
    for place in range(size):
        found = entry[start + (keys[place] & _PLACE)]
        holder[place], low[place], high[place] = found.holder, found.low, found.high
    return holder, low, high


@compiled
def moved(old: tuple[Records, Shelves], new: Shelves, vendors: Integers, place: Offsets) -> Flags:
    """Which vendors' entries or rest are not the same floats; old[0][k] is the old head of vendors[k].

    `place` is by party and all -1; it is left so.
    """
    differ = np.zeros(len(vendors), np.bool_)
    for k in range(len(vendors)):
        before, now = old[0][k], new.head[vendors[k]]
        one = old[1].second.entry if before.shelf else old[1].first.entry
        other = new.second.entry if now.shelf else new.first.entry
        differ[k] = before.size != now.size or before.rest != now.rest
        if differ[k]:
            continue
        for at in range(before.start, before.start + before.size):
            place[one[at].holder] = at
        for at in range(now.start, now.start + now.size):
            there = place[other[at].holder]
            differ[k] = differ[k] or there < 0 or one[there].low != other[at].low or one[there].high != other[at].high
        for at in range(before.start, before.start + before.size):
            place[one[at].holder] = -1
    return differ


def longer(shelves: Shelves, more: int) -> Shelves:
    """The shelves with so many more parties, none of them worked out."""
    return shelves._replace(head=np.concatenate([shelves.head, new_shelves(more).head]))


def tidied(old: Shelves, vendors: Integers) -> Shelves:
    """What is still pointed to, on shelves of its own."""
    new = new_shelves(len(old.head))
    head = old.head[vendors]
    make_room(new.first, int(head["size"].sum()), int((head["expanded"] + head["met"]).sum()))
    _tidied(old, new, vendors)
    return new


@compiled
def _tidied(old: Shelves, new: Shelves, vendors: Integers) -> None:
    """Copy what is still pointed to into the first of the new shelves, which must have room."""
    at, front = 0, 0
    for v in vendors:
        before, now = old.head[v], new.head[v]
        shelf_entry = old.second.entry if before.shelf else old.first.entry
        shelf_party = old.second.party if before.shelf else old.first.party
        now.size, now.expanded, now.met, now.rest = before.size, before.expanded, before.met, before.rest
        now.start, now.touched, now.shelf = at, front, 0
        for place in range(before.size):
            here, there = new.first.entry[at + place], shelf_entry[before.start + place]
            here.holder, here.low, here.high = there.holder, there.low, there.high
        for place in range(before.expanded + before.met):
            new.first.party[front + place] = shelf_party[before.touched + place]
        at, front = at + before.size, front + before.expanded + before.met
    new.used[0, 0], new.used[0, 1] = at, front


class Rests(NamedTuple):
    """By party, who rests on it: told[ptr[p] : ptr[p + 1]], then a chain of what came later, see `Below`.

    Told is twice the vendor, and one more where the party is expanded; who does not rest on it any more stays.
    """

    ptr: Offsets
    told: Offsets
    head: Offsets
    more: Offsets
    later: Offsets


class Resting:
    """Rests, kept up to date; counted anew once a quarter of it came later."""

    def __init__(self, shelves: Shelves, vendors: Integers) -> None:
        self._rests, self._used = _counted(shelves, vendors), 0

    def hit(self, parties: Integers, flips: Flags) -> Integers:
        """The vendors whose search expanded one of the parties, or touched one that now has owners or has none."""
        known = parties < len(self._rests.head)
        return np.unique(_hit(self._rests, parties[known], flips[known])).astype(np.int32)

    def add(self, shelves: Shelves, vendors: Integers, everyone: Integers) -> None:
        """Note on whom these vendors rest now; `everyone` are all the vendors there are."""
        head, rests = shelves.head, self._rests
        need = self._used + int((head["met"][vendors] + head["expanded"][vendors]).sum())
        if need > 1000 + len(rests.told) // 4 or len(rests.head) < len(head):
            self._rests, self._used = _counted(shelves, everyone), 0
            return
        if need > len(rests.more):
            rests = self._rests = rests._replace(
                more=np.resize(rests.more, 2 * need), later=np.resize(rests.later, 2 * need)
            )
        self._used = _add(rests, shelves, vendors, self._used)


@compiled
def _told(shelves: Shelves, v: int) -> tuple[Integers, int]:
    """The parties that v rests on, and how many of the first are told as expanded."""
    head = shelves.head[v]
    party = shelves.second.party if head.shelf else shelves.first.party
    return party[head.touched : head.touched + head.expanded + head.met], head.expanded


@compiled
def _counted(shelves: Shelves, vendors: Integers) -> Rests:
    count = len(shelves.head)
    ptr = np.zeros(count + 1, np.int64)
    for v in vendors:
        for party in _told(shelves, v)[0]:
            ptr[party + 1] += 1
    for party in range(count):
        ptr[party + 1] += ptr[party]
    told, following = np.empty(ptr[count], np.int64), ptr[:count].copy()
    for v in vendors:
        parties, expanded = _told(shelves, v)
        for place in range(len(parties)):
            told[following[parties[place]]] = 2 * v + (place < expanded)
            following[parties[place]] += 1
    return Rests(ptr, told, np.full(count, -1, np.int64), np.empty(64, np.int64), np.empty(64, np.int64))


@compiled
def _add(rests: Rests, shelves: Shelves, vendors: Integers, used: int) -> int:
    for v in vendors:
        parties, expanded = _told(shelves, v)
        for place in range(len(parties)):
            rests.later[used], rests.more[used] = 2 * v + (place < expanded), rests.head[parties[place]]
            rests.head[parties[place]] = used
            used += 1
    return used


@compiled
def _hit(rests: Rests, parties: Integers, flips: Flags) -> Offsets:
    found, count = np.empty(64, np.int64), 0
    for k in range(len(parties)):
        at, end, link = rests.ptr[parties[k]], rests.ptr[parties[k] + 1], rests.head[parties[k]]
        while at < end or link >= 0:
            if at < end:
                told = rests.told[at]
                at += 1
            else:
                told, link = rests.later[link], rests.more[link]
            if flips[k] or told & 1:
                if count == len(found):
                    found = np.append(found, found)
                found[count] = told >> 1
                count += 1
    return found[:count].copy()
