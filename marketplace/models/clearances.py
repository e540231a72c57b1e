"""What an award needs to be written: the gate's own word, in the award's own transaction (DESIGN 5)."""

from uuid import uuid4

from django.db import models
from django.db.models import Q

from conflicts.models import Outcome, ReviewDecision
from marketplace.models.awards import Award
from marketplace.models.clients import Client
from marketplace.models.requests import RequestSlot
from marketplace.models.tenancy import SameClient
from vendors.models import Vendor


class Clearance(models.Model):
    """The gate has opened for this award: on facts up to `epoch`, on `day`, by this outcome and decision or waiver.

    Triggers let an award, and an engagement that comes from one, begin only beside a clearance of the same transaction
    with the current epoch. On PostgreSQL that is told by `xid`, which the database writes together with the shared
    lock on the epoch; on SQLite, where transactions have no number, a clearance is `used` once, on its own day.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="clearances")
    slot = models.ForeignKey(RequestSlot, on_delete=models.PROTECT, related_name="clearances")
    vendor = models.ForeignKey(Vendor, on_delete=models.PROTECT, related_name="clearances")
    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="clearances")
    outcome = models.CharField(max_length=20, choices=Outcome)
    decision = models.ForeignKey(ReviewDecision, null=True, on_delete=models.PROTECT, related_name="+")
    epoch = models.BigIntegerField()
    day = models.DateField()
    xid = models.BigIntegerField(null=True, editable=False)
    used = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ("-epoch",)
        constraints = (
            models.CheckConstraint(
                condition=Q(outcome=Outcome.CLEAR, decision=None)
                | Q(outcome__in=(Outcome.REVIEW, Outcome.BLOCKED), decision__isnull=False),
                name="clearance_is_clear_decided_or_waived",
            ),
            SameClient(field="slot", name="clearance_and_slot_agree"),
            SameClient(field="award", name="clearance_and_award_agree"),
        )

    def __str__(self) -> str:
        return f"{self.slot} to {self.vendor} at epoch {self.epoch}"
