"""How old the sources are that a verdict rests on (SEMANTICS 6 stale, 7.5, 9)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction

from conflicts.engine.dates import months_before
from conflicts.engine.facts import Axis, Fact
from tests.engine.oracle.verdict.case import Case
from tests.engine.oracle.verdict.sides import controllers
from tests.engine.oracle.verdict.times import presence
from tests.engine.oracle.verdict.world import World, is_majority

STALE_MONTHS = 36


def stale(cases: Iterable[Case], known_on: date, *, clear: bool) -> bool:
    """Whether a clear verdict's owners, or what makes a side one, are told by nothing newer than the limit."""
    limit = months_before(known_on, STALE_MONTHS)
    for case in cases:
        sides = (case.sides.client, case.sides.rival, case.sides.vendor)
        rows = [_within(case.world, side) for side in sides]
        if clear:
            rows.append(_owners_told(case))
        if any(_old(there, limit) for there in rows):
            return True
    return False


def is_old(row: Fact, known_on: date) -> bool:
    """Whether the row's own source is older than the limit."""
    return _old([row], months_before(known_on, STALE_MONTHS))


def _old(rows: Iterable[Fact], limit: date) -> bool:
    """The newest source counts (7.5); a source without a day has no age."""
    days = [row.source.day for row in rows if row.source.day is not None]
    return bool(days) and max(days) < limit


def _ownership(world: World) -> list[Fact]:
    axes = {Axis.ECONOMIC, Axis.VOTING, Axis.CONTROL}
    rows = [row for row in world.rows if row.axis in axes or is_majority(row) is not False]
    return [row for row in rows if presence([row], world.as_of) is not None]


def _within(world: World, side: frozenset[str]) -> list[Fact]:
    return [row for row in _ownership(world) if world.touches(row.holder, side) and row.subject in side]


def _owners_told(case: Case) -> list[Fact]:
    """What the coverage of the vendor rests on: the rows about it and about whoever must-controls it."""
    owned = controllers(case.world, case.vendor, Fraction(case.policy.control), may=False)
    return [row for row in _ownership(case.world) if row.subject in owned]
