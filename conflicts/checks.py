"""The stored check: what is stored of one pair, or of all pairs of one principal, in one statement each.

It computes nothing and decides nothing: a gate screens anew. Every answer says how fresh it is.
"""

import datetime as dt
import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from conflicts.answers import AllCheck, CompetitorExposure, PairCheck, StoredExposures, Why
from conflicts.engine.bounds import WHOLE
from conflicts.engine.screening import RULE_VERSION
from conflicts.models import Coverage, Outcome, Overview, Party, Watch
from conflicts.models.overviews import VACANT
from conflicts.models.watches import Told
from conflicts.statements import Statement
from marketplace.records.refusals import Unavailable

FRESHNESS = """
    (SELECT value FROM conflicts_epoch),
    (SELECT date FROM conflicts_dayswept),
    EXISTS (
        SELECT 1 FROM conflicts_factchange c
        WHERE c.expanded_at IS NULL AND (c.reach = 'every' OR (c.reach = 'tenant' AND c.tenant = %(tenant)s))
    )
"""
"""The epoch now, the newest day that came, and whether a change that may reach the tenant waits to be expanded."""

DECLARED = "conflicts_declared_exposures(%(tenant)s, %(principal)s, %(subject)s)"
"""A function of PostgreSQL, made by a migration: of what is never run a plan would still open every table."""

DECLARED_ON_SQLITE = """(
    SELECT json_group_array(json_array(x.epoch, x.as_of, b.rest, d.competitor_id, v.low, v.high, v.must_control,
        v.may_control))
    FROM conflicts_exposureset x
    JOIN conflicts_exposedsubject b ON b.subject_id = %(subject)s AND b.generation = x.generation
    LEFT JOIN conflicts_competitordeclaration d
        ON d.tenant = %(tenant)s AND d.principal_id = %(principal)s AND d.superseded_at IS NULL
    LEFT JOIN conflicts_exposure v
        ON v.subject_id = %(subject)s AND v.holder_id = d.competitor_id AND v.generation = x.generation
)"""

PAIR = Statement(
    "armslength_check_pair",
    f"""
    SELECT w.told, w.want_epoch, w.parked_at IS NOT NULL, CASE WHEN w.id IS NULL THEN {DECLARED} END, {FRESHNESS}
    FROM (SELECT 1) AS one
    LEFT JOIN conflicts_watch w
        ON w.tenant = %(tenant)s AND w.principal_id = %(principal)s AND w.subject_id = %(subject)s
    """,  # noqa: S608 - constants of this file
    ("tenant", "principal", "subject"),
    {DECLARED: DECLARED_ON_SQLITE},
)

ALL = Statement(
    "armslength_check_all",
    f"""
    SELECT
        o.roster_version, o.cells,
        EXISTS (
            SELECT 1 FROM conflicts_watch w
            WHERE w.tenant = %(tenant)s AND w.principal_id = %(principal)s AND w.place IS NULL
        ),
        (SELECT version FROM conflicts_rulesseen),
        {FRESHNESS}
    FROM (SELECT 1) AS one
    LEFT JOIN conflicts_overview o ON o.tenant = %(tenant)s AND o.principal_id = %(principal)s
    """,  # noqa: S608 - constants of this file
    ("tenant", "principal"),
)

ROSTERS_KEPT = 64
TRIES = 3


class _RosterMovedError(Exception):
    """The places are no longer those of the cells that were read."""


def check_pair(*, tenant: UUID, principal: Party, subject: Party) -> PairCheck:
    """Tell what is stored of one pair, by one statement."""
    row = _PairRow(*PAIR.ask(tenant=tenant, principal=principal.pk, subject=subject.pk))
    told = row.read
    if told is None or row.parked:
        exposures = _exposures(row.exposures, subject.pk)
        return PairCheck(Outcome.UNKNOWN, Coverage.NONE, None, None, None, row.now, row.why, exposures)
    return PairCheck(
        outcome=told.outcome,
        coverage=told.coverage,
        newest_source=told.newest_source,
        screened_epoch=told.epoch,
        as_of=told.as_of,
        epoch=row.now,
        why=row.why,
    )


def check_all(*, tenant: UUID, principal: Party) -> AllCheck:
    """Tell what is stored of all subjects of one principal, by one statement where the roster is known already.

    Raises Unavailable where the watched pairs change all the time.
    """
    for _ in range(TRIES):
        version, cells, some_unplaced, rules, now, day, is_waiting = ALL.ask(tenant=tenant, principal=principal.pk)
        try:
            roster = _roster(tenant, principal.pk, _uuid(version)) if version else _Roster((), ())
        except _RosterMovedError:
            continue
        unplaced = _unplaced(tenant, principal) if some_unplaced else ()
        why = [Why.EXPANDING] if is_waiting else []
        why += [Why.RULES] if rules != RULE_VERSION else []
        return AllCheck(now or 0, _date(day), tuple(why), roster.seated(cells or b""), roster.parties, unplaced)
    raise Unavailable("The watched pairs are changing: ask again in a moment.", code="roster_changing", retry_after=1)


class _PairRow(NamedTuple):
    """The columns of PAIR, flags and dates as the vendor tells them; `want_epoch` is None where nothing is watched."""

    told: str | None
    want_epoch: int | None
    parked: bool
    exposures: str | None
    epoch_now: int | None
    newest_day: dt.date | str | None
    is_waiting: bool

    @property
    def now(self) -> int:
        return self.epoch_now or 0

    @property
    def read(self) -> Told | None:
        return Told.read(self.told) if self.told else None

    @property
    def why(self) -> tuple[Why, ...]:
        if self.want_epoch is None:
            return (Why.UNWATCHED,)
        told = self.read
        state = [Why.PARKED] if self.parked else [Why.UNSCREENED] if told is None else []
        waiting = [Why.EXPANDING] if self.is_waiting else []
        stale = self._staleness(told, self.want_epoch) if told is not None and not state else ()
        return (*state, *waiting, *stale)

    def _staleness(self, told: Told, want_epoch: int) -> Iterator[Why]:
        newest = _date(self.newest_day)
        if told.epoch < want_epoch:
            yield Why.RESCORING
        if newest is not None and told.as_of < newest:
            yield Why.DAY
        if told.rule_version != RULE_VERSION:
            yield Why.RULES


def _exposures(told: str | None, subject: UUID) -> StoredExposures | None:
    rows = json.loads(told or "[]")
    if not rows:
        return None
    epoch, as_of = rows[0][:2]
    # A competitor stands in the list once per segment.
    found = {row[3]: _exposure(row[2:], subject) for row in rows if row[3] is not None}
    by_size = sorted(found.values(), key=lambda one: (-one.high, -one.low, one.competitor))
    return StoredExposures(epoch, dt.date.fromisoformat(as_of), tuple(by_size))


def _exposure(row: list[Any], subject: UUID) -> CompetitorExposure:
    """A party has itself whole; who is not listed has at most the slack that was booked."""
    rest, name, low, high, must, may = row
    competitor = UUID(name)
    if competitor == subject:
        return CompetitorExposure(competitor, WHOLE, WHOLE, must_control=True, may_control=True)
    if high is None:
        # Where the engine refused nothing is known to be excluded, control neither.
        return CompetitorExposure(competitor, 0, rest, must_control=False, may_control=rest == WHOLE)
    return CompetitorExposure(competitor, low, high, must_control=bool(must), may_control=bool(may))


class _Roster(NamedTuple):
    """Who has which place, and the places that nobody has."""

    parties: tuple[UUID | None, ...]
    holes: tuple[int, ...]

    def seated(self, cells: bytes) -> bytes:
        """The cells as long as the roster, vacant where nobody has the place."""
        size = len(self.parties)
        seated = bytes(cells[:size]).ljust(size, bytes([VACANT]))
        if not self.holes:
            return seated
        emptied = bytearray(seated)
        for place in self.holes:
            emptied[place] = VACANT
        return bytes(emptied)


@lru_cache(maxsize=ROSTERS_KEPT)
def _roster(tenant: UUID, principal: UUID, version: UUID) -> _Roster:
    """Read who has which place; raises _RosterMovedError where that is not of this version any more."""
    watches = Watch.objects.of(tenant=tenant).filter(principal=principal, place__isnull=False).order_by()
    places: dict[int | None, UUID] = dict(watches.values_list("place", "subject_id"))
    # Places change only together with the version: one that is still there was there while they were read.
    if not Overview.objects.filter(tenant=tenant, principal=principal, roster_version=version).exists():
        raise _RosterMovedError
    size = max((place + 1 for place in places if place is not None), default=0)
    parties = tuple(places.get(place) for place in range(size))
    return _Roster(parties, tuple(place for place, party in enumerate(parties) if party is None))


def _unplaced(tenant: UUID, principal: Party) -> tuple[UUID, ...]:
    watches = Watch.objects.of(tenant=tenant).filter(principal=principal, place=None)
    return tuple(watches.order_by("subject_id").values_list("subject_id", flat=True))


def _date(told: dt.date | str | None) -> dt.date | None:
    """The date; SQLite tells it as text."""
    return dt.date.fromisoformat(told) if isinstance(told, str) else told


def _uuid(told: UUID | str) -> UUID:
    """The id; SQLite tells it as text."""
    return UUID(told) if isinstance(told, str) else told
