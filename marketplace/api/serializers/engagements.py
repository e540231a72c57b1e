"""Engagements: running work."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from conflicts.models import AmountPer, Outcome
from marketplace.api import visibility
from marketplace.api.bodies import Body, Code, PartialDate
from marketplace.api.references import Reference
from marketplace.api.serializers.clients import CLIENT_REF, ClientRefOut
from marketplace.api.serializers.vendors import VENDOR_REF, VendorRefOut
from marketplace.models import Engagement
from marketplace.redaction import word_for_vendor

ENGAGEMENT = {
    "id": "5f1f6f0e-2a53-4f6c-8a0b-6f1c9a54c111",
    "client": CLIENT_REF,
    "vendor": VENDOR_REF,
    "origin": "declared",
    "award": None,
    "title": "Labeling",
    "start": "2024-05",
    "end": "",
    "amount": "200000000.00",
    "currency": "USD",
    "amount_per": "year",
    "status": "running",
    "outcome": "clear",
    "eligibility": None,
}
HIDDEN_FROM_VENDORS = {"outcome": None, "amount": None, "currency": "", "amount_per": "", "award": None}


@extend_schema_serializer(
    examples=[
        OpenApiExample("As its client reads it", value=ENGAGEMENT),
        OpenApiExample(
            "As its vendor reads it", value={**ENGAGEMENT, **HIDDEN_FROM_VENDORS, "eligibility": "under review"}
        ),
    ]
)
class EngagementOut(serializers.ModelSerializer[Engagement]):
    """Running work. Its vendor reads neither outcome nor amounts, only whether it is eligible."""

    client = ClientRefOut(read_only=True)
    vendor = VendorRefOut(read_only=True)
    award = serializers.UUIDField(source="award_id", read_only=True, allow_null=True)
    amount_per = serializers.ChoiceField(AmountPer.choices, read_only=True, allow_blank=True)
    outcome = serializers.ChoiceField(Outcome.choices, read_only=True, allow_null=True)
    eligibility = serializers.SerializerMethodField(
        help_text="For the vendor: `not eligible`, `under review` or empty; null for anyone else."
    )

    class Meta:
        model = Engagement
        fields = read_only_fields = tuple(ENGAGEMENT)

    def get_eligibility(self, engagement: Engagement) -> str | None:
        if self.context["caller"].vendor is None:
            return None
        return word_for_vendor(Outcome(engagement.outcome))

    def to_representation(self, instance: Engagement) -> dict[str, Any]:
        told = super().to_representation(instance)
        return {**told, **HIDDEN_FROM_VENDORS} if self.context["caller"].vendor is not None else told


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "Begun before the client joined", value={"vendor": "labelbox", "title": "Labeling", "start": "2024"}
        )
    ]
)
class EngagementIn(Body):
    vendor = Reference(visibility.vendors, help_text="Slug or id of the vendor.")
    title = serializers.CharField(max_length=200)
    start = PartialDate(required=False)
    end = PartialDate(required=False)
    amount = serializers.DecimalField(max_digits=18, decimal_places=2, required=False, allow_null=True)
    currency = serializers.CharField(max_length=3, required=False, allow_blank=True)
    amount_per = Code(AmountPer.choices, required=False, allow_blank=True)


@extend_schema_serializer(examples=[OpenApiExample("The end", value={"end": "2026-10-31"})])
class EngagementEndIn(Body):
    end = PartialDate(allow_blank=False)
