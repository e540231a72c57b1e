"""Partial dates and where a day stands in the valid time of a fact (SEMANTICS 1.1 to 1.3)."""

from __future__ import annotations

from datetime import date

import pytest

from conflicts.engine.dates import PartialDate, Phase, months_before, phase
from tests.engine.facts_builder import day


def stands(start: str, end: str, on: str) -> Phase:
    begins = PartialDate.parse(start) if start else None
    ends = PartialDate.parse(end) if end else None
    return phase(begins, ends, day(on))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025", "2025-01-01", "2025-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2025-06-12", "2025-06-12", "2025-06-12"),
    ],
)
def test_a_partial_date_spans_what_its_source_leaves_open(text: str, first: str, last: str) -> None:
    read = PartialDate.parse(text)
    assert (read.first, read.last, str(read)) == (day(first), day(last), text)


@pytest.mark.parametrize("text", ["", "soon", "25-06", "2025-6", "2025-06-12T00", "2025-13", "2025-02-30", " 2025"])
def test_a_text_that_is_no_date_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"write YYYY, YYYY-MM or YYYY-MM-DD\."):
        PartialDate.parse(text)


def test_a_full_date_is_the_day_that_it_names() -> None:
    assert PartialDate.of(date(2025, 6, 12)) == PartialDate.parse("2025-06-12")


def test_no_dates_at_all_mean_in_force() -> None:
    assert stands("", "", "1990-01-01") is Phase.IN_FORCE


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2025-06-11", Phase.NOT_BEGUN),
        ("2025-06-12", Phase.IN_FORCE),
    ],
)
def test_a_full_start_counts_from_its_own_day(on: str, expected: Phase) -> None:
    assert stands("2025-06-12", "", on) is expected


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2025-06-11", Phase.IN_FORCE),
        ("2025-06-12", Phase.OVER),
    ],
)
def test_a_full_end_is_the_first_day_that_does_not_count(on: str, expected: Phase) -> None:
    assert stands("", "2025-06-12", on) is expected


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2025-05-31", Phase.NOT_BEGUN),
        ("2025-06-01", Phase.MAY_HAVE_BEGUN),
        ("2025-06-30", Phase.MAY_HAVE_BEGUN),
        ("2025-07-01", Phase.IN_FORCE),
    ],
)
def test_inside_the_span_of_a_start_a_fact_may_have_begun(on: str, expected: Phase) -> None:
    assert stands("2025-06", "", on) is expected


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2024-12-31", Phase.IN_FORCE),
        ("2025-01-01", Phase.MAY_HAVE_ENDED),
        ("2025-12-31", Phase.MAY_HAVE_ENDED),
        ("2026-01-01", Phase.OVER),
    ],
)
def test_inside_the_span_of_an_end_a_fact_may_have_ended(on: str, expected: Phase) -> None:
    assert stands("", "2025", on) is expected


@pytest.mark.parametrize(
    ("months", "expected"), [(12, "2023-02-28"), (24, "2022-02-28"), (2, "2023-12-29"), (14, "2022-12-29")]
)
def test_months_are_counted_back_on_the_calendar(months: int, expected: str) -> None:
    assert months_before(day("2024-02-29"), months) == day(expected)
