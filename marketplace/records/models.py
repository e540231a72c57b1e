"""What is kept for good: the decision log and its seals. And the date of a story database."""

from typing import Any, NoReturn, TypeVar
from uuid import uuid4

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from marketplace.records.position import PositionField

Row = TypeVar("Row", bound=models.Model)

APPEND_ONLY = "The decision log is append-only: write a new row with marketplace.records.services.log."


class AppendOnlyError(Exception):
    """Someone tried to change or delete a row of the decision log, or a seal."""


class AppendOnlyQuerySet(models.QuerySet[Row]):
    """Reads and inserts. The other writes that Django offers are refused here and, below it, by triggers."""

    def update(self, **_: Any) -> NoReturn:
        raise AppendOnlyError(APPEND_ONLY)

    def delete(self) -> NoReturn:
        raise AppendOnlyError(APPEND_ONLY)


class AppendOnly(models.Model):
    """A row that is written once and kept for good."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; raises AppendOnlyError for a row that is stored already."""
        if not self._state.adding:
            raise AppendOnlyError(APPEND_ONLY)
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *_: Any, **__: Any) -> NoReturn:
        raise AppendOnlyError(APPEND_ONLY)


class LogEntry(AppendOnly):
    """One decision: who did what to what, when, at which epoch, with the numbers that led to it."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    position = PositionField(unique=True, editable=False)
    at = models.DateTimeField(db_index=True)
    epoch = models.BigIntegerField(null=True, blank=True, help_text="The version of the facts that it was judged by.")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="log_entries"
    )
    actor_label = models.CharField(max_length=320)
    action = models.CharField(max_length=100, db_index=True)
    tenant = models.UUIDField(null=True, blank=True)
    subject_type = models.CharField(max_length=100, blank=True)
    subject_id = models.UUIDField(null=True, blank=True)
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    objects = AppendOnlyQuerySet["LogEntry"].as_manager()

    class Meta:
        ordering = ("-position",)
        verbose_name = "log entry"
        verbose_name_plural = "decision log"
        indexes = (
            models.Index(fields=("tenant", "position"), name="log_by_tenant"),
            models.Index(fields=("subject_type", "subject_id", "position"), name="log_by_subject"),
        )
        constraints = (models.CheckConstraint(condition=~Q(action=""), name="log_action_is_named"),)

    def __str__(self) -> str:
        return f"{self.position} {self.action}"


class LogSeal(AppendOnly):
    """The place of one committed row in the chain, and the hash that holds it there.

    `number` counts from 1 without a gap. `hash` is SHA-256, in hex, over the hash before it, the number and each column
    of the row as the database stores it (see chain.py); `form` says which columns those are.
    """

    number = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(LogEntry, on_delete=models.PROTECT, related_name="seal")
    form = models.SmallIntegerField(default=1, db_default=1)
    hash = models.CharField(max_length=64)

    objects = AppendOnlyQuerySet["LogSeal"].as_manager()

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.CheckConstraint(condition=Q(number__gt=0), name="seal_number_positive"),
            models.CheckConstraint(condition=Q(hash__regex=r"^[0-9a-f]{64}$"), name="seal_hash_shape"),
        )

    def __str__(self) -> str:
        return f"seal {self.number}"


class StoryClock(models.Model):
    """The date of a story database: no row in any other, one row here. records.clock writes it."""

    id = models.SmallIntegerField(primary_key=True, default=1, editable=False)
    date = models.DateField()

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(id=1), name="story_clock_is_one"),)

    def __str__(self) -> str:
        return self.date.isoformat()
