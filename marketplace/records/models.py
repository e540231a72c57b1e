"""What is kept for good: the decision log. And the date of a story database."""

from typing import Any, NoReturn
from uuid import uuid4

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from marketplace.records.position import PositionField

APPEND_ONLY = "The decision log is append-only: write a new row with marketplace.records.services.log."


class AppendOnlyError(Exception):
    """Someone tried to change or delete a row of the decision log."""


class LogQuerySet(models.QuerySet["LogEntry"]):
    """Reads of the log. The writes that Django offers are refused here and, below it, by triggers."""

    def update(self, **_: Any) -> NoReturn:
        raise AppendOnlyError(APPEND_ONLY)

    def delete(self) -> NoReturn:
        raise AppendOnlyError(APPEND_ONLY)


class LogEntry(models.Model):
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

    objects = LogQuerySet.as_manager()

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

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; raises AppendOnlyError for a row that is already in the log."""
        if not self._state.adding:
            raise AppendOnlyError(APPEND_ONLY)
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *_: Any, **__: Any) -> NoReturn:
        raise AppendOnlyError(APPEND_ONLY)


class StoryClock(models.Model):
    """The date of a story database: no row in any other, one row here. records.clock writes it."""

    id = models.SmallIntegerField(primary_key=True, default=1, editable=False)
    date = models.DateField()

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(id=1), name="story_clock_is_one"),)

    def __str__(self) -> str:
        return self.date.isoformat()
