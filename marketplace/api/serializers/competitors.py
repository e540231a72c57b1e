"""A client's competitor list and its policy. Nobody else may learn of them (DESIGN 6)."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from conflicts.engine.policy import Policy as Lines
from conflicts.models import CompetitorDeclaration
from conflicts.services import CompetitorDraft
from marketplace.api import visibility
from marketplace.api.bodies import Body, Share
from marketplace.api.references import Reference
from marketplace.api.serializers.parties import PartyRefOut

COMPETITOR = {
    "id": "7a1f6f0e-2a53-4f6c-8a0b-6f1c9a54c111",
    "competitor": {"id": "3f0a9b0c-8a31-4f63-9f0f-1c0f6d1f2a11", "slug": "meta", "name": "Meta"},
    "segment": "foundation-models",
    "note": "",
    "recorded_at": "2026-11-23T09:30:00Z",
}
DRAFT = {"competitor": "meta", "segment": "foundation-models"}
POLICY = {
    "economic_block": "25",
    "economic_review": "5",
    "voting_block": "10",
    "voting_review": "5",
    "control": "50",
    "commercial_share": "10",
    "uncovered_to_review": False,
}


@extend_schema_serializer(examples=[OpenApiExample("A competitor", value=COMPETITOR)])
class CompetitorOut(serializers.ModelSerializer[CompetitorDeclaration]):
    competitor = PartyRefOut(read_only=True)

    class Meta:
        model = CompetitorDeclaration
        fields = read_only_fields = tuple(COMPETITOR)


@extend_schema_serializer(examples=[OpenApiExample("A competitor", value=DRAFT)])
class CompetitorIn(Body):
    competitor = Reference(visibility.parties, help_text="Slug or id of a party.")
    segment = serializers.CharField(
        max_length=100, required=False, allow_blank=True, help_text="It explains and sorts; screenings use all of them."
    )
    note = serializers.CharField(max_length=5000, required=False, allow_blank=True)


class CompetitorRowIn(CompetitorIn):
    def validate(self, attrs: dict[str, Any]) -> object:
        return CompetitorDraft(**attrs)


@extend_schema_serializer(examples=[OpenApiExample("The whole list", value={"rows": [DRAFT]})])
class CompetitorListIn(Body):
    rows = serializers.ListField(child=CompetitorRowIn(), max_length=500)


@extend_schema_serializer(examples=[OpenApiExample("The whole list", value={"rows": [COMPETITOR]})])
class CompetitorListOut(serializers.Serializer[Any]):
    rows = CompetitorOut(many=True)


@extend_schema_serializer(examples=[OpenApiExample("Tighter on money", value={**POLICY, "economic_block": "20"})])
class PolicyIn(Body):
    """Lines in percent. One that is left out is the default; none can be looser than that."""

    economic_block = Share(required=False)
    economic_review = Share(required=False)
    voting_block = Share(required=False)
    voting_review = Share(required=False)
    control = Share(required=False)
    commercial_share = Share(required=False)
    uncovered_to_review = serializers.BooleanField(
        required=False, help_text="A clear vendor of whose owners nothing is known becomes review."
    )

    def validate(self, attrs: dict[str, Any]) -> object:
        return {"lines": Lines(**attrs)}


@extend_schema_serializer(examples=[OpenApiExample("The default", value=POLICY)])
class PolicyOut(serializers.Serializer[Lines]):
    """The lines that count, in percent."""

    economic_block = Share()
    economic_review = Share()
    voting_block = Share()
    voting_review = Share()
    control = Share()
    commercial_share = Share()
    uncovered_to_review = serializers.BooleanField()
