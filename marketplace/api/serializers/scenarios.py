"""Scenarios: what an event would do. Nothing of them is kept."""

from collections.abc import Iterable
from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from conflicts.findings import to_json
from conflicts.models import AmountPer, Outcome
from marketplace.api import visibility
from marketplace.api.bodies import Body
from marketplace.api.references import Reference
from marketplace.api.serializers.clients import CLIENT_REF, ClientRefOut
from marketplace.api.serializers.findings import FINDING, FindingOut, told_findings
from marketplace.api.serializers.interests import ADD_ROW, END_ROW, event_rows
from marketplace.api.serializers.vendors import VENDOR_REF, VendorRefOut
from marketplace.models import Engagement, Match
from marketplace.services.questions import Hit, Imagined
from marketplace.worth import Stated, Sum, sums

ENGAGEMENT = {
    "id": "5f1f6f0e-2a53-4f6c-8a0b-6f1c9a54c111",
    "title": "Labeling",
    "amount": "200000000.00",
    "currency": "USD",
    "amount_per": "year",
}
IMAGINED = {
    "client": CLIENT_REF,
    "flips": [
        {
            "vendor": {**VENDOR_REF, "slug": "scale-ai", "name": "Scale AI"},
            "before": "review",
            "after": "blocked",
            "findings": [FINDING],
            "engagements": [ENGAGEMENT],
            "matches": [],
        }
    ],
    "at_risk": [{"amount": "200000000.00", "currency": "USD", "amount_per": "year"}],
    "still_clear": [VENDOR_REF],
}


@extend_schema_serializer(
    examples=[OpenApiExample("The deal", value={"as_of": "2025-06-12", "rows": [END_ROW, ADD_ROW]})]
)
class ScenarioIn(Body):
    """What would begin and end; it counts as stated and known."""

    as_of = serializers.DateField()
    rows = event_rows()
    client = Reference(
        visibility.clients, required=False, help_text="Slug or id of one client; for compliance staff, else all."
    )


class TouchedEngagementOut(serializers.ModelSerializer[Engagement]):
    amount_per = serializers.ChoiceField(AmountPer.choices, read_only=True, allow_blank=True)

    class Meta:
        model = Engagement
        fields = read_only_fields = tuple(ENGAGEMENT)


class TouchedMatchOut(serializers.ModelSerializer[Match]):
    request = serializers.UUIDField(source="request_id", read_only=True)
    title = serializers.CharField(source="request.title", read_only=True)

    class Meta:
        model = Match
        fields = read_only_fields = ("request", "title", "rank")


class AtRiskOut(serializers.Serializer[Sum]):
    """The sum of the amounts of touched engagements that are stated alike."""

    amount = serializers.DecimalField(max_digits=24, decimal_places=2)
    currency = serializers.CharField()
    amount_per = serializers.CharField(allow_blank=True)


class FlipOut(serializers.Serializer[Hit]):
    vendor = VendorRefOut()
    before = serializers.ChoiceField(Outcome.choices, source="before.outcome")
    after = serializers.ChoiceField(Outcome.choices, source="after.outcome")
    findings = serializers.SerializerMethodField(help_text="What is found with the rows.")
    engagements = TouchedEngagementOut(many=True, help_text="Running work that it touches.")
    matches = TouchedMatchOut(many=True, help_text="Matches of open requests that it touches.")

    @extend_schema_field(FindingOut(many=True))
    def get_findings(self, hit: Hit) -> list[dict[str, Any]]:
        return told_findings([to_json(finding) for finding in hit.after.findings], self.context["caller"])


class ImaginedOut(serializers.Serializer[Imagined]):
    """What the rows would do to one client."""

    client = ClientRefOut()
    flips = FlipOut(many=True)
    at_risk = serializers.SerializerMethodField()
    still_clear = VendorRefOut(many=True, help_text="Vendors that are clear with the rows, best known owners first.")

    @extend_schema_field(AtRiskOut(many=True))
    def get_at_risk(self, imagined: Imagined) -> object:
        return at_risk(row for flip in imagined.flips for row in flip.engagements)


@extend_schema_serializer(
    examples=[OpenApiExample("Scale AI flips", value={"as_of": "2025-06-12", "clients": [IMAGINED]})]
)
class ScenarioOut(serializers.Serializer[Any]):
    as_of = serializers.DateField()
    clients = ImaginedOut(many=True)


def at_risk(rows: Iterable[Stated]) -> object:
    """Return the sums of what is stated alike."""
    return [AtRiskOut(found).data for found in sums(rows)]
