"""Conflict alerts: running work that turned into a conflict."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from marketplace.api.serializers.clients import CLIENT_REF, ClientRefOut
from marketplace.api.serializers.findings import FINDING, FindingOut, told_findings
from marketplace.api.serializers.requests import PART, PartOut
from marketplace.api.serializers.vendors import VENDOR_REF, VendorRefOut
from marketplace.models import AlertSubstitute, ConflictAlert
from marketplace.redaction import visible_rules

ALERT = {
    "id": "6a1f6f0e-2a53-4f6c-8a0b-6f1c9a54c111",
    "client": CLIENT_REF,
    "vendor": {**VENDOR_REF, "slug": "scale-ai", "name": "Scale AI"},
    "engagement": "5f1f6f0e-2a53-4f6c-8a0b-6f1c9a54c111",
    "before": "review",
    "after": "blocked",
    "rules": ["economic_line", "personnel"],
    "findings": [FINDING],
    "status": "open",
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


@extend_schema_serializer(examples=[OpenApiExample("An alert", value=ALERT)])
class AlertOut(serializers.ModelSerializer[ConflictAlert]):
    client = ClientRefOut(read_only=True)
    vendor = VendorRefOut(read_only=True)
    engagement = serializers.UUIDField(source="engagement_id", read_only=True)
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


@extend_schema_serializer(examples=[OpenApiExample("An alert", value={**ALERT, "substitutes": [SUBSTITUTE]})])
class AlertWithSubstitutesOut(AlertOut):
    substitutes = SubstituteOut(many=True, read_only=True)

    class Meta(AlertOut.Meta):
        fields = read_only_fields = (*ALERT, "substitutes")
