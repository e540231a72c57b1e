"""What newer screenings said otherwise than those before, so that an event can be asked what it touched."""

from typing import Self
from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from conflicts.models.changes import FactChange, Reach
from conflicts.models.parties import Party
from conflicts.models.watches import Outcome


class ScreeningChangeQuerySet(models.QuerySet["ScreeningChange"]):
    def after(self, change: FactChange) -> Self:
        """Those that the change may have done: it reaches the pair and lies between the two screenings."""
        if change.reach == Reach.NONE:
            return self.none()
        whose = Q() if change.reach == Reach.EVERY else Q(tenant=change.tenant)
        return self.filter(whose, from_epoch__lt=change.epoch, epoch__gte=change.epoch)


class ScreeningChange(models.Model):
    """A stored screening that came out otherwise than the one before: in outcome, or in a finding above note.

    The facts that did it came after `from_epoch`, which the screening before rested on, and up to `epoch`.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    tenant = models.UUIDField()
    principal = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    subject = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    before = models.CharField(max_length=7, choices=Outcome)
    after = models.CharField(max_length=7, choices=Outcome)
    from_epoch = models.BigIntegerField()
    epoch = models.BigIntegerField()
    at = models.DateTimeField()

    objects = ScreeningChangeQuerySet.as_manager()

    class Meta:
        ordering = ("epoch", "tenant", "subject__slug")
        constraints = (
            models.CheckConstraint(
                condition=Q(before__in=Outcome.values, after__in=Outcome.values), name="screening_change_outcomes_known"
            ),
            models.CheckConstraint(condition=Q(from_epoch__lte=F("epoch")), name="screening_change_epochs_in_order"),
        )
        indexes = (models.Index(fields=("epoch", "from_epoch"), name="screening_change_by_epochs"),)

    def __str__(self) -> str:
        return f"{self.principal} and {self.subject}: {self.before} to {self.after}"
