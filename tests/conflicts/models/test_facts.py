"""Which facts are current, were known, are in force, and may be seen."""

import datetime as dt

import pytest

from conflicts.models import CustomerTie, Interest
from conflicts.services import end_interest, record_tie
from marketplace.records import clock
from tests.conflicts.builders import PRESS, holding, parties

pytestmark = pytest.mark.django_db


def in_force(day: str) -> list[str]:
    return sorted(row.holder.slug for row in Interest.objects.current().in_force(dt.date.fromisoformat(day)))


@pytest.mark.parametrize(
    ("start", "end", "day", "holds"),
    [
        ("", "", "1999-01-01", True),
        ("2025-06-12", "", "2025-06-11", False),
        ("2025-06-12", "", "2025-06-12", True),
        ("2025-06", "", "2025-06-01", True),
        ("2025-06", "", "2025-05-31", False),
        ("", "2025-06-12", "2025-06-11", True),
        ("", "2025-06-12", "2025-06-12", False),
        ("", "2025-06", "2025-06-30", True),
        ("", "2025-06", "2025-07-01", False),
        ("", "2025", "2025-12-31", True),
    ],
)
def test_a_fact_holds_or_may_hold_inside_its_valid_time(start: str, end: str, day: str, *, holds: bool) -> None:
    parties("meta", "scale-ai")
    holding("meta", "scale-ai", 10, start=start, end=end)
    assert in_force(day) == (["meta"] if holds else [])


def test_a_fact_is_known_from_its_recording_until_it_is_superseded() -> None:
    clock.create_story(dt.date(2025, 6, 11))
    parties("meta", "scale-ai")
    first = holding("meta", "scale-ai", 10)
    clock.advance_story(dt.date(2025, 6, 12))
    second = end_interest(actor=None, interest=first, end="2025-06-12")
    known = {day: Interest.objects.known_at(dt.datetime(2025, 6, day, 23, tzinfo=dt.UTC)) for day in (10, 11, 12)}
    assert list(known[10]) == []
    assert list(known[11]) == [first]
    assert list(known[12]) == list(Interest.objects.current()) == [second]
    assert second.series == first.series


def test_a_reader_sees_public_facts_only() -> None:
    parties("meta", "scale-ai", "outlier")
    told = holding("meta", "scale-ai", 10)
    holding("scale-ai", "outlier", 100, visibility="private")
    assert list(Interest.objects.public()) == [told]


@pytest.mark.parametrize(
    ("start", "end", "runs"),
    [("", "", True), ("2025-06", "", True), ("2025-06-13", "", False), ("", "2025-06", True), ("", "2025-05", False)],
)
def test_a_tie_runs_by_its_dates_whatever_its_status_says(start: str, end: str, *, runs: bool) -> None:
    parties("google", "scale-ai")
    record_tie(actor=None, buyer="google", supplier="scale-ai", status="ended", source=PRESS, start=start, end=end)
    assert CustomerTie.objects.running(dt.date(2025, 6, 12)).exists() == runs
