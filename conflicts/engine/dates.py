"""Partial dates: a year, a month or a day, as precise as the source that told it."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

_SHAPE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


class Phase(StrEnum):
    """Where a day stands in the valid time of a fact (SEMANTICS 1.2, 1.3)."""

    NOT_BEGUN = "not begun"
    MAY_HAVE_BEGUN = "may have begun"
    IN_FORCE = "in force"
    MAY_HAVE_ENDED = "may have ended"
    OVER = "over"


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """A date that is known to lie in [first, last], both inclusive.

    >>> PartialDate.parse("2025-06").last
    datetime.date(2025, 6, 30)
    """

    first: date
    last: date
    text: str = field(compare=False, default="")

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Read YYYY, YYYY-MM or YYYY-MM-DD; raises ValueError with a sentence on anything else."""
        match = _SHAPE.fullmatch(text)
        if match is None:
            msg = f"'{text}' is not a date: write YYYY, YYYY-MM or YYYY-MM-DD."
            raise ValueError(msg)
        year, month, day = (int(part) if part else None for part in match.groups())
        try:
            return cls(*_span(year or 0, month, day), text)
        except ValueError as error:
            msg = f"'{text}' is not a day of the calendar: write YYYY, YYYY-MM or YYYY-MM-DD."
            raise ValueError(msg) from error

    @classmethod
    def of(cls, day: date) -> PartialDate:
        """The full date of one day."""
        return cls(day, day, day.isoformat())

    def __str__(self) -> str:
        return self.text


def _span(year: int, month: int | None, day: int | None) -> tuple[date, date]:
    if month is None:
        return date(year, 1, 1), date(year, 12, 31)
    if day is None:
        return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
    return date(year, month, day), date(year, month, day)


def phase(start: PartialDate | None, end: PartialDate | None, day: date) -> Phase:
    """Tell where `day` stands in [start, end): a full date has no uncertain span (SEMANTICS 1.3)."""
    if end is not None and _past(end, day):
        return Phase.OVER
    if start is not None and day < start.first:
        return Phase.NOT_BEGUN
    if start is not None and start.first != start.last and day <= start.last:
        return Phase.MAY_HAVE_BEGUN
    if end is not None and day >= end.first:
        return Phase.MAY_HAVE_ENDED
    return Phase.IN_FORCE


def _past(end: PartialDate, day: date) -> bool:
    exact = end.first == end.last
    return day >= end.first if exact else day > end.last


def months_before(day: date, months: int) -> date:
    """The same day `months` months earlier, or the last day of that month."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
