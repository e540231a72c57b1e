"""Awards: a slot given to a vendor, with the verdict it rests on."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from conflicts.models import Outcome, ReviewDecision
from marketplace.models.clients import Client
from marketplace.models.requests import RequestSlot
from marketplace.models.tenancy import SameClient
from vendors.models import Vendor


class AwardStatus(models.TextChoices):
    ACTIVE = "active", "Active"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Award(models.Model):
    """One slot given to one vendor, written by the gate alone.

    `epoch` is read when the row is written: an award stands before exactly the facts whose epoch is higher.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="awards")
    slot = models.ForeignKey(RequestSlot, on_delete=models.PROTECT, related_name="awards")
    vendor = models.ForeignKey(Vendor, on_delete=models.PROTECT, related_name="awards")
    status = models.CharField(max_length=20, choices=AwardStatus, default=AwardStatus.ACTIVE)
    outcome = models.CharField(max_length=20, choices=Outcome)
    epoch = models.BigIntegerField()
    decision = models.ForeignKey(ReviewDecision, null=True, on_delete=models.PROTECT, related_name="+")
    awarded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    awarded_at = models.DateTimeField()

    class Meta:
        ordering = ("-awarded_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("slot",), condition=Q(status=AwardStatus.ACTIVE), name="award_one_active_per_slot"
            ),
            models.UniqueConstraint(fields=("id", "client"), name="award_of_client"),
            models.CheckConstraint(condition=Q(status__in=AwardStatus.values), name="award_status_is_known"),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.CLEAR, decision=None)
                | Q(outcome__in=(Outcome.REVIEW, Outcome.BLOCKED), decision__isnull=False),
                name="award_is_clear_decided_or_waived",
            ),
            SameClient(field="slot", name="award_and_slot_agree"),
        )

    def __str__(self) -> str:
        return f"{self.slot} to {self.vendor}"
