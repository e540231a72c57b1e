"""Events and what each touched: the domino view of compliance staff."""

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from conflicts.models import ChangeKind, FactChange, Outcome, Reach
from marketplace.api.serializers.clients import CLIENT_REF, ClientRefOut
from marketplace.api.serializers.scenarios import ENGAGEMENT, AtRiskOut, TouchedEngagementOut
from marketplace.api.serializers.vendors import VENDOR_REF, VendorRefOut
from marketplace.models import AlertEvent, AlertEventKind, AlertStatus, Match
from marketplace.services.dominoes import Domino, Part, Touched

EVENT = {
    "id": "8c1f6f0e-2a53-4f6c-8a0b-6f1c9a54c111",
    "kind": "interest",
    "reach": "every",
    "at": "2025-06-12T12:00:00Z",
    "touches": True,
}
AT_RISK = [{"amount": "200000000.00", "currency": "USD", "amount_per": "year"}]
TOUCHED = {
    "vendor": {**VENDOR_REF, "slug": "scale-ai", "name": "Scale AI"},
    "before": "review",
    "after": "blocked",
    "shared": False,
    "engagements": [ENGAGEMENT],
    "matches": [
        {"request": "4a1f6f0e-2a53-4f6c-8a0b-6f1c9a54c111", "title": "Labeling", "outcome": "blocked", "rank": None}
    ],
    "alerts": [
        {"id": "6a1f6f0e-2a53-4f6c-8a0b-6f1c9a54c111", "kind": "opened", "status": "open", "at": "2025-06-12T12:00:00Z"}
    ],
}
DOMINO = {**EVENT, "clients": [{"client": CLIENT_REF, "vendors": [TOUCHED], "at_risk": AT_RISK}], "at_risk": AT_RISK}


@extend_schema_serializer(examples=[OpenApiExample("An event", value=EVENT)])
class ChangeOut(serializers.ModelSerializer[FactChange]):
    """A committed change of what outcomes depend on."""

    kind = serializers.ChoiceField(ChangeKind.choices, read_only=True)
    reach = serializers.ChoiceField(Reach.choices, read_only=True)
    touches = serializers.BooleanField(source="is_touching", read_only=True, help_text="Whether it moved anything.")

    class Meta:
        model = FactChange
        fields = read_only_fields = tuple(EVENT)


class MovedMatchOut(serializers.ModelSerializer[Match]):
    """A match of an open request, as it stands now."""

    request = serializers.UUIDField(source="request_id", read_only=True)
    title = serializers.CharField(source="request.title", read_only=True)

    class Meta:
        model = Match
        fields = read_only_fields = ("request", "title", "outcome", "rank")


class MovedAlertOut(serializers.ModelSerializer[AlertEvent]):
    """What happened to an alert, and how that stands now."""

    id = serializers.UUIDField(source="alert_id", read_only=True)
    kind = serializers.ChoiceField(AlertEventKind.choices, read_only=True)
    status = serializers.ChoiceField(AlertStatus.choices, source="alert.status", read_only=True)

    class Meta:
        model = AlertEvent
        fields = read_only_fields = ("id", "kind", "status", "at")


class TouchedOut(serializers.Serializer[Touched]):
    """One vendor of the client."""

    vendor = VendorRefOut()
    before = serializers.ChoiceField(Outcome.choices)
    after = serializers.ChoiceField(Outcome.choices)
    shared = serializers.BooleanField(
        help_text="Whether another event lies between the same two screenings and may have done it too."
    )
    engagements = TouchedEngagementOut(many=True)
    matches = MovedMatchOut(many=True)
    alerts = MovedAlertOut(many=True, source="events")


class ClientPartOut(serializers.Serializer[Part]):
    client = ClientRefOut()
    vendors = TouchedOut(many=True, source="touched")
    at_risk = AtRiskOut(many=True)


@extend_schema_serializer(examples=[OpenApiExample("What the deal touched", value=DOMINO)])
class DominoOut(serializers.Serializer[Domino]):
    id = serializers.UUIDField(source="change.pk")
    kind = serializers.ChoiceField(ChangeKind.choices, source="change.kind")
    reach = serializers.ChoiceField(Reach.choices, source="change.reach")
    at = serializers.DateTimeField(source="change.at")
    touches = serializers.SerializerMethodField()
    clients = ClientPartOut(many=True, source="parts")
    at_risk = AtRiskOut(many=True, help_text="Over all clients.")

    def get_touches(self, found: Domino) -> bool:
        return bool(found.parts)
