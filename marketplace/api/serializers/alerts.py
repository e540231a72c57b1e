"""Conflict alerts: running work that turned into a conflict."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from conflicts.models import AmountPer
from marketplace.api.bodies import Body, Code
from marketplace.api.serializers.clients import CLIENT_REF, ClientRefOut
from marketplace.api.serializers.findings import FINDING, FindingOut, told_findings
from marketplace.api.serializers.requests import PART, PartOut
from marketplace.api.serializers.scenarios import AtRiskOut
from marketplace.api.serializers.vendors import VENDOR_REF, VendorRefOut
from marketplace.models import AlertEvent, AlertSubstitute, ConflictAlert, ItemState, TransitionItem
from marketplace.redaction import visible_rules
from marketplace.services.alerts import LONGEST_MEASURE, Risk

ALERT = {
    "id": "6a1f6f0e-2a53-4f6c-8a0b-6f1c9a54c111",
    "client": CLIENT_REF,
    "vendor": {**VENDOR_REF, "slug": "scale-ai", "name": "Scale AI"},
    "engagement": "5f1f6f0e-2a53-4f6c-8a0b-6f1c9a54c111",
    "before": "review",
    "after": "blocked",
    "rules": ["economic_line", "personnel"],
    "findings": [FINDING],
    "amount": "200000000.00",
    "currency": "USD",
    "amount_per": "year",
    "status": "open",
    "version": 1,
    "measure": "",
    "mitigated_at": None,
    "opened_at": "2025-06-12T12:00:00Z",
    "closed_at": None,
}
SUBSTITUTE = {
    "rank": 1,
    "vendor": VENDOR_REF,
    "outcome": "clear",
    "coverage": "partial",
    "score": "100.00",
    "parts": [PART],
}

ITEM = {
    "id": "6c1f6f0e-2a53-4f6c-8a0b-6f1c9a54c111",
    "kind": "access",
    "text": "List which of your systems and data the vendor's people can reach, and revoke that access.",
    "state": "done",
    "note": "All keys are revoked.",
    "settled_by": "ann@client.example",
    "settled_at": "2025-06-20T09:30:00Z",
    "version": 2,
}


@extend_schema_serializer(examples=[OpenApiExample("An alert", value=ALERT)])
class AlertOut(serializers.ModelSerializer[ConflictAlert]):
    client = ClientRefOut(read_only=True)
    vendor = VendorRefOut(read_only=True)
    engagement = serializers.UUIDField(source="engagement_id", read_only=True)
    amount_per = serializers.ChoiceField(AmountPer.choices, read_only=True, allow_blank=True)
    rules = serializers.SerializerMethodField(help_text="The rules that fired, as far as you may see them.")
    findings = serializers.SerializerMethodField()

    class Meta:
        model = ConflictAlert
        fields = read_only_fields = tuple(ALERT)

    def get_rules(self, alert: ConflictAlert) -> list[str]:
        return visible_rules(alert.findings, self.context["caller"].reader)

    @extend_schema_field(FindingOut(many=True))
    def get_findings(self, alert: ConflictAlert) -> list[dict[str, Any]]:
        return told_findings(alert.findings, self.context["caller"])


class SubstituteOut(serializers.ModelSerializer[AlertSubstitute]):
    """Who could take over: clear, or review and marked so by its outcome."""

    vendor = VendorRefOut(read_only=True)
    parts = serializers.SerializerMethodField()

    class Meta:
        model = AlertSubstitute
        fields = read_only_fields = tuple(SUBSTITUTE)

    @extend_schema_field(PartOut(many=True))
    def get_parts(self, substitute: AlertSubstitute) -> object:
        return substitute.parts


EVENT = {
    "kind": "opened",
    "before": "review",
    "after": "blocked",
    "at": "2025-06-12T12:00:00Z",
    "event": "8c1f6f0e-2a53-4f6c-8a0b-6f1c9a54c111",
}


@extend_schema_serializer(examples=[OpenApiExample("An item", value=ITEM)])
class ItemOut(serializers.ModelSerializer[TransitionItem]):
    """One item of the transition checklist."""

    settled_by = serializers.EmailField(source="settled_by.email", read_only=True, default=None, allow_null=True)

    class Meta:
        model = TransitionItem
        fields = read_only_fields = tuple(ITEM)


class AlertEventOut(serializers.ModelSerializer[AlertEvent]):
    """What happened to the alert."""

    event = serializers.UUIDField(
        source="change_id",
        read_only=True,
        allow_null=True,
        help_text="The newest event that may have done it; ask for `alerts?event=`. Null where no fact did it.",
    )

    class Meta:
        model = AlertEvent
        fields = read_only_fields = tuple(EVENT)


IN_FULL = {**ALERT, "substitutes": [SUBSTITUTE], "checklist": [ITEM], "events": [EVENT]}


@extend_schema_serializer(examples=[OpenApiExample("An alert", value=IN_FULL)])
class AlertInFullOut(AlertOut):
    substitutes = SubstituteOut(many=True, read_only=True)
    checklist = ItemOut(many=True, read_only=True)
    events = AlertEventOut(many=True, read_only=True)

    class Meta(AlertOut.Meta):
        fields = read_only_fields = tuple(IN_FULL)


@extend_schema_serializer(
    examples=[OpenApiExample("A firewall", value={"measure": "Nobody who works with Meta reaches our data."})]
)
class MitigateIn(Body):
    measure = serializers.CharField(max_length=LONGEST_MEASURE, help_text="What you do against the conflict.")


@extend_schema_serializer(examples=[OpenApiExample("An item of your own", value={"text": "Tell the review board."})])
class ItemIn(Body):
    text = serializers.CharField(max_length=500)


@extend_schema_serializer(
    examples=[OpenApiExample("It is done", value={"state": "done", "note": "All keys are revoked."})]
)
class ItemPatchIn(ItemIn):
    state = Code(ItemState.choices, required=False)
    note = serializers.CharField(max_length=5000, required=False, allow_blank=True)


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "One client's",
            value={
                "client": CLIENT_REF,
                "alerts": 1,
                "at_risk": [{"amount": "200000000.00", "currency": "USD", "amount_per": "year"}],
            },
        )
    ]
)
class RiskOut(serializers.Serializer[Risk]):
    """What standing alerts put at risk, as the work was worth when they told of it."""

    client = ClientRefOut()
    alerts = serializers.IntegerField()
    at_risk = AtRiskOut(many=True)
