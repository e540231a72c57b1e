"""Screenings: one check of a client against a vendor."""

from datetime import date
from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from conflicts.findings import to_json
from conflicts.models import Coverage, Outcome, Screening
from conflicts.screening import ScreeningResult
from marketplace.api import visibility
from marketplace.api.bodies import Body
from marketplace.api.references import Reference
from marketplace.api.serializers.clients import whose
from marketplace.api.serializers.findings import FINDING, FindingOut, told_findings
from marketplace.api.serializers.parties import PartyRefOut

VERDICT = {
    "principal": {"id": "2a9f5f0e-2a53-4f6c-8a0b-6f1c9a54c111", "slug": "google", "name": "Google"},
    "subject": {"id": "1d9f5f0e-2a53-4f6c-8a0b-6f1c9a54c111", "slug": "scale-ai", "name": "Scale AI"},
    "as_of": "2025-06-12",
    "outcome": "blocked",
    "coverage": "majority",
    "newest_source": "2025-06-18",
    "problem": "",
    "rule_version": "2026.11.1",
    "findings": [FINDING],
}


class Covered(serializers.Serializer[Any]):
    """How well ownership is known: for a client as far as public facts go (DESIGN 6)."""

    coverage = serializers.SerializerMethodField()
    newest_source = serializers.SerializerMethodField()

    @extend_schema_field(serializers.ChoiceField(Coverage.choices))
    def get_coverage(self, screened: Screening | ScreeningResult) -> str:
        return screened.coverage if self.context["caller"].is_compliance else screened.public_coverage

    @extend_schema_field(serializers.DateField(allow_null=True))
    def get_newest_source(self, screened: Screening | ScreeningResult) -> date | None:
        return screened.newest_source if self.context["caller"].is_compliance else screened.public_newest_source


@extend_schema_serializer(
    examples=[OpenApiExample("Blocked", value={"id": "6e9f5f0e-2a53-4f6c-8a0b-6f1c9a54c111", **VERDICT})]
)
class ScreeningOut(Covered, serializers.ModelSerializer[Screening]):
    """The newest stored screening of a pair that is kept up to date."""

    principal = PartyRefOut(read_only=True)
    subject = PartyRefOut(read_only=True)
    findings = serializers.SerializerMethodField()

    class Meta:
        model = Screening
        fields = read_only_fields = ("id", *VERDICT)

    @extend_schema_field(FindingOut(many=True))
    def get_findings(self, screening: Screening) -> list[dict[str, Any]]:
        return told_findings(screening.findings, self.context["caller"])


@extend_schema_serializer(examples=[OpenApiExample("The verdict", value={**VERDICT, "as_known": None})])
class CheckOut(Covered):
    """The answer to a check. It is computed and not stored."""

    principal = PartyRefOut()
    subject = PartyRefOut()
    as_of = serializers.DateField()
    as_known = serializers.DateField(allow_null=True, help_text="Null is all that is known now.")
    outcome = serializers.ChoiceField(Outcome.choices)
    problem = serializers.CharField(help_text="Why an outcome is unknown.")
    rule_version = serializers.CharField()
    findings = serializers.SerializerMethodField()

    @extend_schema_field(FindingOut(many=True))
    def get_findings(self, result: ScreeningResult) -> list[dict[str, Any]]:
        return told_findings([to_json(finding) for finding in result.findings], self.context["caller"])


@extend_schema_serializer(
    examples=[
        OpenApiExample("Now", value={"vendor": "scale-ai"}),
        OpenApiExample("The past", value={"vendor": "scale-ai", "as_of": "2025-06-11", "as_known": "2025-06-11"}),
    ]
)
class CheckIn(Body):
    vendor = Reference(visibility.vendors, help_text="Slug or id of a vendor.")
    as_of = serializers.DateField(required=False, help_text="The day asked about; else today.")
    as_known = serializers.DateField(
        required=False, help_text="As known at the end of this UTC day; else all that is known now."
    )
    client = whose()
