"""A client's recorded decision to work with a vendor under review, by two of its people (SEMANTICS 8)."""

import datetime as dt
from typing import Self
from uuid import UUID, uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from conflicts.models.changes import FactChange
from conflicts.models.parties import Party
from marketplace.accounts.models import User


class DecisionStatus(models.TextChoices):
    REQUESTED = "requested", "Requested"
    APPROVED = "approved", "Approved"
    VOID = "void", "Void"


class Decider(models.TextChoices):
    """Whose review it is: one that rests on a private fact is decided by compliance (SEMANTICS 8.2)."""

    CLIENT = "client", "The client"
    COMPLIANCE = "compliance", "Compliance"


class ReviewDecisionQuerySet(models.QuerySet["ReviewDecision"]):
    def of(self, *, tenant: UUID, principal: Party, subject: Party) -> Self:
        """The decisions of one client on one pair."""
        return self.filter(tenant=tenant, principal=principal, subject=subject)

    def approved(self) -> Self:
        """The decisions that two people made and nobody voided."""
        return self.filter(status=DecisionStatus.APPROVED)


class ReviewDecision(models.Model):
    """Requested by one person and approved by another. It covers the findings it accepted and no worse."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    tenant = models.UUIDField()
    principal = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    subject = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=9, choices=DecisionStatus, default=DecisionStatus.REQUESTED)
    decided_by = models.CharField(max_length=10, choices=Decider, editable=False)
    reason = models.TextField()
    epoch = models.BigIntegerField(help_text="The epoch of the facts whose findings were accepted.")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    voided_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.TextField(blank=True)
    recorded_by = models.ForeignKey(FactChange, null=True, on_delete=models.PROTECT, related_name="+", editable=False)

    objects = ReviewDecisionQuerySet.as_manager()

    class Meta:
        ordering = ("-requested_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("tenant", "principal", "subject"),
                condition=Q(status=DecisionStatus.APPROVED),
                name="decision_one_stands",
            ),
            models.CheckConstraint(condition=Q(status__in=DecisionStatus.values), name="decision_status_known"),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("requested_by")), name="decision_by_two_people"
            ),
            models.CheckConstraint(
                condition=~Q(status=DecisionStatus.APPROVED)
                | Q(approved_by__isnull=False, approved_at__isnull=False, recorded_by__isnull=False),
                name="decision_approved_by_someone",
            ),
            models.CheckConstraint(
                condition=~Q(status=DecisionStatus.VOID) | Q(voided_at__isnull=False), name="decision_void_has_time"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="decision_has_reason"),
            models.CheckConstraint(condition=Q(decided_by__in=Decider.values), name="decision_decider_known"),
        )

    def __str__(self) -> str:
        return f"{self.principal} and {self.subject}: {self.status}"

    def void(self, *, actor: User | None, at: dt.datetime, reason: str) -> None:
        """End the decision for good; without an actor the facts ended it."""
        self.status = DecisionStatus.VOID
        self.voided_by, self.voided_at, self.void_reason = actor, at, reason
        self.save(update_fields=["status", "voided_by", "voided_at", "void_reason"])


class AcceptedFinding(models.Model):
    """One finding that a decision accepts. Bounds are millionths of a percent; None is a finding without a size."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    decision = models.ForeignKey(ReviewDecision, on_delete=models.CASCADE, related_name="accepted")
    tenant = models.UUIDField()
    rule = models.CharField(max_length=30)
    axis = models.CharField(max_length=10)
    must = models.BooleanField()
    holder = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    subject = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    low = models.BigIntegerField(null=True)
    high = models.BigIntegerField(null=True)
    competitors = models.JSONField(default=list)
    path = models.JSONField(default=list, help_text="The steps of the proof: holder, subject and type of each.")
    also = models.JSONField(default=list, help_text="The other lines that the same edge crosses.")
    amounts = models.JSONField(default=dict, help_text="What the commercial ties of the proof come to, by kind.")

    class Meta:
        ordering = ("rule", "holder__slug", "subject__slug")

    def __str__(self) -> str:
        return f"{self.rule} {self.holder} {self.subject}"
