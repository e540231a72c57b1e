"""The one version number of all facts, and the record of what moved it."""

from typing import Self
from uuid import UUID, uuid4

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import OuterRef, Q


class ChangeKind(models.TextChoices):
    INTEREST = "interest", "Interest"
    CUSTOMER_TIE = "customer_tie", "Customer tie"
    PARTY = "party", "Party"
    MERGE = "merge", "Merge"
    IMPORT = "import", "Import"
    COMPETITION = "competition", "Public rivals"
    COMPETITOR_LIST = "competitor_list", "Competitor list"
    POLICY = "policy", "Policy"
    DECISION = "decision", "Decision"
    WAIVER = "waiver", "Waiver"
    LISTING = "listing", "Listing"
    CAPABILITY = "capability", "Capability"
    APPLICATION = "application", "Application"
    DATE_PASSED = "date_passed", "Date passed"
    RULES = "rules", "New rules"


EVERYONES = frozenset({ChangeKind.DATE_PASSED, ChangeKind.RULES})
"""What changes by the passing of a day, or by other rules, is not told by rows: it can touch every verdict."""


class Reach(models.TextChoices):
    """Whose screenings a change can touch."""

    EVERY = "every", "Every pair"
    TENANT = "tenant", "The pairs of its tenant"
    NONE = "none", "No pair"


class Epoch(models.Model):
    """One row: the number of committed changes. Written by conflicts.changes alone."""

    id = models.SmallIntegerField(primary_key=True, default=1, editable=False)
    value = models.BigIntegerField()

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(id=1, value__gte=0), name="epoch_is_one"),)

    def __str__(self) -> str:
        return str(self.value)


class DaySwept(models.Model):
    """One row: the newest day whose arrival was recorded as a change."""

    id = models.SmallIntegerField(primary_key=True, default=1, editable=False)
    date = models.DateField()

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(id=1), name="day_swept_is_one"),)
        verbose_name_plural = "days swept"

    def __str__(self) -> str:
        return self.date.isoformat()


class RulesSeenQuerySet(models.QuerySet["RulesSeen"]):
    def outrun(self, version: str) -> bool:
        """Whether a worker has brought newer rules than these."""
        newest = self.first()
        return newest is not None and rules_order(newest.version) > rules_order(version)


class RulesSeen(models.Model):
    """One row: the newest rules that a worker has brought, whose arrival was recorded as a change."""

    id = models.SmallIntegerField(primary_key=True, default=1, editable=False)
    version = models.CharField(max_length=50)

    objects = RulesSeenQuerySet.as_manager()

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(id=1), name="rules_seen_is_one"),)
        verbose_name_plural = "rules seen"

    def __str__(self) -> str:
        return self.version


def rules_order(version: str) -> tuple[int, ...]:
    """Return what rule versions are ordered by: 2026.9.1 comes before 2026.11.1. Raises ValueError for other texts."""
    return tuple(int(number) for number in version.split("."))


class FactChangeQuerySet(models.QuerySet["FactChange"]):
    def unexpanded(self) -> Self:
        """The changes whose reach has not been written to the watches yet, in commit order."""
        return self.filter(expanded_at=None).order_by("epoch")

    def reaching(self, tenant: UUID | OuterRef) -> Self:
        """The changes that can touch a screening of this tenant."""
        return self.filter(Q(reach=Reach.EVERY) | Q(reach=Reach.TENANT, tenant=tenant))


class FactChange(models.Model):
    """One committed change of what outcomes depend on. Its epoch is its place in commit order.

    `tenants` are all whose lists, policies or decisions it changed, `edited` those of its parties that were themselves
    edited or merged; the release before this one leaves both empty, which tells nothing. `xid` is written by
    PostgreSQL: the number of the transaction.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    epoch = models.BigIntegerField(unique=True)
    kind = models.CharField(max_length=20, choices=ChangeKind)
    reach = models.CharField(max_length=6, choices=Reach)
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    tenant = models.UUIDField(null=True, blank=True)
    parties = models.JSONField(default=list, blank=True, help_text="The ids of the parties that it speaks of.")
    tenants = models.JSONField(null=True, editable=False)
    edited = models.JSONField(null=True, editable=False)
    data = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    xid = models.BigIntegerField(null=True, editable=False)
    expanded_at = models.DateTimeField(null=True, blank=True)

    objects = FactChangeQuerySet.as_manager()

    class Meta:
        ordering = ("-epoch",)
        constraints = (
            models.CheckConstraint(condition=Q(epoch__gt=0), name="change_epoch_positive"),
            models.CheckConstraint(condition=Q(kind__in=ChangeKind.values), name="change_kind_known"),
            models.CheckConstraint(condition=Q(reach__in=Reach.values), name="change_reach_known"),
            models.CheckConstraint(
                condition=~Q(reach=Reach.TENANT) | Q(tenant__isnull=False), name="change_reach_has_tenant"
            ),
        )
        indexes = (models.Index(fields=("epoch",), name="change_unexpanded", condition=Q(expanded_at=None)),)

    def __str__(self) -> str:
        return f"{self.kind} at epoch {self.epoch}"
