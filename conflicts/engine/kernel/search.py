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

from typing import TYPE_CHECKING, Any

import numpy as np

from conflicts.engine.bounds import WHOLE
from conflicts.engine.kernel.compiled import carray, compiled, fetch, pointer
from conflicts.engine.kernel.layout import ASSERTED, EMPTY, PLACE, STEP
from conflicts.engine.kernel.searcher import NODE, ROW, WAY, Search
from conflicts.engine.kernel.shelves import ENTRY, HEAD

if TYPE_CHECKING:
    import numpy.typing as npt

    from conflicts.engine.kernel.compiled import Integers, Offsets, Record, Records

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
_A_LINE = 4
"""Steps in a line of the machine's memory."""
_FINE, _COARSE = 2.0, 1.0
_ARRAYS = len(Search._fields)


@compiled
def search_until(search: Search, vendors: Integers, begin: int, cut: float) -> int:
    """Search for vendors[begin:] in turn; returns where it stopped, before the end where memory is small.

    A vendor with a ring or an assertion above it gets the size -1.
    """
    counts = search.counts
    for index in range(begin, len(vendors)):
        head = search.head[vendors[index]]
        outcome, found, rule = _found(search, vendors[index], cut, counts[ENTRIES])
        if outcome == RING:
            head.size = -1
            counts[RINGS] += 1
            continue
        nodes, done = found
        if outcome == SMALL or counts[PARTIES] + nodes + done > len(search.party):
            counts[NODES] = max(counts[NODES], nodes)
            return index
        head.start, head.touched, head.shelf = counts[ENTRIES], counts[PARTIES], counts[SHELF]
        head.size, head.rest = _list(search, found, rule, counts[ENTRIES])
        head.met, head.expanded = nodes, done
        _note(search, found)
        counts[ENTRIES] += head.size
    return len(vendors)


def search_one(desk: int, v: int, cut: float) -> int:
    """Search for one vendor alone; returns how many entries there are, or -1 - RING or -1 - SMALL.

    `desk` is the address of the addresses and lengths of the arrays of a Search, in its order. Its entries are
    written from the start on, its head[0] has the `rest`; nothing else is kept.
    """
    search = _laid_out(carray(pointer(desk), (_ARRAYS, 2), np.int64))
    outcome, found, rule = _found(search, v, cut, 0)
    if outcome != FOUND:
        return -1 - outcome
    size, search.head[0].rest = _list(search, found, rule, 0)
    return size


@compiled
def _laid_out(at: Offsets) -> Search:
    graph = _lying(at[0], PLACE), _lying(at[1], STEP), _lying(at[2], np.bool_)
    nodes = _lying(at[3], NODE), _lying(at[4], ROW), _lying(at[5], WAY), _lying(at[6], np.float64)
    ids = _lying(at[7], np.int32), _lying(at[8], np.int32), _lying(at[9], np.int32), _lying(at[10], np.int32)
    marks = _lying(at[11], np.int64), _lying(at[12], np.int32), _lying(at[13], np.int64)
    return Search(*graph, *nodes, *ids, *marks, _lying(at[14], HEAD), _lying(at[15], ENTRY), _lying(at[16], np.int32))


@compiled
def _lying(at: Offsets, kind: npt.DTypeLike) -> Any:  # noqa: ANN401 - an array of that kind
    return carray(pointer(at[0]), (at[1],), kind)


@compiled
def _found(search: Search, v: int, cut: float, used: int) -> tuple[int, tuple[int, int], tuple[float, bool, bool]]:
    """All but the list: how it ended, how many were touched and taken, and the rule by which to list them."""
    outcome, nodes, done, tight, capped = _climb(search, v, cut)
    if outcome == FOUND and used + nodes > len(search.entry):
        outcome = SMALL
        search.counts[NODES] = nodes
    if outcome == FOUND:
        _lead_to_edge(search, done)
        if tight > 0:
            _narrow(search, (nodes, done), tight, cut)
    return outcome, (nodes, done), (cut, capped, tight > 0)


@compiled
def _climb(  # noqa: C901, PLR0912, PLR0915 - to take the arrays out again for each stake would cost more
    search: Search, v: int, cut: float
) -> tuple[int, int, int, int, bool]:
    """Take parties bottom up; says how it ended, how many were touched, taken and tight, if a high was over one.

    Ranks only say who is probably above whom, and those of one rank wait in a chain: an owner that was taken already
    is a ring, or a rank that is wrong. Indices are unsigned where it counts: numba takes a negative one from the end,
    and to look for that costs a tenth of all.
    """
    places, steps, slot, node, held = search.places, search.steps, search.slot, search.node, search.held
    edge, link, order, queue, entering = search.edge, search.link, search.order, search.queue, search.entering
    mask, one = np.uint64(len(slot) - 1), np.uint64(1)
    stamp, trace = _begin(search, v, places[v].rank == EMPTY), cut * TRACE
    nodes, links, done, tight, capped, waiting = 1, 0, 0, 0, False, search.waiting
    level = last = max(0, places[v].rank)
    outcome, many = FOUND, 0 if node[0].state == BARE else 1
    while outcome == FOUND:
        for at in range(many):
            outcome = max(outcome, _line_up((places, steps, node, held, waiting), entering[at], level))
            last = max(last, held[entering[at]].level)
        while level <= last and waiting[level] < 0:
            level += 1
        if outcome != FOUND or level > last:
            break
        i = np.uint64(waiting[level])
        taken, row = node[i], held[i]
        waiting[level], start, size = row.following, row.start, row.end
        if nodes + size > len(node) or links + size > len(link) or 2 * (nodes + size) > len(slot):
            search.counts[NODES], search.counts[LINKS] = nodes + size, links + size
            outcome = SMALL
            break
        taken.state, row.begin, row.end = DONE, links, links + size
        order[done] = i
        done += 1
        capped = capped or taken.high > _ONE
        low, high, best = taken.low * _LESS, min(taken.high, _ONE) * _MORE, taken.best
        row.over, row.tail, row.mask = steps[start].tail - _WHOLE, 0.0, 0
        if row.over > 0 and row.over * _PART * min(1.0, taken.high * _UNIT) * _FINE > cut:
            queue[tight] = i
            tight += 1
        many = 0
        for at in range(np.uint64(start), np.uint64(start + size)):
            step = steps[at]
            reached = best * (step.high * _PART)
            if reached < trace:
                row.tail, row.end = step.tail, links
                break
            owner = step.owner if step.owner >= 0 else ~step.owner
            here = _home(owner, mask)
            j = slot[here] ^ stamp
            while 0 <= j <= _PLACE and node[np.uint64(j)].party != owner:
                here = (here + one) & mask
                j = slot[here] ^ stamp
            if j < 0 or j > _PLACE:
                j = nodes
                nodes += 1
                slot[here] = stamp | j
                edge[np.uint64(j)] = _touch(node[np.uint64(j)], owner, step.owner < 0)
            other = node[np.uint64(j)]
            if other.state == DONE:
                outcome, many = RING, 0
                break
            link[np.uint64(links)] = j
            links += 1
            other.low = min(other.low + np.int64(low * step.low), _ONE)
            other.high = min(other.high + np.int64(high * step.high) + 1, _MOST)
            if reached > other.best:
                other.best = reached
                if reached >= cut and other.state == NEW:
                    other.state, entering[many] = WAITING, j
                    many += 1
                    fetch(places, owner)
    for left in range(level, last + 1):
        waiting[left] = -1
    return outcome, nodes, done, tight, capped


@compiled
def _begin(search: Search, v: int, is_bare: bool) -> int:  # noqa: FBT001
    """Touch the vendor, first of all to enter; returns the stamp of this search."""
    node, counts = search.node, search.counts
    counts[STAMP] += 1
    stamp: int = counts[STAMP] << 32
    search.slot[_home(v, np.uint64(len(search.slot) - 1))] = stamp
    search.edge[0] = _touch(node[0], v, is_bare)
    node[0].low = node[0].high = _ONE
    node[0].best, search.entering[0] = 1.0, 0
    return stamp


@compiled
def _home(party: int, mask: np.uint64) -> np.uint64:
    """Where a party's slot is looked for first; Fibonacci hashing (Knuth, The Art of Computer Programming 3, 6.4)."""
    return np.uint64(np.int64(party) * _MIX >> 20) & mask


@compiled
def _line_up(arrays: tuple[Records, Records, Records, Records, Integers], i: int, level: int) -> int:
    """Let one wait for its turn, above those of this level; its rows are fetched meanwhile."""
    places, steps, node, held, waiting = arrays
    there, row = places[node[i].party], held[i]
    fetch(steps, there.start)
    fetch(steps, there.start + _A_LINE)
    row.level, row.start, row.end = max(level, there.rank), there.start, there.size
    row.following, waiting[row.level] = waiting[row.level], i
    return FOUND if there.rank != ASSERTED else RING


@compiled
def _touch(fresh: Record, party: int, is_bare: bool) -> float:  # noqa: FBT001
    """A new node; says what part of a walk from it ends at the edge, unless it will be expanded."""
    fresh.party, fresh.low, fresh.high, fresh.best = party, 0, 0, 0.0
    fresh.state = BARE if is_bare else NEW
    return 0.0 if is_bare else 1.0


@compiled
def _lead_to_edge(search: Search, done: int) -> None:
    """From each party that was expanded, top down: the products of highs of all walks to the edge."""
    held, edge, link, steps, order = search.held, search.edge, search.link, search.steps, search.order
    for at in range(done - 1, -1, -1):
        row = held[np.uint64(order[np.uint64(at)])]
        part, start = row.tail, row.start - row.begin
        for place in range(row.begin, row.end):
            part += steps[np.uint64(start + place)].high * edge[np.uint64(link[np.uint64(place)])]
        edge[np.uint64(order[np.uint64(at)])] = part * _MORE


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
def _list(search: Search, size: tuple[int, int], rule: tuple[float, bool, bool], start: int) -> tuple[int, float]:
    """Write an entry for everybody who may have as much as the cut; returns how many, and bounds all the others."""
    node, edge, entry, hidden, way = search.node, search.edge, search.entry, search.hidden, search.way
    cut, capped, narrowed = rule
    any_hidden, least, booked, dropped, at = len(hidden) > 0, cut * _ONE, edge[0], 0, start
    for j in range(size[0]):
        found = node[j]
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
    return at - start, min(1.0, (booked + dropped * _UNIT) * (1 + _SLIP))


@compiled
def _note(search: Search, size: tuple[int, int]) -> None:
    """Keep on whose rows the outcome rests: the parties that were expanded first, then all that were touched."""
    node, order, party, counts = search.node, search.order, search.party, search.counts
    nodes, done = size
    for place in range(done):
        party[counts[PARTIES] + place] = node[order[place]].party
    for j in range(nodes):
        party[counts[PARTIES] + done + j] = node[j].party
    counts[PARTIES] += done + nodes
