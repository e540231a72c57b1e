"""Running work of a vendor for a client: awarded here, or declared as begun before the client joined."""

from typing import Self
from uuid import uuid4

from django.db import models
from django.db.models import Q

from conflicts.models import AmountPer, Outcome
from conflicts.models.facts import PARTIAL_DATE, amount_constraints
from marketplace.models.awards import Award
from marketplace.models.clients import Client
from marketplace.models.requests import RequestSlot
from marketplace.models.tenancy import SameClient
from vendors.models import Vendor


class EngagementOrigin(models.TextChoices):
    DECLARED = "declared", "Declared"
    AWARD = "award", "Award"


class EngagementStatus(models.TextChoices):
    RUNNING = "running", "Running"
    ENDED = "ended", "Ended"


class EngagementQuerySet(models.QuerySet["Engagement"]):
    def running(self) -> Self:
        return self.filter(status=EngagementStatus.RUNNING)


class Engagement(models.Model):
    """Work under way. `start` and `end` are partial dates as written: YYYY, YYYY-MM, YYYY-MM-DD or empty.

    `outcome` is the last one that the watch saw, `seen_epoch` the epoch of that screening; it only moves forward.
    `seen` keeps what that screening told, with its own epoch; it counts only while that is `seen_epoch`.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="engagements")
    vendor = models.ForeignKey(Vendor, on_delete=models.PROTECT, related_name="engagements")
    origin = models.CharField(max_length=20, choices=EngagementOrigin)
    award = models.OneToOneField(Award, null=True, on_delete=models.PROTECT, related_name="engagement")
    slot = models.ForeignKey(RequestSlot, null=True, on_delete=models.PROTECT, related_name="engagements")
    title = models.CharField(max_length=200)
    start = models.CharField(max_length=10, blank=True)
    end = models.CharField(max_length=10, blank=True)
    amount = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    amount_per = models.CharField(max_length=10, choices=AmountPer, blank=True)
    status = models.CharField(max_length=20, choices=EngagementStatus, default=EngagementStatus.RUNNING)
    outcome = models.CharField(max_length=20, choices=Outcome)
    seen_epoch = models.BigIntegerField()
    seen = models.JSONField(null=True, editable=False)

    objects = EngagementQuerySet.as_manager()

    class Meta:
        ordering = ("client", "vendor", "title")
        constraints = (
            models.UniqueConstraint(fields=("id", "client"), name="engagement_of_client"),
            models.CheckConstraint(
                condition=Q(origin=EngagementOrigin.DECLARED, award=None, slot=None)
                | Q(origin=EngagementOrigin.AWARD, award__isnull=False, slot__isnull=False),
                name="engagement_comes_from_an_award_or_is_declared",
            ),
            models.CheckConstraint(condition=Q(status__in=EngagementStatus.values), name="engagement_status_is_known"),
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="engagement_outcome_is_known"),
            models.CheckConstraint(
                condition=Q(start__regex=PARTIAL_DATE, end__regex=PARTIAL_DATE), name="engagement_dates_shape"
            ),
            *amount_constraints("engagement"),
            SameClient(field="award", name="engagement_and_award_agree"),
            SameClient(field="slot", name="engagement_and_slot_agree"),
        )

    def __str__(self) -> str:
        return f"{self.vendor} for {self.client}"
