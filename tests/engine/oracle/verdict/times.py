"""Valid time by brute force: every partial date becomes each day that matters, and rows are read as exact."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import product

from conflicts.engine.dates import PartialDate
from conflicts.engine.facts import Certainty, Fact

DAY = timedelta(days=1)
Mark = tuple[PartialDate, str]
"""A partial date; the end of a row that starts with the same text is a day of its own, named by the row."""
Days = Mapping[Mark, date]


def start_mark(row: Fact) -> Mark | None:
    return None if row.start is None else (row.start, "")


def end_mark(row: Fact) -> Mark | None:
    return None if row.end is None else (row.end, row.id if row.end == row.start else "")


def counts(fact: Fact, known_on: date) -> bool:
    """1.5: announced and rumoured facts make no stake; a start after the as-known day is announced."""
    return fact.certainty is Certainty.STATED and not _later(fact, known_on)


def announced(fact: Fact, known_on: date) -> bool:
    """1.5: announced, or stated with a start after the as-known day; a rumour is neither."""
    return fact.certainty is Certainty.ANNOUNCED or (fact.certainty is Certainty.STATED and _later(fact, known_on))


def _later(fact: Fact, day: date) -> bool:
    return fact.start is not None and fact.start.first > day


def is_open(one: PartialDate | None, day: date) -> bool:
    """Whether the day lies inside the span of a partial date (1.3)."""
    return one is not None and one.first != one.last and one.first <= day <= one.last


def readings(rows: Sequence[Fact], as_of: date) -> Iterator[Days]:
    """1.3, 1.4: every way to read the partial dates of one pair and axis; one text is one day."""
    marks = sorted({m for row in rows for m in (start_mark(row), end_mark(row)) if m is not None})
    dates = [one for one, _ in marks]
    for choice in product(*(_days(one, dates, as_of) for one in dates)):
        days = dict(zip(marks, choice, strict=True))
        if all(_sensible(row, days) for row in rows):
            yield days


def _days(one: PartialDate, others: Sequence[PartialDate], as_of: date) -> list[date]:
    if one.first == one.last:
        return [one.first]
    marks = {one.first, one.last, as_of}
    for other in others:
        marks |= {other.first - DAY, other.first + DAY, other.last + DAY, other.last - DAY}
    days = {mark for mark in marks if one.first <= mark <= one.last}
    if one.first <= as_of <= one.last:
        days.add(as_of + DAY)
    return sorted(days)


def _sensible(row: Fact, days: Days) -> bool:
    start, end = start_mark(row), end_mark(row)
    return start is None or end is None or days[start] <= days[end]


def begun(row: Fact, days: Days, as_of: date) -> bool:
    """1.1, 1.2: [start, end), an empty start is in force."""
    start = start_mark(row)
    return start is None or days[start] <= as_of


def over(row: Fact, days: Days, as_of: date) -> bool:
    end = end_mark(row)
    return end is not None and days[end] <= as_of


def presence(rows: Sequence[Fact], as_of: date) -> bool | None:
    """True if one of the rows is in force on every reading, False if on some, None if on none."""
    seen = {any(begun(r, d, as_of) and not over(r, d, as_of) for r in rows) for d in readings(rows, as_of)}
    if True not in seen:
        return None
    return False not in seen
