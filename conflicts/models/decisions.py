"""A client's recorded decision on a vendor under review, or its waiver of a block, by two people (SEMANTICS 8)."""

import datetime as dt
from typing import Self
from uuid import UUID, uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from conflicts.models.changes import FactChange
from conflicts.models.parties import Party
from marketplace.accounts.models import User


class DecisionKind(models.TextChoices):
    """What it opens: a decision a review, a waiver a block and the reviews beside it (SEMANTICS 8.1)."""

    DECISION = "decision", "Decision"
    WAIVER = "waiver", "Waiver"


class DecisionStatus(models.TextChoices):
    REQUESTED = "requested", "Requested"
    APPROVED = "approved", "Approved"
    VOID = "void", "Void"
    WITHDRAWN = "withdrawn", "Withdrawn"
    VETOED = "vetoed", "Vetoed"
    EXPIRED = "expired", "Expired"


OPEN_STATUSES = (DecisionStatus.REQUESTED, DecisionStatus.APPROVED)
"""What waits or stands; in any other status it has ended for good."""


class FarConflict(models.TextChoices):
    """The organizational conflicts of interest of FAR 9.505. Findings tell the first two, people may name any."""

    UNEQUAL_ACCESS = "unequal access to information", "Unequal access to information"
    IMPAIRED_OBJECTIVITY = "impaired objectivity", "Impaired objectivity"
    BIASED_GROUND_RULES = "biased ground rules", "Biased ground rules"

    @property
    def column(self) -> str:
        """The column that says whether a decision or waiver is of this kind."""
        return self.name.lower()


class Decider(models.TextChoices):
    """Whose review it is: one that rests on a private fact is decided by compliance (SEMANTICS 8.2)."""

    CLIENT = "client", "The client"
    COMPLIANCE = "compliance", "Compliance"


class ReviewDecisionQuerySet(models.QuerySet["ReviewDecision"]):
    def of(self, *, tenant: UUID, principal: Party, subject: Party) -> Self:
        """The decisions of one client on one pair."""
        return self.filter(tenant=tenant, principal=principal, subject=subject)

    def approved(self) -> Self:
        """The decisions that two people made and that nobody and nothing ended."""
        return self.filter(status=DecisionStatus.APPROVED)

    def unexpired(self, *, on: dt.date) -> Self:
        """Those whose last day is not before this one; a sweep that is late changes nothing about that."""
        return self.filter(Q(expires_on=None) | Q(expires_on__gte=on))

    def open_for(self, scope: UUID | None) -> Self:
        """Those for the whole pair, and those for this one labeling request."""
        return self.filter(Q(scope=None) | Q(scope=scope)) if scope else self.filter(scope=None)

    def rivals_of(self, decision: "ReviewDecision") -> Self:
        """The others of the same pair, kind and scope, of which one stands at a time."""
        pair = self.of(tenant=decision.tenant, principal=decision.principal, subject=decision.subject)
        return pair.filter(kind=decision.kind, scope=decision.scope).exclude(pk=decision.pk)

    def told_fully(self) -> Self:
        """With people and parties, and all that hangs on each."""
        rows = self.select_related("principal", "subject", "requested_by", "approved_by", "voided_by")
        return rows.prefetch_related(
            "accepted__holder",
            "accepted__subject",
            "documents",
            "mitigations__document",
            "mitigations__added_by",
            "mitigations__verified_by",
        )


class ReviewDecision(models.Model):
    """Requested by one person and approved by another. It covers the findings it accepted and no worse.

    Its scope is the whole pair, or one labeling request, which is an opaque id here. `voided_by`, `voided_at` and
    `void_reason` tell of its end, whichever that was.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    tenant = models.UUIDField()
    principal = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    subject = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(
        max_length=8, choices=DecisionKind, default=DecisionKind.DECISION, db_default=DecisionKind.DECISION
    )
    scope = models.UUIDField(null=True, blank=True, help_text="One labeling request; empty: the whole pair.")
    status = models.CharField(max_length=9, choices=DecisionStatus, default=DecisionStatus.REQUESTED)
    decided_by = models.CharField(max_length=10, choices=Decider, editable=False)
    reason = models.TextField()
    conditions = models.TextField(blank=True, default="", db_default="")
    expires_on = models.DateField(null=True, blank=True, help_text="The last day on which it opens the gate.")
    unequal_access = models.BooleanField(default=False, db_default=False)
    impaired_objectivity = models.BooleanField(default=False, db_default=False)
    biased_ground_rules = models.BooleanField(default=False, db_default=False)
    is_mitigated = models.BooleanField(
        default=False, db_default=False, editable=False, help_text="Whether a mitigation was attached at the request."
    )
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
                fields=("tenant", "principal", "subject", "kind"),
                condition=Q(status=DecisionStatus.APPROVED, scope=None),
                name="decision_one_of_a_kind_stands",
            ),
            models.UniqueConstraint(
                fields=("tenant", "principal", "subject", "kind", "scope"),
                condition=Q(status=DecisionStatus.APPROVED, scope__isnull=False),
                name="decision_one_stands_in_a_scope",
            ),
            models.CheckConstraint(condition=Q(kind__in=DecisionKind.values), name="decision_kind_known"),
            models.CheckConstraint(
                condition=~Q(kind=DecisionKind.WAIVER)
                | Q(expires_on__isnull=False) & (~Q(conditions="") | Q(is_mitigated=True)),
                name="waiver_ends_and_has_terms",
            ),
            models.CheckConstraint(
                condition=~Q(kind=DecisionKind.WAIVER) | Q(decided_by=Decider.CLIENT), name="waiver_by_the_client"
            ),
            models.CheckConstraint(
                condition=~Q(status=DecisionStatus.EXPIRED) | Q(expires_on__isnull=False),
                name="decision_expired_had_a_day",
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
                condition=Q(status__in=OPEN_STATUSES) | Q(voided_at__isnull=False), name="decision_end_has_time"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="decision_has_reason"),
            models.CheckConstraint(condition=Q(decided_by__in=Decider.values), name="decision_decider_known"),
        )

    def __str__(self) -> str:
        return f"{self.principal} and {self.subject}: {self.status}"

    @property
    def far_kinds(self) -> list[str]:
        """The kinds of conflict of FAR 9.5 that it is about."""
        return [kind.value for kind in FarConflict if getattr(self, kind.column)]

    @property
    def is_waiver(self) -> bool:
        return self.kind == DecisionKind.WAIVER

    @property
    def is_open(self) -> bool:
        """Whether it waits or stands."""
        return self.status in OPEN_STATUSES

    def stands(self, *, on: dt.date) -> bool:
        """Whether two people made it, nothing ended it, and its last day is not before this one."""
        return self.status == DecisionStatus.APPROVED and (self.expires_on is None or self.expires_on >= on)

    def end(self, status: DecisionStatus, *, actor: User | None, at: dt.datetime, reason: str) -> None:
        """End it for good; without an actor the facts or the calendar ended it."""
        self.status = status
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
