"""What a client is told when a running engagement turns into a conflict, and who could take over."""

from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from conflicts.models import AmountPer, Coverage, FactChange, Outcome, Reach
from conflicts.models.facts import amount_constraints
from marketplace.models.clients import Client
from marketplace.models.engagements import Engagement
from marketplace.models.requests import LabelingRequest
from marketplace.models.tenancy import SameClient
from marketplace.models.verdicts import AWARDABLE
from vendors.models import Vendor


class AlertStatus(models.TextChoices):
    OPEN = "open", "Open"
    ACKNOWLEDGED = "acknowledged", "Acknowledged"
    MITIGATED = "mitigated", "Mitigated"
    WAIVED = "waived", "Waived"
    CLOSED = "closed", "Closed"


ACTIVE = (AlertStatus.OPEN, AlertStatus.ACKNOWLEDGED, AlertStatus.MITIGATED, AlertStatus.WAIVED)
EDGES = {
    AlertStatus.OPEN: {AlertStatus.ACKNOWLEDGED, AlertStatus.MITIGATED, AlertStatus.WAIVED, AlertStatus.CLOSED},
    AlertStatus.ACKNOWLEDGED: {AlertStatus.OPEN, AlertStatus.MITIGATED, AlertStatus.WAIVED, AlertStatus.CLOSED},
    AlertStatus.MITIGATED: {AlertStatus.OPEN, AlertStatus.WAIVED, AlertStatus.CLOSED},
    AlertStatus.WAIVED: {AlertStatus.OPEN, AlertStatus.CLOSED},
    AlertStatus.CLOSED: set[AlertStatus](),
}
"""How an alert may move; triggers keep to it too. A closed one stays closed: facts that grow later open another."""


class AlertQuerySet(models.QuerySet["ConflictAlert"]):
    def active(self) -> Self:
        """Those whose conflict still stands, whatever its client has done about it."""
        return self.filter(status__in=ACTIVE)


class ConflictAlert(models.Model):
    """The conflict of one running engagement, from `before` to `after`, with the findings that it tells of.

    `known` are the findings of before, None where they were not kept: the alert closes when nothing is beyond them.
    `amounts` are the commercial amounts behind the findings, by fingerprint and kind; `amount` is what the work was
    worth when it was told, the value at risk. `epoch` is the screening's.
    Whoever writes what people read raises `version`. `candidate_epoch` tells what the substitutes rest on, like that of
    a request; `request`, as of `request_version`, is the open request by whose needs they were measured.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="alerts")
    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="alerts")
    vendor = models.ForeignKey(Vendor, on_delete=models.PROTECT, related_name="+")
    request = models.ForeignKey(LabelingRequest, null=True, on_delete=models.PROTECT, related_name="+")
    before = models.CharField(max_length=20, choices=Outcome)
    after = models.CharField(max_length=20, choices=Outcome)
    findings = models.JSONField(default=list)
    known = models.JSONField(null=True, editable=False)
    amounts = models.JSONField(null=True, editable=False)
    rules = models.JSONField(default=list)
    amount = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True, default="", db_default="")
    amount_per = models.CharField(max_length=10, choices=AmountPer, blank=True, default="", db_default="")
    epoch = models.BigIntegerField()
    candidate_epoch = models.BigIntegerField(default=0, editable=False)
    request_version = models.PositiveIntegerField(null=True, editable=False)
    status = models.CharField(max_length=20, choices=AlertStatus, default=AlertStatus.OPEN)
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)
    opened_at = models.DateTimeField()
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    measure = models.TextField(blank=True, default="", db_default="")
    mitigated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    mitigated_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        ordering = ("-opened_at", "vendor__name")
        constraints = (
            models.UniqueConstraint(fields=("id", "client"), name="alert_of_client"),
            models.UniqueConstraint(
                fields=("engagement",), condition=Q(status__in=ACTIVE), name="alert_one_active_per_engagement"
            ),
            models.UniqueConstraint(fields=("engagement", "epoch"), name="alert_once_per_epoch"),
            models.CheckConstraint(condition=Q(status__in=AlertStatus.values), name="alert_status_is_known"),
            models.CheckConstraint(
                condition=Q(before__in=Outcome.values, after__in=Outcome.values),
                name="alert_outcomes_are_known",
            ),
            models.CheckConstraint(
                condition=Q(status=AlertStatus.CLOSED, closed_at__isnull=False) | Q(status__in=ACTIVE, closed_at=None),
                name="alert_closing_is_dated",
            ),
            models.CheckConstraint(
                condition=~Q(status=AlertStatus.MITIGATED)
                | Q(mitigated_at__isnull=False, mitigated_by__isnull=False) & ~Q(measure=""),
                name="alert_mitigation_says_what",
            ),
            *amount_constraints("alert"),
            SameClient(field="engagement", name="alert_and_engagement_agree"),
            SameClient(field="request", name="alert_and_request_agree"),
        )

    def __str__(self) -> str:
        return f"{self.vendor}: {self.before} to {self.after}"

    @property
    def stands(self) -> bool:
        return self.status != AlertStatus.CLOSED

    def may_become(self, status: AlertStatus) -> bool:
        """Whether there is an edge from where it stands."""
        return status in EDGES[AlertStatus(self.status)]

    def move(self, status: AlertStatus) -> None:
        """Take the status, unsaved; raises ValueError where no edge leads there."""
        if not self.may_become(status):
            raise ValueError(f"An alert that is {self.status} does not become {status}.")
        self.status = status

    def keep(self, *fields: str) -> None:
        """Save these fields and raise the version, so that whoever read it before has to read it again."""
        self.version += 1
        self.save(update_fields=[*fields, "version"])


class AlertEventKind(models.TextChoices):
    OPENED = "opened", "Opened"
    REOPENED = "reopened", "Opened again"
    LOWERED = "lowered", "Lowered"
    CLOSED = "closed", "Closed"


class AlertEventQuerySet(models.QuerySet["AlertEvent"]):
    def after(self, change: FactChange) -> Self:
        """Those that the change may have done: it reaches their client and lies between what the watch saw."""
        if change.reach == Reach.NONE:
            return self.none()
        whose = Q() if change.reach == Reach.EVERY else Q(client=change.tenant)
        return self.filter(whose, from_epoch__lt=change.epoch, epoch__gte=change.epoch)


class AlertEvent(models.Model):
    """What happened to an alert by the facts, or by the end of the work, once.

    The facts that did it came after `from_epoch` and up to `epoch`; both are the same where no fact did. `change` is
    the newest of those that can touch the client, None where there is none.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    alert = models.ForeignKey(ConflictAlert, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=10, choices=AlertEventKind)
    before = models.CharField(max_length=20, choices=Outcome)
    after = models.CharField(max_length=20, choices=Outcome)
    from_epoch = models.BigIntegerField()
    epoch = models.BigIntegerField()
    change = models.ForeignKey(FactChange, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = AlertEventQuerySet.as_manager()

    class Meta:
        ordering = ("at", "alert")
        constraints = (
            models.UniqueConstraint(fields=("id", "client"), name="alert_event_of_client"),
            models.CheckConstraint(condition=Q(kind__in=AlertEventKind.values), name="alert_event_kind_is_known"),
            models.CheckConstraint(
                condition=Q(before__in=Outcome.values, after__in=Outcome.values), name="alert_event_outcomes_are_known"
            ),
            models.CheckConstraint(condition=Q(from_epoch__lte=F("epoch")), name="alert_event_epochs_in_order"),
            SameClient(field="alert", name="alert_event_and_alert_agree"),
        )
        indexes = (models.Index(fields=("epoch", "from_epoch"), name="alert_event_by_epochs"),)

    def __str__(self) -> str:
        return f"{self.alert}: {self.kind}"


class AlertSubstitute(models.Model):
    """A vendor that could take over: clear, or review and marked so by its outcome."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    alert = models.ForeignKey(ConflictAlert, on_delete=models.CASCADE, related_name="substitutes")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    rank = models.PositiveIntegerField()
    vendor = models.ForeignKey(Vendor, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=20, choices=Outcome)
    coverage = models.CharField(max_length=20, choices=Coverage)
    score = models.DecimalField(max_digits=5, decimal_places=2)
    parts = models.JSONField(default=list)

    class Meta:
        ordering = ("alert", "rank")
        constraints = (
            models.UniqueConstraint(fields=("alert", "rank"), name="substitute_rank_unique"),
            models.UniqueConstraint(fields=("alert", "vendor"), name="substitute_vendor_unique"),
            models.CheckConstraint(condition=Q(outcome__in=AWARDABLE), name="substitute_can_be_awarded"),
            models.CheckConstraint(condition=Q(coverage__in=Coverage.values), name="substitute_coverage_is_known"),
            models.CheckConstraint(condition=Q(rank__gte=1), name="substitute_rank_is_positive"),
            SameClient(field="alert", name="substitute_and_alert_agree"),
        )

    def __str__(self) -> str:
        return f"{self.rank}. {self.vendor}"
