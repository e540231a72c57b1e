"""What every fact has: a valid time, a known time, a source and a certainty (SEMANTICS 1)."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, Self, TypeVar
from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from conflicts.engine.dates import PartialDate
from conflicts.models.changes import FactChange
from conflicts.models.sources import Source

PARTIAL_DATE = r"^([0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?)?$"


class Certainty(models.TextChoices):
    STATED = "stated", "Stated"
    ANNOUNCED = "announced", "Announced"
    RUMOURED = "rumoured", "Rumoured"


class Visibility(models.TextChoices):
    PUBLIC = "public", "Public"
    PRIVATE = "private", "Private"


class AmountPer(models.TextChoices):
    YEAR = "year", "a year"
    QUARTER = "quarter", "a quarter"
    MONTH = "month", "a month"
    TOTAL = "total", "in total"


FactRow = TypeVar("FactRow", bound="Fact")


class FactQuerySet(models.QuerySet[FactRow]):
    """Choices by known time, valid time and reader."""

    def current(self) -> Self:
        """The rows that no later row has superseded."""
        return self.filter(superseded_at=None)

    def known_at(self, instant: dt.datetime) -> Self:
        """The rows of known time [recorded, superseded) around the instant."""
        return self.filter(
            Q(superseded_at=None) | Q(superseded_at__gt=instant),
            recorded_at__lte=instant,
        )

    def at_epoch(self, epoch: int) -> Self:
        """The rows that stood right after the change of that epoch."""
        return self.filter(stood_at(epoch))

    def in_force(self, day: dt.date) -> Self:
        """The rows that hold, or may hold, on the day: their start may have come and their end is not past."""
        past = Q(end_last__lt=day) | Q(end_first=F("end_last"), end_first__lte=day)
        return self.filter(Q(start="") | Q(start_first__lte=day)).exclude(~Q(end="") & past)

    def public(self) -> Self:
        """The rows that any reader may see (DESIGN 6)."""
        return self.filter(visibility=Visibility.PUBLIC)

    def bulk_create(self, objs: Iterable[FactRow], *args: Any, **kwargs: Any) -> list[FactRow]:
        """Insert the rows, each with the spans of its dates."""
        rows = list(objs)
        for row in rows:
            row.fill_spans()
        return super().bulk_create(rows, *args, **kwargs)


class Fact(models.Model):
    """One version of one fact. A version is never edited: a later one supersedes it, and both stay.

    `start` and `end` are kept as written ('', YYYY, YYYY-MM or YYYY-MM-DD; '' means unknown); the four dates beside
    them are the first and last day of their spans. `series` is the same for all versions of one fact.
    `source` tells of the fact, `end_source` of its end where another document tells it.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    series = models.UUIDField(default=uuid4, editable=False, db_index=True)
    start = models.CharField(max_length=10, blank=True)
    end = models.CharField(max_length=10, blank=True)
    start_first = models.DateField(null=True, editable=False)
    start_last = models.DateField(null=True, editable=False)
    end_first = models.DateField(null=True, editable=False)
    end_last = models.DateField(null=True, editable=False)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    end_source = models.ForeignKey(Source, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    certainty = models.CharField(max_length=9, choices=Certainty, default=Certainty.STATED)
    visibility = models.CharField(max_length=7, choices=Visibility, default=Visibility.PUBLIC)
    details = models.TextField(blank=True)
    end_details = models.TextField(blank=True)
    recorded_at = models.DateTimeField(editable=False)
    superseded_at = models.DateTimeField(null=True, editable=False)
    recorded_by = models.ForeignKey(FactChange, on_delete=models.PROTECT, related_name="+", editable=False)
    superseded_by = models.ForeignKey(FactChange, null=True, on_delete=models.PROTECT, related_name="+", editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.fill_spans()
        super().save(*args, **kwargs)

    def fill_spans(self) -> None:
        """Work out the spans; raises ValueError with a sentence on a text that is no date."""
        self.start_first, self.start_last = _span(self.start)
        self.end_first, self.end_last = _span(self.end)

    @property
    def is_current(self) -> bool:
        return self.superseded_at is None


def stood_at(epoch: int) -> Q:
    """Return the condition that a version was there right after the change of that epoch; no time is asked."""
    return Q(recorded_by__epoch__lte=epoch) & (Q(superseded_by=None) | Q(superseded_by__epoch__gt=epoch))


def partial_date(text: str) -> PartialDate | None:
    """Return the date that the text tells, None for an empty one."""
    return PartialDate.parse(text) if text else None


def _span(text: str) -> tuple[dt.date | None, dt.date | None]:
    date = partial_date(text)
    return (date.first, date.last) if date else (None, None)


def known_time_constraint(table: str) -> models.CheckConstraint:
    """Return the promise that a version is superseded by a change, and not before it was recorded."""
    # A comparison with NULL is NULL, which a check lets pass: what must be there is asked for by name.
    superseded = Q(superseded_at__isnull=False, superseded_by__isnull=False, superseded_at__gte=F("recorded_at"))
    return models.CheckConstraint(
        condition=Q(superseded_at=None, superseded_by=None) | superseded, name=f"{table}_known_time"
    )


def fact_constraints(table: str) -> tuple[models.CheckConstraint, ...]:
    """Return the promises that the database keeps for every table of facts."""
    return (
        models.CheckConstraint(
            condition=Q(start__regex=PARTIAL_DATE, end__regex=PARTIAL_DATE), name=f"{table}_dates_shape"
        ),
        models.CheckConstraint(
            condition=(
                Q(start="", start_first=None, start_last=None)
                | (
                    ~Q(start="")
                    & Q(start_first__isnull=False, start_last__isnull=False, start_last__gte=F("start_first"))
                )
            ),
            name=f"{table}_start_span",
        ),
        models.CheckConstraint(
            condition=(
                Q(end="", end_first=None, end_last=None)
                | (~Q(end="") & Q(end_first__isnull=False, end_last__isnull=False, end_last__gte=F("end_first")))
            ),
            name=f"{table}_end_span",
        ),
        models.CheckConstraint(
            condition=Q(start="") | Q(end="") | Q(end_last__gte=F("start_first")), name=f"{table}_end_not_before_start"
        ),
        models.CheckConstraint(
            condition=~Q(end="") | Q(end_source=None, end_details=""), name=f"{table}_end_source_has_end"
        ),
        models.CheckConstraint(condition=Q(certainty__in=Certainty.values), name=f"{table}_certainty_known"),
        models.CheckConstraint(condition=Q(visibility__in=Visibility.values), name=f"{table}_visibility_known"),
        known_time_constraint(table),
    )


def amount_constraints(table: str) -> tuple[models.CheckConstraint, ...]:
    """Return the promises about an amount, its currency and its period."""
    return (
        models.CheckConstraint(
            condition=Q(amount=None, currency="")
            | Q(amount__isnull=False, amount__gte=0, currency__regex=r"^[A-Z]{3}$"),
            name=f"{table}_amount_has_currency",
        ),
        models.CheckConstraint(
            condition=Q(amount_per="") | Q(amount__isnull=False, amount_per__in=AmountPer.values),
            name=f"{table}_amount_per_known",
        ),
    )
