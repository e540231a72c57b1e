"""What is kept up to date: watched pairs and the newest stored screening of each (DESIGN 3)."""

from typing import Self
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


class WatchQuerySet(models.QuerySet["Watch"]):
    def of(self, *, tenant: UUID) -> Self:
        """The pairs that one client watches."""
        return self.filter(tenant=tenant)

    def behind(self) -> Self:
        """The pairs that may not be up to date, those left out that are parked (SEMANTICS 9).

        They have no screening, or one older than wanted or as of a day that has passed, or a change that may reach them
        waits to be expanded; new rules are such a change. What has failed comes last, what has waited longest first.
        """
        waiting = FactChange.objects.unexpanded()
        reached = Exists(waiting.filter(Q(reach=Reach.EVERY) | Q(reach=Reach.TENANT, tenant=OuterRef("tenant"))))
        newest_day = Subquery(DaySwept.objects.values("date")[:1])
        older = Q(screening__epoch__lt=F("want_epoch")) | Q(screening__as_of__lt=newest_day)
        behind = self.filter(Q(screening=None) | older | reached, parked_at=None)
        return behind.order_by("failures", "want_epoch", "pk")


class Watch(models.Model):
    """A pair of a principal and a subject whose screening one client wants up to date.

    `want_epoch` is the newest change that may touch it; the screening's epoch is what it has.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    tenant = models.UUIDField()
    principal = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    subject = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    want_epoch = models.BigIntegerField()
    failures = models.IntegerField(default=0)
    parked_at = models.DateTimeField(null=True, blank=True)

    objects = WatchQuerySet.as_manager()

    class Meta:
        ordering = ("tenant", "principal__slug", "subject__slug")
        verbose_name_plural = "watches"
        constraints = (
            models.UniqueConstraint(fields=("tenant", "principal", "subject"), name="watch_once"),
            models.CheckConstraint(condition=Q(want_epoch__gte=0, failures__gte=0), name="watch_numbers_not_negative"),
        )

    def __str__(self) -> str:
        return f"{self.principal} and {self.subject}"


class ScreeningQuerySet(models.QuerySet["Screening"]):
    def of(self, *, tenant: UUID) -> Self:
        """The screenings of one client."""
        return self.filter(tenant=tenant)


class Screening(models.Model):
    """The newest screening of a watched pair. `epoch` is that of the facts it rests on and only rises."""

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
            models.CheckConstraint(condition=Q(epoch__gte=0), name="screening_epoch_not_negative"),
        )
        indexes = (models.Index(fields=("tenant", "outcome"), name="screening_by_outcome"),)

    def __str__(self) -> str:
        return f"{self.principal} and {self.subject}: {self.outcome}"
