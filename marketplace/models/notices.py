"""What a client's people are told of an alert: in the app, and by e-mail where they want it."""

import datetime as dt
from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from marketplace.models.alerts import AlertEvent, AlertEventKind
from marketplace.models.clients import Client
from marketplace.models.tenancy import SameClient


class NoticeQuerySet(models.QuerySet["Notice"]):
    def unsent(self) -> Self:
        """Those whose e-mail is still to be sent. Who left the client, or may not log in any more, gets none."""
        waiting = self.filter(email=True, sent_at=None, user__is_active=True)
        return waiting.filter(user__client_membership__client=F("client"))

    def due(self, now: dt.datetime) -> Self:
        """Those to be sent now, the longest waiting first."""
        return self.unsent().filter(next_try_at__lte=now).order_by("next_try_at", "pk")


class Notice(models.Model):
    """One person is told of one event, once; the row is written with the event and its e-mail follows.

    `email` says whether the person wanted an e-mail of this kind then. `tries` counts those begun; `error` tells why
    the last one failed.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notices")
    event = models.ForeignKey(AlertEvent, on_delete=models.PROTECT, related_name="notices")
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    email = models.BooleanField("by e-mail")
    sent_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField()
    error = models.CharField(max_length=200, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)
        constraints = (
            models.UniqueConstraint(fields=("user", "event"), name="notice_once"),
            models.CheckConstraint(condition=Q(sent_at=None) | Q(email=True, tries__gte=1), name="notice_was_tried"),
            SameClient(field="event", name="notice_and_event_agree"),
        )
        indexes = (models.Index(fields=("next_try_at",), name="notice_unsent", condition=Q(email=True, sent_at=None)),)

    def __str__(self) -> str:
        return f"{self.event} to {self.user}"


class NoticeSetting(models.Model):
    """Whether a person wants e-mails of one kind. Without a row it does."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notice_settings")
    kind = models.CharField(max_length=10, choices=AlertEventKind)
    email = models.BooleanField("by e-mail")

    class Meta:
        ordering = ("user", "kind")
        constraints = (
            models.UniqueConstraint(fields=("user", "kind"), name="notice_setting_once"),
            models.CheckConstraint(condition=Q(kind__in=AlertEventKind.values), name="notice_setting_kind_is_known"),
        )

    def __str__(self) -> str:
        return f"{self.user}: {self.kind}"
