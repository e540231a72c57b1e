"""Writing versions of facts: a row is never edited, a later one supersedes it (DESIGN 3)."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar
from uuid import uuid4

from django.db import IntegrityError, models, transaction

from conflicts.models import CompetitorDeclaration, Fact, FactChange, Party, Policy, Source
from marketplace.records.refusals import Conflict

VERSION = ("id", "recorded_at", "recorded_by", "superseded_at", "superseded_by")
BEFORE = "before"
"""Where a change keeps what rows without versions were before it."""
UNIQUE_VIOLATION = "23505"
FILLED_LATER = ("publisher", "statement_date", "retrieved_on", "licence")

FactRow = TypeVar("FactRow", bound=Fact)
VersionedRow = Fact | CompetitorDeclaration | Policy


def stored_source(unsaved: Source, *, filled_by: FactChange | None = None) -> Source:
    """Return the stored source of this address and standing.

    A change that it is `filled_by` adds what was not known of it yet, and notes what it was before. Facts that rest on
    it are weighed by its dates, so only a change that reaches every pair may do that.
    """
    told = {name: value for name in FILLED_LATER if (value := getattr(unsaved, name))}
    source, is_new = Source.objects.get_or_create(url=unsaved.url, standing=unsaved.standing, defaults=told)
    if is_new or filled_by is None or not _news(source, told):
        return source
    # Whoever fills it in this moment is waited for, so that what each was before is told in commit order.
    source = Source.objects.select_for_update(no_key=True).get(pk=source.pk)
    if news := _news(source, told):
        note_before(filled_by, source, news)
        for name, value in news.items():
            setattr(source, name, value)
        source.save(update_fields=list(news))
    return source


def note_before(change: FactChange, row: Source | Party, columns: Iterable[str]) -> None:
    """Note in the change what these columns of a row without versions were before it: a replay takes them back."""
    were = {name: getattr(row, name) for name in columns}
    if were:
        change.data.setdefault(BEFORE, []).append({"model": row._meta.model_name, "id": row.pk, "columns": were})


def store(row: FactRow, change: FactChange, *, after: Fact | None = None) -> FactRow:
    """Insert a new version, recorded by the change and not before the version that it follows."""
    row.source = stored_source(row.source, filled_by=change) if row.source._state.adding else row.source
    if row.end_source is not None and row.end_source._state.adding:
        row.end_source = stored_source(row.end_source, filled_by=change)
    row.recorded_by = change
    row.recorded_at = max(change.at, after.recorded_at) if after else change.at
    insert(row)
    return row


def supersede(row: VersionedRow, change: FactChange) -> dt.datetime:
    """End the known time of the current version and return when; raises Conflict where it is not current any more."""
    at = max(change.at, row.recorded_at)
    current = type(row)._default_manager.filter(pk=row.pk, superseded_at=None)  # noqa: SLF001 - any of three models
    if not current.update(superseded_at=at, superseded_by=change):
        raise Conflict("This row was changed meanwhile: read it again and repeat what still applies.", code="stale_row")
    row.superseded_at, row.superseded_by = at, change
    return at


def insert(row: models.Model) -> None:
    """Insert the row; raises Conflict where someone else inserted what it tells in the same moment."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        if not _is_duplicate(error):
            raise
        raise Conflict("Someone else recorded the same in this moment: read it again.", code="told_twice") from error


def hold_party(party: Party) -> None:
    """Let only one transaction at a time change what hangs on this party; rows may still refer to it."""
    Party.objects.select_for_update(no_key=True).get(pk=party.pk)


def successor(row: FactRow, **news: Any) -> FactRow:
    """Return an unsaved copy of the row as the next version of its series, with the news."""
    fields = [field.name for field in row._meta.concrete_fields if field.name not in VERSION]
    return type(row)(**{**{name: getattr(row, name) for name in fields}, **news, "id": uuid4()})


def _news(source: Source, told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if not getattr(source, name)}


def _is_duplicate(error: IntegrityError) -> bool:
    return getattr(error.__cause__, "sqlstate", "") == UNIQUE_VIOLATION or "UNIQUE constraint" in str(error)
