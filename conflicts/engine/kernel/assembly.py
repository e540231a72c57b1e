"""A ring cut out of the graph: its stakes in local ids, one column of values per holder, and the entries left."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from conflicts.engine.kernel.compiled import Integers, Numbers, Records, compiled
from conflicts.engine.kernel.memory import Work
from conflicts.engine.kernel.rings import STEP, Ring


class Places(NamedTuple):
    """Members in the order of work, the owners outside, and every holder with a column, by global id.

    The first len(member) holders are the members themselves, hidden ones included.
    """

    member: Integers
    outside: Integers
    holder: Integers


class Columns(NamedTuple):
    """Values of the holders begin, begin + 1, ..., a row each: its members' places, then the owners outside."""

    begin: int
    lows: Numbers
    highs: Numbers


FOUND = np.dtype([("member", np.int32), ("holder", np.int32), ("low", np.float64), ("high", np.float64)])
"""An entry of a ring's vectors: local member, holder by global id, both bounds."""


@compiled
def _number(work: Work, parties: Integers) -> None:
    """Give the parties the places 0, 1, ... under a new stamp."""
    work.vectors.counts[1] += 1
    for at in range(len(parties)):
        place = work.scratch.place[parties[at]]
        place.stamp, place.at = work.vectors.counts[1], at


@compiled
def in_order(work: Work, members: Integers) -> Integers:
    """The members so that most stand after the owners inside: values then travel far in one sweep.

    A walk in depth from the smallest id, members leaving it in turn; `members` rise, so the order is a function of
    the ring alone.
    """
    _number(work, members)
    places, now = work.scratch.place, work.vectors.counts[1]
    order, path, edge = np.empty_like(members), np.empty_like(members), np.zeros_like(members)
    met, done = np.zeros(len(members), np.bool_), 0
    for root in range(len(members)):
        depth = -1 if met[root] else 0
        path[0], met[root] = root, True
        while depth >= 0:
            at = path[depth]
            following = _next_owner(work, members[at], edge, at)
            if following < 0:
                order[done] = members[at]
                done, depth = done + 1, depth - 1
            elif places[following].stamp == now and not met[places[following].at]:
                depth += 1
                path[depth] = places[following].at
                met[path[depth]] = True
    return order


@compiled
def _next_owner(work: Work, v: int, edge: Integers, place: int) -> int:
    stakes, asserted = work.stakes.span[v], work.asserted.span[v]
    at = edge[place]
    edge[place] += 1
    if at < stakes.size:
        return int(work.stakes.rows[stakes.start + at].owner)
    at -= stakes.size
    return int(work.asserted.rows[asserted.start + at].owner) if at < asserted.size else -1


@compiled
def cut_out(work: Work, member: Integers) -> tuple[Ring, Integers]:
    """The stakes and assertions in the members, in local ids, and the owners outside in the order they are met."""
    _number(work, member)
    held = told = 0
    for v in member:
        held += work.stakes.span[v].size
        told += work.asserted.span[v].size
    count = len(member) + 1
    ring = Ring(np.zeros(count, np.int32), np.empty(held, STEP), np.zeros(count, np.int32), np.empty(told, STEP))
    outside, met = np.empty(held + told, np.int32), 0
    for start, steps, table in ((ring.start, ring.stakes, work.stakes), (ring.told, ring.asserted, work.asserted)):
        for place in range(len(member)):
            at, span = start[place], table.span[member[place]]
            for edge in range(span.start, span.start + span.size):
                stake = table.rows[edge]
                met, steps[at].owner = _local(work, stake.owner, outside, (met, len(member)))
                steps[at].low, steps[at].high = stake.low, stake.high
                at += 1
            start[place + 1] = at
    return ring, outside[:met].copy()


@compiled
def _local(work: Work, owner: int, outside: Integers, now: tuple[int, int]) -> tuple[int, int]:
    met, members = now
    place = work.scratch.place[owner]
    if place.stamp != work.vectors.counts[1]:
        place.stamp, place.at = work.vectors.counts[1], members + met
        outside[met] = owner
        met += 1
    return met, place.at


@compiled
def holders(work: Work, member: Integers, outside: Integers) -> Integers:
    """Who needs a column: the members, the owners outside that are no joint names, and whom their vectors list."""
    _number(work, member)
    found, count = member.copy(), len(member)
    for owner in outside:
        if not work.hidden[owner]:
            count, found = _noted(work, owner, found, count)
        head = work.vectors.head[owner]
        for at in range(head.start, head.start + max(0, head.size)):
            count, found = _noted(work, work.vectors.entry[at].holder, found, count)
    return found[:count].copy()


@compiled
def _noted(work: Work, holder: int, found: Integers, count: int) -> tuple[int, Integers]:
    place = work.scratch.place[holder]
    if place.stamp == work.vectors.counts[1]:
        return count, found
    place.stamp, place.at = work.vectors.counts[1], count
    if count == len(found):
        found = np.append(found, found)
    found[count] = holder
    return count + 1, found


@compiled
def fill(work: Work, places: Places, columns: Columns) -> None:
    """Set what is known in zeroed columns: 1 for the holder itself, the vectors of the owners outside.

    An owner outside that does not list a holder counts with its `rest`, also for a member: what was left open above
    it may lead back into the ring.
    """
    _number(work, places.holder)
    begin, lows, highs = columns
    vectors, place, members = work.vectors, work.scratch.place, len(places.member)
    for t in range(begin, min(members, begin + len(lows))):
        lows[t - begin, t] = highs[t - begin, t] = 1.0
    for at_owner in range(len(places.outside)):
        owner, row = places.outside[at_owner], members + at_owner
        t, head = place[owner].at - begin, vectors.head[owner]
        for other in range(len(lows) if head.rest > 0 else 0):
            highs[other, row] = head.rest
        if not work.hidden[owner] and 0 <= t < len(lows):
            lows[t, row] = highs[t, row] = 1.0
        for at in range(head.start, head.start + max(0, head.size)):
            entry = vectors.entry[at]
            t = place[entry.holder].at - begin
            if 0 <= t < len(lows):
                lows[t, row], highs[t, row] = entry.low, entry.high


@compiled
def kept(work: Work, places: Places, columns: Columns, dropped: Numbers) -> Records:
    """The entries that are not cut; `dropped[v]` is raised to the largest high that is."""
    begin, lows, highs = columns
    found, count, members = np.empty(64, FOUND), 0, len(places.member)
    for t in range(len(highs)):
        holder = places.holder[begin + t]
        for v in range(members):
            high = highs[t, v]
            if work.hidden[holder] or high <= 0 or places.member[v] == holder:
                continue
            if high < work.cut:
                dropped[v] = max(dropped[v], high)
                continue
            if count == len(found):
                found = np.append(found, found)
            entry = found[count]
            entry.member, entry.holder, entry.low, entry.high = v, holder, lows[t, v], high
            count += 1
    return found[:count].copy()


@compiled
def lay_out(work: Work, places: Places, found: Records) -> None:
    """Write the entries as the vectors of the members, in their order; there must be room."""
    vectors, to = work.vectors, np.zeros(len(places.member), np.int64)
    for at in range(len(found)):
        to[found[at].member] += 1
    for v in range(len(places.member)):
        head = vectors.head[places.member[v]]
        head.start, head.size = vectors.counts[0], to[v]
        vectors.counts[0] += to[v]
        to[v] = head.start
    for at in range(len(found)):
        entry = vectors.entry[to[found[at].member]]
        entry.holder, entry.low, entry.high = found[at].holder, found[at].low, found[at].high
        to[found[at].member] += 1
