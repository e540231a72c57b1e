"""The one clock (SEMANTICS 1.6): database time or, in a story database, the stored story date."""

import datetime as dt

from django.db import connection, transaction

from marketplace.records.models import LogEntry, StoryClock
from marketplace.records.refusals import Conflict

# The newest instant of the database itself; SQLite keeps milliseconds.
DATABASE_TIME = {
    "postgresql": "SELECT (SELECT date FROM records_storyclock), clock_timestamp()",
    "sqlite": "SELECT (SELECT date FROM records_storyclock), strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')",
}
NOON = dt.time(12, tzinfo=dt.UTC)


class ClockError(Conflict):
    """The story clock was asked for something that would falsify the record."""

    default_code = "story_clock"


def now() -> dt.datetime:
    """Return the present instant, in UTC; in a story database noon of the story date."""
    story, instant = _read()
    return dt.datetime.combine(story, NOON) if story else instant


def today() -> dt.date:
    """Return the UTC date of now()."""
    return now().date()


def story_date() -> dt.date | None:
    """Return the story date of a story database, None in any other."""
    return _read()[0]


@transaction.atomic
def create_story(date: dt.date) -> None:
    """Make this empty database a story database that stands at `date`.

    Raises ClockError where the decision log has a row or a story has begun: recorded history keeps its own time.
    """
    if LogEntry.objects.exists() or StoryClock.objects.exists():
        raise ClockError("This database has a history: a story begins in an empty one.")
    StoryClock.objects.create(date=date)


@transaction.atomic
def advance_story(date: dt.date) -> None:
    """Move the story forward to `date`; raises ClockError outside a story and for a step back."""
    clock = StoryClock.objects.select_for_update().first()
    if clock is None:
        raise ClockError("This is no story database: its time is the database's own and cannot be set.")
    if date < clock.date:
        raise ClockError(f"The story stands at {clock.date}: it cannot go back to {date}.")
    clock.date = date
    clock.save()


def _read() -> tuple[dt.date | None, dt.datetime]:
    with connection.cursor() as cursor:
        cursor.execute(DATABASE_TIME[connection.vendor])
        story, instant = cursor.fetchone()
    if connection.vendor == "sqlite":
        instant = dt.datetime.fromisoformat(instant)
    return story, instant.astimezone(dt.UTC)
