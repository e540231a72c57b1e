"""Who reaches a watched subject, how much and by which way: worked out by a job, kept until the next one."""

from django.db import models
from django.db.models import F, Q

from conflicts.engine.bounds import WHOLE
from conflicts.models.parties import Party


class ExposureSet(models.Model):
    """One row: what the stored exposures rest on. Rows of another generation are no part of it.

    A generation is drawn, so that two jobs never write one. `epoch` is that of the facts and only rises, `as_of` their
    day; `cut` is the largest share of a path that was dropped, as a fraction of one.
    """

    id = models.SmallIntegerField(primary_key=True, default=1, editable=False)
    epoch = models.BigIntegerField()
    as_of = models.DateField()
    cut = models.FloatField()
    generation = models.UUIDField()
    built_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(id=1), name="exposure_set_is_one"),
            models.CheckConstraint(condition=Q(epoch__gte=0, cut__gte=0), name="exposure_set_numbers_not_negative"),
        )

    def __str__(self) -> str:
        return f"Exposures at epoch {self.epoch}"


class ExposedSubject(models.Model):
    """A subject whose exposures are stored: who has none of them has at most `rest` of it, the slack that was booked.

    `rest` is in millionths of a percent, rounded up. It is 100% where the engine refused: nothing is excluded then.
    """

    id = models.BigAutoField(primary_key=True)
    generation = models.UUIDField()
    subject = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+", db_index=False)
    rest = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("subject", "generation"), name="exposed_subject_once"),
            models.CheckConstraint(condition=Q(rest__gte=0, rest__lte=WHOLE), name="exposed_subject_rest_is_share"),
        )

    def __str__(self) -> str:
        return f"Exposures of {self.subject}"


class Exposure(models.Model):
    """A holder reaches a subject: bounds of integrated ownership, in millionths of a percent, and control.

    `low` is rounded down, `high` up with the booked slack in it. `path` names parties by id, from the holder down.
    """

    id = models.BigAutoField(primary_key=True)
    generation = models.UUIDField()
    subject = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+", db_index=False)
    holder = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+", db_index=False)
    low = models.BigIntegerField()
    high = models.BigIntegerField()
    must_control = models.BooleanField()
    may_control = models.BooleanField()
    path = models.JSONField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("subject", "holder", "generation"), name="exposure_once"),
            models.CheckConstraint(
                condition=Q(low__gte=0, low__lte=F("high"), high__lte=WHOLE), name="exposure_bounds_are_shares"
            ),
            models.CheckConstraint(
                condition=Q(must_control=False) | Q(may_control=True), name="exposure_must_control_may"
            ),
        )

    def __str__(self) -> str:
        return f"{self.holder} in {self.subject}"
