"""What is kept up to date: watched pairs and the newest stored screening of each (DESIGN 3)."""

import datetime as dt
from typing import NamedTuple, Protocol, Self
from uuid import UUID, uuid4

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery

from conflicts.models.changes import DaySwept, FactChange, Reach
from conflicts.models.parties import Party


class Outcome(models.TextChoices):
    CLEAR = "clear", "Clear"
    REVIEW = "review", "Review"
    BLOCKED = "blocked", "Blocked"
    UNKNOWN = "unknown", "Unknown"


class Coverage(models.TextChoices):
    MAJORITY = "majority", "Majority"
    PARTIAL = "partial", "Partial"
    NONE = "none", "None"


class Screened(Protocol):
    """What a screening has, stored or not, that a watch keeps a copy of."""

    @property
    def outcome(self) -> str: ...
    @property
    def coverage(self) -> str: ...
    @property
    def newest_source(self) -> dt.date | None: ...
    @property
    def epoch(self) -> int: ...
    @property
    def as_of(self) -> dt.date: ...
    @property
    def rule_version(self) -> str: ...


class Told(NamedTuple):
    """The short of a screening as its watch keeps it, in one text, so that a check reads one row."""

    outcome: Outcome
    coverage: Coverage
    newest_source: dt.date | None
    epoch: int
    as_of: dt.date
    rule_version: str

    @classmethod
    def read(cls, text: str) -> "Told":
        """Read what `text_of` wrote."""
        outcome, coverage, newest, epoch, as_of, rules = text.split("|")
        source = dt.date.fromisoformat(newest) if newest else None
        return cls(Outcome(outcome), Coverage(coverage), source, int(epoch), dt.date.fromisoformat(as_of), rules)

    @classmethod
    def text_of(cls, screened: Screened) -> str:
        newest = screened.newest_source.isoformat() if screened.newest_source else ""
        told = (screened.outcome, screened.coverage, newest, screened.epoch, screened.as_of, screened.rule_version)
        return "|".join(str(one) for one in told)


class WatchQuerySet(models.QuerySet["Watch"]):
    def of(self, *, tenant: UUID) -> Self:
        """The pairs that one client watches."""
        return self.filter(tenant=tenant)

    def behind(self) -> Self:
        """The pairs that may not be up to date, those left out that are parked (SEMANTICS 9).

        They are wanting, or a change that may reach them waits to be expanded; new rules are such a change.
        """
        waiting = FactChange.objects.unexpanded()
        reached = Exists(waiting.filter(Q(reach=Reach.EVERY) | Q(reach=Reach.TENANT, tenant=OuterRef("tenant"))))
        return self.filter(_wanting() | reached, parked_at=None).order_by("failures", "want_epoch", "pk")

    def wanting(self) -> Self:
        """The pairs to screen: without a screening, or with one older than wanted or as of a day that has passed.

        Parked ones are left out. What has failed comes last, what has waited longest first.
        """
        return self.filter(_wanting(), parked_at=None).order_by("failures", "want_epoch", "pk")

    def parked(self) -> Self:
        """The pairs whose screening failed too often: unknown, until a change or a colleague has them tried again."""
        return self.filter(parked_at__isnull=False)

    def unscreened(self) -> Self:
        """The pairs whose screening does not know a change that was expanded to them; parked ones are left out."""
        return self.filter(Q(screening=None) | Q(screening__epoch__lt=F("want_epoch")), parked_at=None)


def _wanting() -> Q:
    newest_day = Subquery(DaySwept.objects.values("date")[:1])
    return Q(screening=None) | Q(screening__epoch__lt=F("want_epoch")) | Q(screening__as_of__lt=newest_day)


class Watch(models.Model):
    """A pair of a principal and a subject whose screening one client wants up to date.

    `want_epoch` is the newest change that may touch it; the screening's epoch is what it has. `waits_since` is the time
    of the oldest change that its screening does not know; it tells something only while the pair is behind. `place` is
    that of its byte in the principal's overview; a watch without one is answered as behind there. `told` is the short
    of its screening (see Told), written in its transaction. `near_epoch` is the screening's epoch where its WatchNear
    rows are those of that screening; else nobody knows who is near. The release before this one knows none of these.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    tenant = models.UUIDField()
    principal = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    subject = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    want_epoch = models.BigIntegerField()
    failures = models.IntegerField(default=0)
    waits_since = models.DateTimeField(null=True, editable=False)
    parked_at = models.DateTimeField(null=True, blank=True)
    place = models.IntegerField(null=True, editable=False)
    told = models.CharField(max_length=120, default="", db_default="", editable=False)
    near_epoch = models.BigIntegerField(null=True, editable=False)

    objects = WatchQuerySet.as_manager()

    class Meta:
        ordering = ("tenant", "principal__slug", "subject__slug")
        verbose_name_plural = "watches"
        constraints = (
            models.UniqueConstraint(fields=("tenant", "principal", "subject"), name="watch_once"),
            models.UniqueConstraint(fields=("tenant", "principal", "place"), name="watch_place_once"),
            models.CheckConstraint(condition=Q(want_epoch__gte=0, failures__gte=0), name="watch_numbers_not_negative"),
        )

    def __str__(self) -> str:
        return f"{self.principal} and {self.subject}"


class WatchNear(models.Model):
    """Someone whose holdings and posts count for the pair's verdict: on the vendor's side, or with a post there.

    What such a party comes to hold reaches the pair, though nothing of it stood above the pair before (SEMANTICS 8.5).
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    watch = models.ForeignKey(Watch, on_delete=models.CASCADE, related_name="near")
    tenant = models.UUIDField()
    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("watch", "party"), name="watch_near_once"),)
        verbose_name_plural = "parties near watches"

    def __str__(self) -> str:
        return f"{self.party} is near {self.watch}"


class ScreeningQuerySet(models.QuerySet["Screening"]):
    def of(self, *, tenant: UUID) -> Self:
        """The screenings of one client."""
        return self.filter(tenant=tenant)


class Screening(models.Model):
    """The newest screening of a watched pair. `epoch` is that of the facts it rests on and only rises.

    `coverage` and `newest_source` rest on private facts too: a client is told the public ones (DESIGN 6).
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    watch = models.OneToOneField(Watch, on_delete=models.CASCADE, related_name="screening")
    tenant = models.UUIDField()
    principal = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    subject = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    epoch = models.BigIntegerField()
    as_of = models.DateField()
    outcome = models.CharField(max_length=7, choices=Outcome)
    coverage = models.CharField(max_length=8, choices=Coverage)
    newest_source = models.DateField(null=True)
    public_coverage = models.CharField(max_length=8, choices=Coverage, default=Coverage.NONE, db_default=Coverage.NONE)
    public_newest_source = models.DateField(null=True)
    findings = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    problem = models.TextField(blank=True)
    rule_version = models.CharField(max_length=50)
    screened_at = models.DateTimeField()

    objects = ScreeningQuerySet.as_manager()

    class Meta:
        ordering = ("tenant", "principal__slug", "subject__slug")
        constraints = (
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="screening_outcome_known"),
            models.CheckConstraint(condition=Q(coverage__in=Coverage.values), name="screening_coverage_known"),
            models.CheckConstraint(
                condition=Q(public_coverage__in=Coverage.values), name="screening_public_coverage_known"
            ),
            models.CheckConstraint(condition=Q(epoch__gte=0), name="screening_epoch_not_negative"),
        )
        indexes = (models.Index(fields=("tenant", "outcome"), name="screening_by_outcome"),)

    def __str__(self) -> str:
        return f"{self.principal} and {self.subject}: {self.outcome}"
