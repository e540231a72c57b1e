"""What a client wants labeled, and the slots in which it awards the work."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from marketplace.models.clients import Client
from marketplace.models.tenancy import SameClient


class RequestStatus(models.TextChoices):
    OPEN = "open", "Open"
    AWARDED = "awarded", "Awarded"
    CLOSED = "closed", "Closed"


class LabelingRequest(models.Model):
    """A client's call for labeling work. Lists hold capability codes; an empty list asks for nothing special.

    `version` counts the client's edits. `ranked_version` and `candidate_epoch` tell what the matches rest on: every
    fact, list, policy and listing up to that epoch. Both only move forward.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="requests")
    title = models.CharField(max_length=200)
    brief = models.TextField(blank=True)
    modality = models.CharField(max_length=60)
    tasks = models.JSONField(default=list, blank=True)
    languages = models.JSONField(default=list, blank=True)
    certificates = models.JSONField(default=list, blank=True)
    volume = models.PositiveBigIntegerField(null=True, blank=True)
    unit = models.CharField(max_length=60, blank=True)
    deadline = models.DateField(null=True, blank=True)
    budget = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    status = models.CharField(max_length=20, choices=RequestStatus, default=RequestStatus.OPEN)
    version = models.PositiveIntegerField(default=1)
    ranked_version = models.PositiveIntegerField(default=0, editable=False)
    candidate_epoch = models.BigIntegerField(default=0, editable=False)
    ranked_at = models.DateTimeField(null=True, editable=False)
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    posted_at = models.DateTimeField()

    class Meta:
        ordering = ("-posted_at", "title")
        constraints = (
            models.UniqueConstraint(fields=("id", "client"), name="request_of_client"),
            models.CheckConstraint(condition=Q(status__in=RequestStatus.values), name="request_status_is_known"),
            models.CheckConstraint(condition=~Q(title="") & ~Q(modality=""), name="request_says_what"),
            models.CheckConstraint(
                condition=Q(version__gte=1, ranked_version__lte=F("version")), name="request_versions_agree"
            ),
            models.CheckConstraint(condition=Q(budget__isnull=True) | Q(budget__gte=0), name="request_budget_is_money"),
            models.CheckConstraint(
                condition=Q(budget__isnull=True) | ~Q(currency=""), name="request_budget_has_a_currency"
            ),
        )

    def __str__(self) -> str:
        return self.title


class RequestSlot(models.Model):
    """One place to fill: at most one active award."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    request = models.ForeignKey(LabelingRequest, on_delete=models.PROTECT, related_name="slots")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("request", "number")
        constraints = (
            models.UniqueConstraint(fields=("id", "client"), name="slot_of_client"),
            models.UniqueConstraint(fields=("request", "number"), name="slot_number_unique"),
            models.CheckConstraint(condition=Q(number__gte=1), name="slot_number_is_positive"),
            SameClient(field="request", name="slot_and_request_agree"),
        )

    def __str__(self) -> str:
        return f"{self.request}, slot {self.number}"
