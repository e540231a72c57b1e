"""What hangs on a decision or waiver: documents by reference, mitigations (FAR 9.5), and what its client is to hear."""

from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from conflicts.models.decisions import DecisionStatus, ReviewDecision


class DecisionDocument(models.Model):
    """A document by reference: an address, or the id of a private file; nothing is uploaded here."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    decision = models.ForeignKey(ReviewDecision, on_delete=models.PROTECT, related_name="documents")
    tenant = models.UUIDField()
    title = models.CharField(max_length=200)
    url = models.CharField(max_length=1000, blank=True)
    file = models.UUIDField(null=True, blank=True, help_text="The id of a private file.")

    class Meta:
        ordering = ("title", "id")
        constraints = (
            models.CheckConstraint(condition=~Q(title=""), name="document_has_title"),
            models.CheckConstraint(
                condition=~Q(url="") & Q(file=None) | Q(url="", file__isnull=False), name="document_has_one_reference"
            ),
        )

    def __str__(self) -> str:
        return self.title


class MitigationKind(models.TextChoices):
    FIREWALL = "firewall", "Firewall"
    NDA = "nda", "Non-disclosure agreement"
    DATA_SEGREGATION = "data_segregation", "Data segregation"
    STAFF_RECUSAL = "staff_recusal", "Staff recusal"
    OTHER = "other", "Other"


class Mitigation(models.Model):
    """One measure, who answers for it, and who saw to it that it is in place. It is added to, never taken off."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    decision = models.ForeignKey(ReviewDecision, on_delete=models.PROTECT, related_name="mitigations")
    tenant = models.UUIDField()
    kind = models.CharField(max_length=20, choices=MitigationKind)
    text = models.TextField()
    responsible = models.CharField(max_length=200, help_text="Who answers for it: a person, a team or a firm.")
    document = models.ForeignKey(DecisionDocument, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    verified_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("added_at", "id")
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=MitigationKind.values), name="mitigation_kind_known"),
            models.CheckConstraint(condition=~Q(text="") & ~Q(responsible=""), name="mitigation_says_what_and_who"),
            models.CheckConstraint(
                condition=Q(verified_by=None, verified_at=None)
                | Q(verified_by__isnull=False, verified_at__isnull=False),
                name="mitigation_verified_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(verified_by=None) | ~Q(verified_by=models.F("added_by")),
                name="mitigation_verified_by_another",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.text[:60]}"


class NoticeKind(models.TextChoices):
    VOID = "void", "Void"
    EXPIRED = "expired", "Expired"
    REMINDER = "reminder", "Reminder"


class DecisionNoticeQuerySet(models.QuerySet["DecisionNotice"]):
    def due(self) -> Self:
        """What nobody has been told of yet, the oldest first; whoever tells it fills in `told_at`.

        A reminder of what has ended meanwhile is none.
        """
        stale = Q(kind=NoticeKind.REMINDER) & ~Q(decision__status=DecisionStatus.APPROVED)
        return (
            self.filter(told_at=None)
            .exclude(stale)
            .select_related("decision__principal", "decision__subject")
            .order_by("at", "id")
        )


class DecisionNotice(models.Model):
    """Something that the client of a decision or waiver is to hear, once: that it ended, or soon will.

    Written in the transaction of what it tells of; `days` is how many are left, of a reminder.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    decision = models.ForeignKey(ReviewDecision, on_delete=models.PROTECT, related_name="notices")
    tenant = models.UUIDField()
    kind = models.CharField(max_length=8, choices=NoticeKind)
    days = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)

    objects = DecisionNoticeQuerySet.as_manager()

    class Meta:
        ordering = ("at", "id")
        constraints = (
            models.UniqueConstraint(fields=("decision", "kind", "days"), name="decision_notice_once"),
            # What others refer to together with the tenant, so that the two cannot differ.
            models.UniqueConstraint(fields=("id", "tenant"), name="decision_notice_of_tenant"),
            models.CheckConstraint(condition=Q(kind__in=NoticeKind.values), name="decision_notice_kind_known"),
            models.CheckConstraint(
                condition=Q(kind=NoticeKind.REMINDER, days__gt=0) | ~Q(kind=NoticeKind.REMINDER) & Q(days=0),
                name="decision_notice_days",
            ),
        )
        indexes = (models.Index(fields=("at",), name="decision_notice_due", condition=Q(told_at=None)),)

    def __str__(self) -> str:
        return f"{self.decision}: {self.kind}"
