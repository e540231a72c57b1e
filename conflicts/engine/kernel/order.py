"""Which parties are needed, what lies below a change, and the order of work: owners first, rings together."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from conflicts.engine.kernel.below import Below, Links
from conflicts.engine.kernel.compiled import Flags, Integers, compiled


class Plan(NamedTuple):
    """Components owners first: party[first[c] : first[c + 1]], and whether c is a ring or holds itself."""

    party: Integers
    first: Integers
    is_ring: Flags


@compiled
def _owner(links: Links, v: int, place: int) -> int:
    if place < links.size[v]:
        return int(links.owner[links.start[v] + place])
    return int(links.other_owner[links.other_start[v] + place - links.size[v]])


@compiled
def spread_up(links: Links, seeds: Integers, reached: Flags) -> Integers:
    """Mark in `reached` and return the seeds and all above them that were not marked before."""
    found = np.empty(1024, np.int32)
    count, done = 0, 0
    for place in range(len(seeds) + 1):
        if place < len(seeds):
            count, found = _noted(seeds[place], reached, found, count)
            continue
        while done < count:
            v = found[done]
            done += 1
            for edge in range(links.size[v] + links.other_size[v]):
                count, found = _noted(_owner(links, v, edge), reached, found, count)
    return found[:count].copy()


@compiled
def _noted(v: int, reached: Flags, found: Integers, count: int) -> tuple[int, Integers]:
    if v < 0 or reached[v]:
        return count, found
    reached[v] = True
    if count == len(found):
        found = np.append(found, found)
    found[count] = v
    return count + 1, found


class Marks(NamedTuple):
    """Whom a walk may meet, and whom it met already."""

    within: Flags
    reached: Flags


@compiled
def spread_down(below: Below, seeds: Integers, marks: Marks, limit: int) -> Integers:
    """Mark and return the seeds and what lies below them; stops past `limit` holdings."""
    within, reached = marks
    found = np.empty(1024, np.int32)
    count, done, seen = 0, 0, 0
    for v in seeds:
        count, found = _noted(v, reached, found, count)
    while done < count and seen <= limit:
        holder = found[done]
        done += 1
        seen += below.ptr[holder + 1] - below.ptr[holder]
        for at in range(below.ptr[holder], below.ptr[holder + 1]):
            v = below.subject[at]
            count, found = _noted(v if within[v] else -1, reached, found, count)
        link = below.head[holder]
        while link >= 0:
            v = below.later[link]
            count, found = _noted(v if within[v] else -1, reached, found, count)
            link = below.more[link]
    return found[:count].copy()


class Walk(NamedTuple):
    """Tarjan's memory by party: number and least number (-1: not met); the path, the edge each stands at; the stack.

    `counts` is (parties met, parties on the stack, parties in components, components); `within` marks the parties.
    """

    met: Integers
    least: Integers
    is_open: Flags
    path: Integers
    edge: Integers
    stack: Integers
    counts: Integers
    within: Flags


def walk_memory(count: int) -> Walk:
    ids = [np.empty(count, np.int32) for _ in range(4)]
    open_, counts = np.zeros(count, np.bool_), np.zeros(4, np.int32)
    return Walk(np.full(count, -1, np.int32), ids[0], open_, ids[1], ids[2], ids[3], counts, open_)


@compiled
def plan(links: Links, parties: Integers, walk: Walk) -> Plan:
    """Tarjan's components of `parties`, without recursion; `walk.met` is left at -1 as it was found.

    `walk.within` marks the parties.
    """
    size = len(parties)
    drawn = Plan(np.empty(size, np.int32), np.zeros(size + 1, np.int32), np.zeros(size, np.bool_))
    walk.counts[:] = 0
    for root in parties:
        if walk.met[root] < 0:
            _walk(links, root, walk, drawn)
    for v in parties:
        walk.met[v] = -1
    count = walk.counts[3]
    return Plan(drawn.party, drawn.first[: count + 1].copy(), drawn.is_ring[:count].copy())


@compiled
def _walk(links: Links, root: int, walk: Walk, drawn: Plan) -> None:
    depth = 0
    _enter(walk, root, depth)
    while depth >= 0:
        v = walk.path[depth]
        following = _following(links, v, walk, depth)
        if following >= 0:
            depth += 1
            _enter(walk, following, depth)
            continue
        depth -= 1
        if depth >= 0:
            walk.least[walk.path[depth]] = min(walk.least[walk.path[depth]], walk.least[v])
        if walk.least[v] == walk.met[v]:
            _close(links, v, walk, drawn)


@compiled
def _enter(walk: Walk, v: int, depth: int) -> None:
    walk.path[depth], walk.edge[depth] = v, 0
    walk.met[v] = walk.least[v] = walk.counts[0]
    walk.stack[walk.counts[1]] = v
    walk.is_open[v] = True
    walk.counts[0] += 1
    walk.counts[1] += 1


@compiled
def _following(links: Links, v: int, walk: Walk, depth: int) -> int:
    """The next owner that was not met; owners on the stack lower v's least index."""
    size = links.size[v] + links.other_size[v]
    for edge in range(walk.edge[depth], size):
        owner = _owner(links, v, edge)
        if not walk.within[owner]:
            continue
        if walk.met[owner] < 0:
            walk.edge[depth] = edge + 1
            return owner
        if walk.is_open[owner]:
            walk.least[v] = min(walk.least[v], walk.met[owner])
    walk.edge[depth] = size
    return -1


@compiled
def _close(links: Links, v: int, walk: Walk, drawn: Plan) -> None:
    """Move the component of v from the stack into the plan."""
    begin, member, component = walk.counts[2], -1, walk.counts[3]
    done = begin
    while member != v:
        walk.counts[1] -= 1
        member = walk.stack[walk.counts[1]]
        walk.is_open[member] = False
        drawn.party[done] = member
        done += 1
    drawn.is_ring[component] = done - begin > 1 or _holds_itself(links, v)
    drawn.first[component + 1] = walk.counts[2] = done
    walk.counts[3] += 1


@compiled
def _holds_itself(links: Links, v: int) -> bool:
    found = False
    for edge in range(links.size[v] + links.other_size[v]):
        found = found or _owner(links, v, edge) == v
    return found


@compiled
def levels(links: Links, parties: Integers) -> Integers:
    """By party, how long a way up to it is at most; `parties` are everybody, owners first. Arbitrary in rings."""
    level = np.zeros(len(links.start), np.int32)
    for place in range(len(parties) - 1, -1, -1):
        v = parties[place]
        # Taken once, so that nobody who holds himself, and no ring, rises past the number of parties.
        above = level[v] + 1
        for edge in range(links.size[v] + links.other_size[v]):
            level[_owner(links, v, edge)] = max(level[_owner(links, v, edge)], above)
    return level
