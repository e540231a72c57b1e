"""Integrated ownership by its definition: the chance that a walk up meets the owners (SEMANTICS 3.1).

Every number is an exact Fraction, in millionths of a percent.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from tests.engine.oracle.worlds import (
    WHOLE,
    Stakes,
    World,
    base,
    extreme_worlds,
    lowest_world,
    parties_of,
    supported,
)

Reach = dict[str, Fraction]
Equations = list[list[Fraction]]


def reach(world: World, owners: frozenset[str], stop: frozenset[str] = frozenset()) -> Reach:
    """The chance of meeting `owners` from every party in one world; 0 for a party in `stop`."""
    open_parties = sorted(_can_reach(world, owners, stop) - owners)
    chances = dict.fromkeys(parties_of(world), Fraction(0)) | dict.fromkeys(owners, Fraction(WHOLE))
    return chances | dict(zip(open_parties, _solve(_equations(world, open_parties, owners)), strict=True))


def lowest(stakes: Stakes, owners: frozenset[str], stop: frozenset[str] = frozenset()) -> Reach:
    """All shares at low (SEMANTICS 3.2), a fault's at 0 (2.7)."""
    return reach(lowest_world(base(stakes)), owners, stop)


def highest(stakes: Stakes, owners: frozenset[str], stop: frozenset[str] = frozenset()) -> Reach:
    """The maximum over every extreme world (SEMANTICS 3.2), so tightening (2.6) needs no line of its own."""
    return maximum(reach(world, owners, stop) for world in extreme_worlds(base(stakes)))


def most_supported(stakes: Stakes, owners: frozenset[str], stop: frozenset[str] = frozenset()) -> Reach:
    """The most that the stated lows support with totals of at most 100% (SEMANTICS 2.7)."""
    return maximum(reach(world, owners, stop) for world in extreme_worlds(supported(stakes)))


def maximum(reaches: Iterable[Reach]) -> Reach:
    best: Reach = {}
    for chances in reaches:
        best = {party: max(chance, best.get(party, chance)) for party, chance in chances.items()}
    return best


def _can_reach(world: World, owners: frozenset[str], stop: frozenset[str]) -> frozenset[str]:
    """Without this a ring closed on itself would have many solutions; the least one is 0."""
    found = set(owners)
    while True:
        more = {subject for (holder, subject), share in world.items() if share > 0 and holder in found}
        if more - stop <= found:
            return frozenset(found)
        found |= more - stop


def _equations(world: World, unknowns: list[str], owners: frozenset[str]) -> Equations:
    """WHOLE * x(v) - sum of share(h, v) * x(h) over unknown h = WHOLE * what the owners hold in v."""
    rows: Equations = []
    for subject in unknowns:
        row = [Fraction(WHOLE * (subject == holder) - world.get((holder, subject), 0)) for holder in unknowns]
        direct = sum(world.get((owner, subject), 0) for owner in owners)
        rows.append([*row, Fraction(WHOLE * direct)])
    return rows


def _solve(rows: Equations) -> list[Fraction]:
    """Gauss and Jordan; every unknown reaches the owners, so the system is never singular."""
    for column in range(len(rows)):
        pivot = next(index for index in range(column, len(rows)) if rows[index][column])
        rows[column], rows[pivot] = rows[pivot], rows[column]
        head = [value / rows[column][column] for value in rows[column]]
        rows = [
            head if index == column else [a - row[column] * b for a, b in zip(row, head, strict=True)]
            for index, row in enumerate(rows)
        ]
    return [row[-1] for row in rows]
