"""Documents and measures of a decision or waiver."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from conflicts.models import DecisionDocument, Mitigation, MitigationKind
from conflicts.terms import LONGEST_NAME, LONGEST_URL, DocumentDraft, MitigationDraft
from marketplace.api.bodies import Body, Code
from marketplace.api.callers import Caller

DOCUMENT = {"title": "Firewall memo", "url": "https://docs.client.example/firewall", "file": None}
MITIGATION = {
    "id": "6b1f6f0e-2a53-4f6c-8a0b-6f1c9a54c111",
    "kind": "firewall",
    "text": "Two teams in two networks; the board sees totals only.",
    "responsible": "Head of security",
    "document": DOCUMENT,
    "added_by": "ann@client.example",
    "added_at": "2025-06-13T12:00:00Z",
    "verified_by": None,
    "verified_at": None,
}
DOCUMENT_IN = {"title": DOCUMENT["title"], "url": DOCUMENT["url"]}
MITIGATION_IN = {
    **{name: MITIGATION[name] for name in ("kind", "text", "responsible")},
    "document": DOCUMENT_IN,
}
COMPLIANCE_STAFF = "compliance staff"


class DocumentOut(serializers.ModelSerializer[DecisionDocument]):
    """A document by reference: an address, or the id of a private file."""

    class Meta:
        model = DecisionDocument
        fields = read_only_fields = tuple(DOCUMENT)


@extend_schema_serializer(examples=[OpenApiExample("A firewall", value=MITIGATION)])
class MitigationOut(serializers.ModelSerializer[Mitigation]):
    """A measure, who answers for it, and who saw it in place. Compliance staff are not named to a client."""

    document = DocumentOut(read_only=True, allow_null=True)
    added_by = serializers.SerializerMethodField()
    verified_by = serializers.SerializerMethodField()

    class Meta:
        model = Mitigation
        fields = read_only_fields = tuple(MITIGATION)

    def get_added_by(self, row: Mitigation) -> str:
        return named(self.context["caller"], row.added_by.email, is_staff=row.added_by.is_staff)

    def get_verified_by(self, row: Mitigation) -> str | None:
        if row.verified_by is None:
            return None
        return named(self.context["caller"], row.verified_by.email, is_staff=row.verified_by.is_staff)


class DocumentIn(Body):
    """Either `url` or `file`."""

    title = serializers.CharField(max_length=LONGEST_NAME)
    url = serializers.URLField(max_length=LONGEST_URL, required=False, default="")
    file = serializers.UUIDField(required=False, default=None, allow_null=True, help_text="The id of a private file.")


@extend_schema_serializer(examples=[OpenApiExample("A firewall", value=MITIGATION_IN)])
class MitigationIn(Body):
    kind = Code(choices=MitigationKind.choices)
    text = serializers.CharField(max_length=5000)
    responsible = serializers.CharField(max_length=LONGEST_NAME, help_text="Who answers for it.")
    document = DocumentIn(required=False, default=None, allow_null=True)


def document_draft(told: dict[str, Any]) -> DocumentDraft:
    return DocumentDraft(**told)


def mitigation_draft(told: dict[str, Any]) -> MitigationDraft:
    document = told.get("document")
    return MitigationDraft(**{**told, "document": document_draft(document) if document else None})


def named(caller: Caller, email: str, *, is_staff: bool) -> str:
    """Return who did something: staff go by their office to anyone but compliance."""
    return COMPLIANCE_STAFF if is_staff and not caller.is_compliance else email
