"""What has to be done before work moves away from a vendor, item by item, as its client goes through it."""

from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from marketplace.models.alerts import ConflictAlert
from marketplace.models.clients import Client
from marketplace.models.tenancy import SameClient


class ItemKind(models.TextChoices):
    ACCESS = "access", "Access to revoke"
    DATA = "data", "Data to return or destroy"
    KNOWLEDGE = "knowledge", "Knowledge transfer"
    NOTICE = "notice", "Notice period"
    OWN = "own", "Own item"


class ItemState(models.TextChoices):
    OPEN = "open", "Open"
    DONE = "done", "Done"
    NOT_NEEDED = "not_needed", "Not needed"


class TransitionItemQuerySet(models.QuerySet["TransitionItem"]):
    def open(self) -> Self:
        return self.filter(state=ItemState.OPEN)


class TransitionItem(models.Model):
    """One item of an alert's checklist. It outlives the alert: access is revoked after the work has ended."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    alert = models.ForeignKey(ConflictAlert, on_delete=models.PROTECT, related_name="checklist")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=ItemKind)
    text = models.CharField(max_length=500)
    state = models.CharField(max_length=10, choices=ItemState, default=ItemState.OPEN)
    note = models.TextField(blank=True, max_length=5000)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = TransitionItemQuerySet.as_manager()

    class Meta:
        ordering = ("alert", "position")
        constraints = (
            models.UniqueConstraint(fields=("alert", "position"), name="transition_position_unique"),
            models.CheckConstraint(condition=Q(kind__in=ItemKind.values), name="transition_kind_is_known"),
            models.CheckConstraint(condition=~Q(text=""), name="transition_says_what"),
            models.CheckConstraint(
                condition=Q(state=ItemState.OPEN, settled_at=None, settled_by=None)
                | Q(
                    state__in=(ItemState.DONE, ItemState.NOT_NEEDED),
                    settled_at__isnull=False,
                    settled_by__isnull=False,
                ),
                name="transition_is_settled_by_someone",
            ),
            SameClient(field="alert", name="transition_and_alert_agree"),
        )

    def __str__(self) -> str:
        return self.text


def without_checklist() -> models.QuerySet[ConflictAlert]:
    """Return the standing alerts that have no checklist yet: those of an older release."""
    return ConflictAlert.objects.active().filter(~Exists(TransitionItem.objects.filter(alert=OuterRef("pk"))))
