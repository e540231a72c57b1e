"""Whom a search expands, where rings or assertions are in the way: the best way to each party, best first."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import NamedTuple

import numpy as np

from conflicts.engine.bounds import WHOLE
from conflicts.engine.kernel.compiled import Integers, Numbers, Offsets, compiled
from conflicts.engine.kernel.graph import Table

_PART = 1.0 / WHOLE


class Nearby(NamedTuple):
    """The parties that are expanded, and all that were touched, the vendor first in both.

    Of each expanded one, how many of its stakes some way carries a trace of the cut into: the first, see STAKE.
    """

    expanded: Integers
    touched: Integers
    carrying: Integers


@compiled
def nearby(tables: tuple[Table, Table], place: Offsets, v: int, rule: tuple[float, float]) -> Nearby:  # noqa: C901
    """Expand whom some way up carries the cut to, by the product of its highs (Dijkstra 1959: it never grows).

    `place` is by party and all -1; it is left so. `rule` is the cut and the trace.
    """
    stakes, asserted = tables
    cut, trace = rule
    carrying = np.empty(16, np.int32)
    expanded, touched, best = np.empty(16, np.int32), np.full(16, v, np.int32), np.ones(16)
    waiting, count, done = [(-1.0, 0)], 1, 0
    place[v] = 0
    while len(waiting) > 0:
        weight, at = heappop(waiting)
        party = touched[at]
        if -weight < best[at] or stakes.span[party].size + asserted.span[party].size == 0:
            continue
        if done == len(expanded):
            expanded, carrying = np.append(expanded, expanded), np.append(carrying, carrying)
        expanded[done], carrying[done] = party, _carried(stakes, party, (-weight, trace))
        done += 1
        for table in (stakes, asserted):
            span = table.span[party]
            for edge in range(span.start, span.start + span.size):
                owner, reached = table.rows[edge].owner, -weight * min(1.0, table.rows[edge].high * _PART)
                if place[owner] < 0:
                    touched, best = _noted(touched, best, count, owner)
                    place[owner] = count
                    count += 1
                if reached > best[place[owner]]:
                    best[place[owner]] = reached
                    if reached >= cut:
                        heappush(waiting, (-reached, place[owner]))
    for at in range(count):
        place[touched[at]] = -1
    return Nearby(expanded[:done].copy(), touched[:count].copy(), carrying[:done].copy())


@compiled
def _carried(stakes: Table, party: int, rule: tuple[float, float]) -> int:
    span, count = stakes.span[party], 0
    weight, trace = rule
    while count < span.size and weight * min(1.0, stakes.rows[span.start + count].high * _PART) >= trace:
        count += 1
    return count


@compiled
def _noted(touched: Integers, best: Numbers, count: int, party: int) -> tuple[Integers, Numbers]:
    if count == len(touched):
        touched, best = np.append(touched, touched), np.append(best, best)
    touched[count], best[count] = party, 0.0
    return touched, best
