"""SEMANTICS 1.6: one clock, which only a story database has stand still."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction

from marketplace.records import clock
from marketplace.records.models import LogEntry, StoryClock
from marketplace.records.services import log

pytestmark = pytest.mark.django_db

EVE = dt.date(2025, 6, 11)
DEAL = dt.date(2025, 6, 12)


def refused(statement: str) -> str:
    """Return why the database refuses the statement."""
    with pytest.raises(DatabaseError) as refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    return str(refusal.value)


def test_now_is_the_database_s_time() -> None:
    before = clock.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT CURRENT_TIMESTAMP")
        (database,) = cursor.fetchone()
    if isinstance(database, str):
        database = dt.datetime.fromisoformat(f"{database}+00:00")
    assert abs(before - database) < dt.timedelta(seconds=5)
    assert before.utcoffset() == dt.timedelta(0)
    assert clock.now() >= before
    assert clock.story_date() is None


def test_a_story_stands_at_noon_of_its_date() -> None:
    clock.create_story(EVE)
    assert clock.now() == dt.datetime(2025, 6, 11, 12, tzinfo=dt.UTC)
    assert (clock.today(), clock.story_date()) == (EVE, EVE)


def test_what_is_logged_in_a_story_is_dated_by_it() -> None:
    clock.create_story(EVE)
    clock.advance_story(DEAL)
    with transaction.atomic():
        assert log(action="award.refused", actor=None).at == dt.datetime(2025, 6, 12, 12, tzinfo=dt.UTC)


def test_a_story_moves_forward_only() -> None:
    clock.create_story(DEAL)
    with pytest.raises(clock.ClockError, match="The story stands at 2025-06-12: it cannot go back to 2025-06-11"):
        clock.advance_story(EVE)
    assert clock.story_date() == DEAL


def test_a_database_with_a_history_does_not_become_a_story() -> None:
    with transaction.atomic():
        log(action="award.made", actor=None)
    with pytest.raises(clock.ClockError, match="a story begins in an empty one"):
        clock.create_story(EVE)
    assert "a story begins in an empty database" in refused("INSERT INTO records_storyclock VALUES (1, '2025-06-11')")
    assert not StoryClock.objects.exists()


def test_a_story_begins_once() -> None:
    clock.create_story(EVE)
    with pytest.raises(clock.ClockError, match="This database has a history"):
        clock.create_story(DEAL)
    assert "story_clock_is_one" in refused("INSERT INTO records_storyclock VALUES (2, '2025-06-12')")
    assert clock.story_date() == EVE


def test_ordinary_time_cannot_be_advanced() -> None:
    with pytest.raises(clock.ClockError, match="cannot be set"):
        clock.advance_story(DEAL)
    assert clock.story_date() is None


def test_raw_sql_neither_turns_the_story_back_nor_ends_it() -> None:
    clock.create_story(DEAL)
    assert "moves forward only" in refused("UPDATE records_storyclock SET date = '2025-06-11'")
    assert refused("DELETE FROM records_storyclock")
    assert clock.story_date() == DEAL
    assert not LogEntry.objects.exists()
