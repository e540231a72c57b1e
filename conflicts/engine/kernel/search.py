"""Who is above one vendor, by a search that looks at nobody else: rows in, bounds out, in one walk up.

A party is *expanded* where the best way to it, the largest product of highs, is not below the cut; who is touched and
not expanded is the *edge* of the search. Where nothing that was expanded is in a ring or has assertions, parties are
taken bottom up, so what a party has gathered is final when it is taken:
- low: the sum over ways of products of lows, which is exact, since no walk meets a party twice;
- high: the same sum of highs, which is exact where the best assignment for a holder gives it all highs at once. A
  subject whose highs sum to more than one is *tight*: there the sum is too much for a holder above two of the owners
  that have room, and its high is worked out from the top down, every low and then the best owners first.
What lies above the edge is booked (SEMANTICS 3.6): walks that end at the edge without having met h can add no more
to the high of h than their products of highs, and that is what the high of h is raised by.

Sums are whole numbers of 2^-52, lows rounded down and highs up: so they are the same in whatever order they are added.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from conflicts.engine.bounds import WHOLE
from conflicts.engine.kernel.compiled import Integers, Record, compiled
from conflicts.engine.kernel.layout import ASSERTED, EMPTY

if TYPE_CHECKING:
    from conflicts.engine.kernel.searcher import Search

NEW, BARE, WAITING, DONE = 0, 1, 2, 3
"""A party in the search: touched, touched and held by nobody, to be expanded, expanded."""
TRACE = 0.5
"""What part of the cut a way must carry into an owner, by its highs; else the owner is left out there, and booked."""
FOUND, RING, SMALL = 0, 1, 2
STAMP, ENTRIES, PARTIES, NODES, LINKS, RINGS, SHELF = 0, 1, 2, 3, 4, 5, 6
LARGEST_WORK = 300_000_000
"""Looks at a stake to work out highs from the top down; past it, they stay sums over ways: wider, never inside."""

_ONE = 1 << 52
_PLACE = (1 << 32) - 1
_MOST = 1 << 60
_UNIT = 1.0 / _ONE
_MIX = np.int64(0x9E3779B97F4A7C1)
_WHOLE = float(WHOLE)
_PART = 1.0 / WHOLE
_LESS, _MORE = _PART * (1 - 1e-15), _PART * (1 + 1e-15)
_SLIP = 4e-16
"""Relative, a step: more than float64 loses by it."""
_NEARLY = 1 - 1e-12
_WAYS = 60
_FINE, _COARSE = 2.0, 1.0


@compiled
def search_until(search: Search, vendors: Integers, begin: int, cut: float) -> int:
    """Search for vendors[begin:] in turn; returns where it stopped, before the end where memory is small.

    A vendor with a ring or an assertion above it gets the size -1.
    """
    head, counts = search.head, search.counts
    for index in range(begin, len(vendors)):
        v = vendors[index]
        outcome, nodes, done, tight, capped = _climb(search, v, cut)
        if outcome == RING:
            head[v].size = -1
            counts[RINGS] += 1
            continue
        if (
            outcome == SMALL
            or counts[ENTRIES] + nodes > len(search.entry)
            or counts[PARTIES] + nodes + done > len(search.party)
        ):
            counts[NODES] = max(counts[NODES], nodes)
            return index
        _lead_to_edge(search, done)
        if tight > 0:
            _narrow(search, (nodes, done), tight, cut)
        _list(search, v, (nodes, done), (cut, capped, tight > 0))
    return len(vendors)


@compiled
def _climb(  # noqa: C901, PLR0912, PLR0915 - to take the arrays out again for each stake would cost more
    search: Search, v: int, cut: float
) -> tuple[int, int, int, int, bool]:
    """Take parties bottom up; says how it ended, how many were touched, taken and tight, if a high was over one.

    Ranks only say who is probably above whom, and those of one rank wait in a chain: an owner that was taken already
    is a ring, or a rank that is wrong.
    """
    places, steps, slot, node, held = search.places, search.steps, search.slot, search.node, search.held
    edge, link, order, counts = search.edge, search.link, search.order, search.counts
    queue, waiting, mask = search.queue, search.waiting, np.int64(len(search.slot) - 1)
    counts[STAMP] += 1
    stamp = counts[STAMP] << 32
    slot[_slot(v) & mask] = stamp
    edge[0] = _touch(node[0], v, places[v].rank == EMPTY)
    node[0].low = node[0].high = _ONE
    node[0].best = 1.0
    nodes, links, done, tight, capped, trace = 1, 0, 0, 0, False, cut * TRACE
    level = last = max(0, places[v].rank)
    if node[0].state == NEW:
        held[0].start, held[0].end, held[0].following = places[v].start, places[v].size, -1
        waiting[level] = 0
    if places[v].rank == ASSERTED:
        _forget(waiting, level, last)
        return RING, nodes, done, tight, capped
    while level <= last:
        i = waiting[level]
        if i < 0:
            level += 1
            continue
        taken, row = node[i], held[i]
        waiting[level] = row.following
        start, size = row.start, row.end
        if nodes + size > len(node) or links + size > len(link) or 2 * (nodes + size) > len(slot):
            counts[NODES], counts[LINKS] = nodes + size, links + size
            _forget(waiting, level, last)
            return SMALL, nodes, done, tight, capped
        taken.state, row.begin, row.end = DONE, links, links + size
        order[done] = i
        done += 1
        capped = capped or taken.high > _ONE
        low, high, best = taken.low * _LESS, min(taken.high, _ONE) * _MORE, taken.best
        row.over, row.tail, row.mask = steps[start].tail - _WHOLE, 0.0, 0
        if row.over > 0 and row.over * _PART * min(1.0, taken.high * _UNIT) * _FINE > cut:
            queue[tight] = i
            tight += 1
        for at in range(start, start + size):
            owner, share = steps[at].owner, steps[at].high
            reached = best * min(1.0, share * _PART)
            if reached < trace:
                row.tail, row.end = steps[at].tail, links
                break
            is_bare = owner < 0
            owner = ~owner if is_bare else owner
            here = _slot(owner) & mask
            j = slot[here] ^ stamp
            while 0 <= j <= _PLACE and node[j].party != owner:
                here = (here + 1) & mask
                j = slot[here] ^ stamp
            if j < 0 or j > _PLACE:
                j = nodes
                nodes += 1
                slot[here] = stamp | j
                edge[j] = _touch(node[j], owner, is_bare)
            other = node[j]
            if other.state == DONE:
                _forget(waiting, level, last)
                return RING, nodes, done, tight, capped
            link[links] = j
            links += 1
            other.low = min(other.low + np.int64(low * steps[at].low), _ONE)
            other.high = min(other.high + np.int64(high * share) + 1, _MOST)
            if reached > other.best:
                other.best = reached
                if other.best >= cut and other.state == NEW:
                    other.state = WAITING
                    there = places[owner]
                    if there.rank == ASSERTED:
                        _forget(waiting, level, last)
                        return RING, nodes, done, tight, capped
                    above = max(level, there.rank)
                    last = max(last, above)
                    held[j].following, waiting[above] = waiting[above], j
                    held[j].start, held[j].end = there.start, there.size
                    # Read early, so that it is near when it is wanted.
                    held[j].over = steps[there.start].high if there.size > 0 else 0.0
    return FOUND, nodes, done, tight, capped


@compiled
def _touch(fresh: Record, party: int, is_bare: bool) -> float:  # noqa: FBT001
    """A new node; says what part of a walk from it ends at the edge, unless it will be expanded."""
    fresh.party, fresh.low, fresh.high, fresh.best = party, 0, 0, 0.0
    fresh.state = BARE if is_bare else NEW
    return 0.0 if is_bare else 1.0


@compiled
def _slot(party: int) -> np.int64:
    """Fibonacci hashing (Knuth, The Art of Computer Programming 3, 6.4)."""
    return np.int64(party) * _MIX >> 20


@compiled
def _forget(waiting: Integers, level: int, last: int) -> None:
    for place in range(level, last + 1):
        waiting[place] = -1


@compiled
def _lead_to_edge(search: Search, done: int) -> None:
    """From each party that was expanded, top down: the products of highs of all walks to the edge."""
    held, edge, link, steps, order = search.held, search.edge, search.link, search.steps, search.order
    for at in range(done - 1, -1, -1):
        row = held[order[at]]
        part, start = row.tail, row.start - row.begin
        for place in range(row.begin, row.end):
            part += steps[start + place].high * edge[link[place]]
        edge[order[at]] = part * _MORE


@compiled
def _narrow(search: Search, size: tuple[int, int], tight: int, cut: float) -> None:
    """Work highs out from the top down where the tight subjects in the queue make sums over ways too much.

    Then way[h].most is a high too, for all.
    """
    nodes, done = size
    node, way, queue, held = search.node, search.way, search.queue, search.held
    for j in range(nodes):
        way[j].marks, way[j].value, way[j].most = 0, 0.0, 1.0
    many = _mark_ways(search, done, tight)
    links, left = held[search.order[done - 1]].end, LARGEST_WORK
    for h in range(1, nodes):
        if left > 0 and node[h].high >= cut * _ONE and (node[h].high - node[h].low) * _COARSE > cut * _ONE:
            wanted = many
            for at in range(tight):
                met = way[h].marks & held[queue[at]].mask
                wanted = wanted or met & (met - 1) != 0
            if wanted:
                left -= links
                way[h].most = min(1.0, _highest(search, h, done) * (1 + _SLIP * (links + 8)))


@compiled
def _mark_ways(search: Search, done: int, tight: int) -> bool:
    """Mark above tight subjects by which owners with room one gets there; says whether marks were too few.

    An owner whose room does not fit alone has two marks.
    """
    held, way, link, steps, order = search.held, search.way, search.link, search.steps, search.order
    found, used = 0, 0
    for at in range(done):
        i = order[at]
        row, marks = held[i], way[i].marks
        is_tight = found < tight and search.queue[found] == i
        if is_tight:
            found += 1
        left = _left(search, i) if is_tight else 0.0
        for place in range(row.begin, row.end if is_tight or marks != 0 else row.begin):
            way[link[place]].marks |= marks
            stake = steps[row.start + place - row.begin]
            room = stake.high - stake.low
            for _ in range((room > 0) + (room > left) if is_tight else 0):
                mark = np.int64(1) << min(used, _WAYS)
                used += 1
                row.mask |= mark
                way[link[place]].marks |= mark
    return used > _WAYS


@compiled
def _left(search: Search, i: int) -> float:
    place, left = search.places[search.node[i].party], _WHOLE
    for at in range(place.start, place.start + place.size):
        left -= search.steps[at].low
    return left


@compiled
def _highest(search: Search, h: int, done: int) -> float:
    """The most that h can have of the vendor inside what was expanded."""
    held, way, link, steps, order = search.held, search.way, search.link, search.steps, search.order
    way[h].value = 1.0
    for at in range(done - 1, -1, -1):
        i = order[at]
        row, value = held[i], 0.0
        if i == h:
            continue
        if row.over > 0:
            value = _filled(search, i)
        else:
            start = row.start - row.begin
            for place in range(row.begin, row.end):
                value += steps[start + place].high * way[link[place]].value
        way[i].value = value * _PART
    way[h].value = 0.0
    return float(way[0].value)


@compiled
def _filled(search: Search, i: int) -> float:
    """Every low, then the best owners first."""
    way, link, steps, row = search.way, search.link, search.steps, search.held[i]
    start, left, value = row.start - row.begin, _left(search, i), 0.0
    offers, count = np.empty(row.end - row.begin), 0
    by = np.empty(row.end - row.begin, np.int64)
    for place in range(row.begin, row.end):
        worth, stake = way[link[place]].value, steps[start + place]
        value += stake.low * worth
        if worth > 0 and stake.high > stake.low:
            offers[count], by[count] = -worth, start + place
            count += 1
    for best in np.argsort(offers[:count], kind="mergesort"):
        more = max(0.0, min(left, steps[by[best]].high - steps[by[best]].low))
        left -= more
        value -= more * offers[best]
    return float(value)


@compiled
def _list(search: Search, v: int, size: tuple[int, int], rule: tuple[float, bool, bool]) -> None:
    """Write an entry for everybody who may have as much as the cut; `rest` bounds whom no entry names.

    Beside it, the parties on whose rows the outcome rests: the expanded ones first, then all that were touched.
    """
    node, edge, entry, party, head = search.node, search.edge, search.entry, search.party, search.head[v]
    hidden, order, way = search.hidden, search.order, search.way
    any_hidden = len(hidden) > 0
    nodes, done = size
    cut, capped, narrowed = rule
    least, booked, dropped = cut * _ONE, edge[0], 0
    head.start, head.touched = at, front = search.counts[ENTRIES], search.counts[PARTIES]
    for place in range(done):
        party[front + place] = node[order[place]].party
    front += done
    for j in range(nodes):
        found = node[j]
        party[front + j] = found.party
        is_listed = found.high >= least
        lost = found.high * ((found.state == BARE) & (not is_listed))
        dropped = max(dropped, lost)
        # A walk that ends at the edge after it met this holder adds nothing to it.
        most, more = found.high * _UNIT, booked if capped else booked - found.high * _UNIT * edge[j] * _NEARLY
        if narrowed:
            most = min(most, way[j].most)
        high = (most + (more if more > 0 else 0.0)) * (1 + _SLIP)
        # Written in any case and kept where it is listed: a branch would be guessed wrong too often.
        entry[at].holder, entry[at].low, entry[at].high = found.party, found.low * _UNIT, high if high < 1 else 1.0
        at += is_listed & (j > 0) & (not (any_hidden and hidden[found.party]))
    head.size, head.rest = at - head.start, min(1.0, (booked + dropped * _UNIT) * (1 + _SLIP))
    head.met, head.expanded, head.shelf = nodes, done, search.counts[SHELF]
    search.counts[ENTRIES], search.counts[PARTIES] = at, front + nodes
