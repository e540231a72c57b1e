"""Parties: who can hold or be held."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from conflicts.drafts import SourceDraft
from conflicts.models import Party, PartyIdentifier, PartyKind, PartyName, Source, Standing
from marketplace.api.bodies import Body, Code

PARTY = {
    "id": "1d9f5f0e-2a53-4f6c-8a0b-6f1c9a54c111",
    "slug": "scale-ai",
    "name": "Scale AI",
    "kind": "organization",
    "jurisdiction": "US",
    "segments": ["data-labeling"],
    "resolved": True,
    "details": "",
    "names": [{"name": "Scale", "kind": "alias"}],
    "identifiers": [{"scheme": "market", "value": "scale-ai"}],
}


class PartyRefOut(serializers.ModelSerializer[Party]):
    """A party, named."""

    class Meta:
        model = Party
        fields = read_only_fields = ("id", "slug", "name")


class PartyNameOut(serializers.ModelSerializer[PartyName]):
    class Meta:
        model = PartyName
        fields = read_only_fields = ("name", "kind")


class PartyIdentifierOut(serializers.ModelSerializer[PartyIdentifier]):
    class Meta:
        model = PartyIdentifier
        fields = read_only_fields = ("scheme", "value")


@extend_schema_serializer(examples=[OpenApiExample("A vendor's party", value=PARTY)])
class PartyOut(serializers.ModelSerializer[Party]):
    names = PartyNameOut(many=True, read_only=True)
    identifiers = PartyIdentifierOut(many=True, read_only=True)
    segments = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = Party
        fields = read_only_fields = (
            "id",
            "slug",
            "name",
            "kind",
            "jurisdiction",
            "segments",
            "resolved",
            "details",
            "names",
            "identifiers",
        )


class SourceOut(serializers.ModelSerializer[Source]):
    """The document that a fact comes from."""

    class Meta:
        model = Source
        fields = read_only_fields = ("url", "publisher", "standing", "statement_date", "retrieved_on", "licence")


class SourceIn(Body):
    """The document that a fact comes from."""

    url = serializers.CharField(max_length=1000)
    standing = Code(Standing.choices, default=Standing.PRESS.value)
    publisher = serializers.CharField(max_length=200, required=False, help_text="Else the host of the address.")
    statement_date = serializers.DateField(required=False, allow_null=True)
    retrieved_on = serializers.DateField(required=False, allow_null=True)
    licence = serializers.CharField(max_length=200, required=False)

    def validate(self, attrs: dict[str, Any]) -> object:
        return SourceDraft(**attrs)


class IdentifierIn(Body):
    scheme = serializers.CharField(max_length=50)
    value = serializers.CharField(max_length=200)


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A company",
            value={
                "slug": "new-labels",
                "name": "New Labels Ltd",
                "kind": "organization",
                "jurisdiction": "GB",
                "segments": ["data-labeling"],
                "aliases": ["NewLabels"],
                "identifiers": [{"scheme": "lei", "value": "529900T8BM49AURSDO55"}],
                "source": {"url": "https://register.example/new-labels", "standing": "register"},
            },
        )
    ]
)
class PartyIn(Body):
    slug = serializers.CharField(max_length=100, help_text="Lower case, words joined by hyphens; it never changes.")
    name = serializers.CharField(max_length=300)
    kind = Code(PartyKind.choices, default=PartyKind.ORGANIZATION.value)
    jurisdiction = serializers.CharField(max_length=10, required=False)
    segments = serializers.ListField(child=serializers.CharField(max_length=100), required=False, max_length=50)
    aliases = serializers.ListField(child=serializers.CharField(max_length=300), required=False, max_length=50)
    identifiers = serializers.ListField(child=IdentifierIn(), required=False, max_length=50)
    resolved = serializers.BooleanField(
        required=False, help_text="False while it is open who this is: every screening that touches it is unknown."
    )
    source = SourceIn(required=False)  # type: ignore[assignment]
    details = serializers.CharField(max_length=5000, required=False)

    def validate_identifiers(self, value: list[dict[str, str]]) -> dict[str, str]:
        found = {row["scheme"]: row["value"] for row in value}
        if len(found) < len(value):
            raise serializers.ValidationError("A scheme stands twice: give one value for each.")
        return found
