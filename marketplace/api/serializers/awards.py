"""Awards: a slot given to a vendor, through the gate."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from conflicts.models import Outcome
from marketplace.api import visibility
from marketplace.api.bodies import Body
from marketplace.api.problems import MEDIA_TYPE
from marketplace.api.references import Reference
from marketplace.api.schema import ProblemOut
from marketplace.api.serializers.clients import CLIENT_REF, ClientRefOut
from marketplace.api.serializers.findings import FINDING, FindingOut
from marketplace.api.serializers.vendors import VENDOR_REF, VendorRefOut
from marketplace.models import Award

SLOT = "4b1f6f0e-2a53-4f6c-8a0b-6f1c9a54c111"
AWARD = {
    "id": "4c1f6f0e-2a53-4f6c-8a0b-6f1c9a54c111",
    "client": CLIENT_REF,
    "vendor": VENDOR_REF,
    "request": "4a1f6f0e-2a53-4f6c-8a0b-6f1c9a54c111",
    "slot": SLOT,
    "engagement": "5f1f6f0e-2a53-4f6c-8a0b-6f1c9a54c111",
    "status": "active",
    "outcome": "clear",
    "decision": None,
    "awarded_by": "ann@client.example",
    "awarded_at": "2026-11-23T09:30:00Z",
}
REFUSAL = {
    "type": "urn:armslength:problem:vendor_conflicted",
    "title": "Conflict",
    "status": 409,
    "detail": "Scale AI cannot be awarded: meta - shareholding 49% - scale-ai.",
    "code": "vendor_conflicted",
    "outcome": "blocked",
    "rules": ["economic_line"],
    "findings": [FINDING],
}


@extend_schema_serializer(
    examples=[
        OpenApiExample("A slot", value={"slot": SLOT, "vendor": "labelbox"}),
        OpenApiExample("The first free slot of a request", value={"request": AWARD["request"], "vendor": "labelbox"}),
    ]
)
class AwardIn(Body):
    """A vendor, and either a slot or a request whose first free slot it gets."""

    vendor = Reference(visibility.vendors, help_text="Slug or id of the vendor.")
    slot = serializers.UUIDField(required=False)
    request = serializers.UUIDField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("slot" in attrs) == ("request" in attrs):
            raise serializers.ValidationError({"slot": "Name a slot or a request, not both and not neither."})
        return attrs


@extend_schema_serializer(examples=[OpenApiExample("An award", value=AWARD)])
class AwardOut(serializers.ModelSerializer[Award]):
    client = ClientRefOut(read_only=True)
    vendor = VendorRefOut(read_only=True)
    request = serializers.UUIDField(source="slot.request_id", read_only=True)
    slot = serializers.UUIDField(source="slot_id", read_only=True)
    engagement = serializers.UUIDField(source="engagement.id", read_only=True)
    decision = serializers.UUIDField(source="decision_id", read_only=True, allow_null=True)
    awarded_by = serializers.EmailField(source="awarded_by.email", read_only=True)

    class Meta:
        model = Award
        fields = read_only_fields = tuple(AWARD)


@extend_schema_serializer(
    examples=[OpenApiExample("A conflict", value=REFUSAL, status_codes=["409"], media_type=MEDIA_TYPE)]
)
class AwardRefusalOut(ProblemOut):
    """What the gate found, as far as you may see it. Slots that are taken and requests that are closed tell less."""

    outcome = serializers.ChoiceField(Outcome.choices, required=False)
    rules = serializers.ListField(child=serializers.CharField(), required=False, help_text="The rules that decide.")
    findings = FindingOut(many=True, required=False)
