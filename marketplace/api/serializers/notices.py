"""Notices: what happened to an alert, told to one person."""

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from conflicts.models import Outcome
from marketplace.api.bodies import Body
from marketplace.api.serializers.vendors import VENDOR_REF, VendorRefOut
from marketplace.models import AlertEventKind, Notice

NOTICE = {
    "id": "7a1f6f0e-2a53-4f6c-8a0b-6f1c9a54c111",
    "kind": "opened",
    "alert": "6a1f6f0e-2a53-4f6c-8a0b-6f1c9a54c111",
    "vendor": {**VENDOR_REF, "slug": "scale-ai", "name": "Scale AI"},
    "title": "Labeling",
    "before": "review",
    "after": "blocked",
    "created_at": "2025-06-12T12:00:00Z",
    "read_at": None,
}
SETTINGS = {str(kind): True for kind in AlertEventKind}


@extend_schema_serializer(examples=[OpenApiExample("A notice", value=NOTICE)])
class NoticeOut(serializers.ModelSerializer[Notice]):
    kind = serializers.ChoiceField(AlertEventKind.choices, source="event.kind", read_only=True)
    alert = serializers.UUIDField(source="event.alert_id", read_only=True)
    vendor = VendorRefOut(source="event.alert.vendor", read_only=True)
    title = serializers.CharField(source="event.alert.engagement.title", read_only=True)
    before = serializers.ChoiceField(Outcome.choices, source="event.before", read_only=True)
    after = serializers.ChoiceField(Outcome.choices, source="event.after", read_only=True)

    class Meta:
        model = Notice
        fields = read_only_fields = tuple(NOTICE)


@extend_schema_serializer(examples=[OpenApiExample("All on", value=SETTINGS)])
class NoticeSettingsOut(Body):
    """Of which kinds you get e-mails. In the app you are told of all."""

    opened = serializers.BooleanField()
    reopened = serializers.BooleanField()
    lowered = serializers.BooleanField()
    closed = serializers.BooleanField()


@extend_schema_serializer(examples=[OpenApiExample("No mails of what eases", value={"lowered": False})])
class NoticeSettingsIn(NoticeSettingsOut):
    """The kinds to switch on or off; others stay as they are."""
