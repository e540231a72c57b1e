"""What a client's people are told of its alerts, decisions and waivers: in the app, and by e-mail where they want it.

What becomes of a compliance review, which rests on what no client may know, is told to compliance staff instead.
"""

import datetime as dt
from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from conflicts.models import Decider, DecisionNotice, DecisionStatus, NoticeKind, ReviewDecision
from marketplace.models.alerts import AlertEvent, AlertEventKind
from marketplace.models.clients import Client, compliance_staff
from marketplace.models.tenancy import SameClient
from vendors.models import Vendor

NOTICE_KINDS = (*AlertEventKind.choices, *NoticeKind.choices)
"""What can happen to an alert, then what can happen to a decision or waiver."""
KINDS = tuple(str(kind) for kind, _ in NOTICE_KINDS)
OF_COMPLIANCE = Q(decision_notice__decision__decided_by=Decider.COMPLIANCE)
STALE = Q(decision_notice__kind=NoticeKind.REMINDER) & ~Q(decision_notice__decision__status=DecisionStatus.APPROVED)
"""A reminder of what has ended meanwhile."""


class NoticeQuerySet(models.QuerySet["Notice"]):
    def for_members(self) -> Self:
        """Those that a client's people may read."""
        return self.exclude(OF_COMPLIANCE)

    def for_compliance(self) -> Self:
        """Those of compliance reviews."""
        return self.filter(OF_COMPLIANCE)

    def of_kind(self, kind: str) -> Self:
        return self.filter(Q(event__kind=kind) | Q(decision_notice__kind=kind))

    def told_fully(self) -> Self:
        """With what they are of, and the vendor."""
        return self.select_related(
            "event__alert__vendor", "event__alert__engagement", "decision_notice__decision__subject__vendor"
        )

    def unsent(self) -> Self:
        """Those whose e-mail is still to be sent. Who left the client, or may not log in any more, gets none."""
        theirs = ~OF_COMPLIANCE & Q(user__client_membership__client=F("client"))
        staff = OF_COMPLIANCE & Q(user__in=compliance_staff())
        waiting = self.filter(email=True, sent_at=None, user__is_active=True)
        return waiting.filter(theirs | staff).exclude(STALE)

    def due(self, now: dt.datetime) -> Self:
        """Those to be sent now, the longest waiting first."""
        return self.unsent().filter(next_try_at__lte=now).order_by("next_try_at", "pk")


class Notice(models.Model):
    """One person is told of one thing, once: an event of an alert, or what became of a decision or waiver.

    The row is written before its e-mail is sent. `email` says whether the person wanted an e-mail of this kind then.
    `tries` counts those begun; `error` tells why the last one failed.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notices")
    event = models.ForeignKey(AlertEvent, null=True, blank=True, on_delete=models.PROTECT, related_name="notices")
    decision_notice = models.ForeignKey(
        DecisionNotice, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
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
            models.UniqueConstraint(fields=("user", "decision_notice"), name="notice_of_decision_once"),
            models.CheckConstraint(
                condition=Q(event=None, decision_notice__isnull=False) | Q(event__isnull=False, decision_notice=None),
                name="notice_is_of_one_thing",
            ),
            models.CheckConstraint(condition=Q(sent_at=None) | Q(email=True, tries__gte=1), name="notice_was_tried"),
            SameClient(field="event", name="notice_and_event_agree"),
            SameClient(field="decision_notice", name="notice_and_decision_agree", theirs="tenant"),
        )
        indexes = (models.Index(fields=("next_try_at",), name="notice_unsent", condition=Q(email=True, sent_at=None)),)

    def __str__(self) -> str:
        return f"{self.event or self.decision_notice} to {self.user}"

    @property
    def decision(self) -> ReviewDecision | None:
        """The decision or waiver that it is of; None where it is of an alert."""
        return self.decision_notice.decision if self.decision_notice else None

    @property
    def kind(self) -> str:
        """What happened: one of NOTICE_KINDS."""
        return str(self._cause.kind)

    @property
    def of(self) -> str:
        """What it happened to: an `alert`, a `decision` or a `waiver`."""
        return str(self.decision.kind) if self.decision else "alert"

    @property
    def vendor(self) -> Vendor | None:
        """Whom it is about; None where a decision is on a party that is no vendor."""
        if self.decision:
            return getattr(self.decision.subject, "vendor", None)
        return self.event.alert.vendor if self.event else None

    @property
    def _cause(self) -> AlertEvent | DecisionNotice:
        cause = self.event or self.decision_notice
        if cause is None:
            raise ValueError("This notice is of nothing: the database takes no such row.")
        return cause


class NoticeSetting(models.Model):
    """Whether a person wants e-mails of one kind. Without a row it does."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notice_settings")
    kind = models.CharField(max_length=10, choices=NOTICE_KINDS)
    email = models.BooleanField("by e-mail")

    class Meta:
        ordering = ("user", "kind")
        constraints = (
            models.UniqueConstraint(fields=("user", "kind"), name="notice_setting_once"),
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="notice_setting_kind_is_known"),
        )

    def __str__(self) -> str:
        return f"{self.user}: {self.kind}"
