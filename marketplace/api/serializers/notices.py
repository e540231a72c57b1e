"""Notices: what happened to an alert, a decision or a waiver, told to one person."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from conflicts.models import DecisionKind, Outcome
from marketplace.api.bodies import Body
from marketplace.api.serializers.vendors import VENDOR_REF, VendorRefOut
from marketplace.models import NOTICE_KINDS, Notice

NOTICE = {
    "id": "7a1f6f0e-2a53-4f6c-8a0b-6f1c9a54c111",
    "kind": "opened",
    "of": "alert",
    "alert": "6a1f6f0e-2a53-4f6c-8a0b-6f1c9a54c111",
    "decision": None,
    "vendor": {**VENDOR_REF, "slug": "scale-ai", "name": "Scale AI"},
    "title": "Labeling",
    "before": "review",
    "after": "blocked",
    "days": None,
    "expires_on": None,
    "created_at": "2025-06-12T12:00:00Z",
    "read_at": None,
}
REMINDER = {
    **NOTICE,
    "kind": "reminder",
    "of": "waiver",
    "alert": None,
    "decision": "8a1f6f0e-2a53-4f6c-8a0b-6f1c9a54c111",
    "title": None,
    "before": None,
    "after": None,
    "days": 30,
    "expires_on": "2025-07-12",
}
SETTINGS = {str(kind): True for kind, _ in NOTICE_KINDS}
ABSENT: dict[str, Any] = {"read_only": True, "default": None, "allow_null": True}


@extend_schema_serializer(
    examples=[OpenApiExample("Of an alert", value=NOTICE), OpenApiExample("Of a waiver", value=REMINDER)]
)
class NoticeOut(serializers.ModelSerializer[Notice]):
    """`alert`, `title`, `before` and `after` are of an alert; `decision` and `expires_on` of a decision or waiver.

    `days` is set in a reminder: it expires within so many.
    """

    kind = serializers.ChoiceField(NOTICE_KINDS, read_only=True)
    of = serializers.ChoiceField([("alert", "Alert"), *DecisionKind.choices], read_only=True)
    alert = serializers.UUIDField(source="event.alert_id", **ABSENT)
    decision = serializers.UUIDField(source="decision_notice.decision_id", **ABSENT)
    vendor = VendorRefOut(read_only=True, allow_null=True)
    title = serializers.CharField(source="event.alert.engagement.title", **ABSENT)
    before = serializers.ChoiceField(Outcome.choices, source="event.before", **ABSENT)
    after = serializers.ChoiceField(Outcome.choices, source="event.after", **ABSENT)
    days = serializers.SerializerMethodField()
    expires_on = serializers.DateField(source="decision.expires_on", **ABSENT)

    class Meta:
        model = Notice
        fields = read_only_fields = tuple(NOTICE)

    def get_days(self, notice: Notice) -> int | None:
        return (notice.decision_notice.days or None) if notice.decision_notice else None


@extend_schema_serializer(examples=[OpenApiExample("All on", value=SETTINGS)])
class NoticeSettingsOut(Body):
    """Of which kinds you get e-mails. In the app you are told of all."""

    opened = serializers.BooleanField()
    reopened = serializers.BooleanField()
    lowered = serializers.BooleanField()
    closed = serializers.BooleanField()
    void = serializers.BooleanField()
    expired = serializers.BooleanField()
    reminder = serializers.BooleanField()


@extend_schema_serializer(examples=[OpenApiExample("No mails of what eases", value={"lowered": False})])
class NoticeSettingsIn(NoticeSettingsOut):
    """The kinds to switch on or off; others stay as they are."""
