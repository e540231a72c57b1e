"""Labeling requests and their matches."""

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from conflicts.models import Coverage, Outcome
from marketplace.api.bodies import Body
from marketplace.api.serializers.clients import CLIENT_REF, ClientRefOut
from marketplace.api.serializers.findings import FINDING, FindingOut, told_findings
from marketplace.api.serializers.vendors import VENDOR_REF, VendorRefOut
from marketplace.models import LabelingRequest, RequestSlot
from marketplace.models.verdicts import AWARDABLE
from marketplace.redaction import why_missing
from marketplace.services.questions import Candidacy

LARGEST = 2**63 - 1
WRITTEN = {
    "title": "Preference data for a chat model",
    "brief": "Pairs of answers, ranked by native speakers.",
    "modality": "text",
    "tasks": ["rlhf"],
    "languages": ["en", "de"],
    "certificates": ["iso-27001"],
    "volume": 50000,
    "unit": "pairs",
    "deadline": "2027-03-31",
    "budget": "250000.00",
    "currency": "USD",
}
REQUEST = {
    "id": "4a1f6f0e-2a53-4f6c-8a0b-6f1c9a54c111",
    "client": CLIENT_REF,
    **WRITTEN,
    "status": "open",
    "version": 1,
    "is_ranked": True,
    "posted_at": "2026-11-23T09:30:00Z",
    "slots": [{"id": "4b1f6f0e-2a53-4f6c-8a0b-6f1c9a54c111", "number": 1}],
}
PART = {
    "part": "task",
    "asked": ["rlhf"],
    "stated": ["rlhf", "sft"],
    "covered": ["rlhf"],
    "worth": "42.86",
    "points": "42.86",
    "note": "covered",
}
MATCH = {
    "rank": 1,
    "behind": False,
    "vendor": VENDOR_REF,
    "outcome": "clear",
    "coverage": "partial",
    "score": "100.00",
    "waiver": None,
    "parts": [PART],
    "findings": [],
    "why": "",
}


def codes() -> serializers.ListField:
    """Return a field for capability codes."""
    return serializers.ListField(child=serializers.CharField(max_length=60), required=False, max_length=200)


@extend_schema_serializer(examples=[OpenApiExample("A request", value={**WRITTEN, "slots": 1})])
class RequestIn(Body):
    """What is to be labeled. Lists hold capability codes; an empty list asks for nothing special."""

    title = serializers.CharField(max_length=200)
    modality = serializers.CharField(max_length=60)
    brief = serializers.CharField(max_length=20_000, required=False, allow_blank=True)
    tasks = codes()
    languages = codes()
    certificates = codes()
    volume = serializers.IntegerField(min_value=0, max_value=LARGEST, required=False, allow_null=True)
    unit = serializers.CharField(max_length=60, required=False, allow_blank=True)
    deadline = serializers.DateField(required=False, allow_null=True)
    budget = serializers.DecimalField(
        max_digits=18, decimal_places=2, min_value=Decimal(0), required=False, allow_null=True
    )
    currency = serializers.CharField(max_length=3, required=False, allow_blank=True)
    slots = serializers.IntegerField(
        min_value=1, max_value=20, required=False, help_text="How many vendors are wanted; else 1."
    )


@extend_schema_serializer(examples=[OpenApiExample("More work", value={"volume": 80000, "version": 1})])
class RequestPatchIn(RequestIn):
    slots = None  # type: ignore[assignment]
    version = serializers.IntegerField(
        min_value=1,
        max_value=2**31 - 1,
        required=False,
        help_text="The version that you read: refused where it is not the newest any more.",
    )


class SlotOut(serializers.ModelSerializer[RequestSlot]):
    class Meta:
        model = RequestSlot
        fields = read_only_fields = ("id", "number")


@extend_schema_serializer(examples=[OpenApiExample("An open request", value=REQUEST)])
class RequestOut(serializers.ModelSerializer[LabelingRequest]):
    client = ClientRefOut(read_only=True)
    tasks = serializers.ListField(child=serializers.CharField(), read_only=True)
    languages = serializers.ListField(child=serializers.CharField(), read_only=True)
    certificates = serializers.ListField(child=serializers.CharField(), read_only=True)
    is_ranked = serializers.SerializerMethodField(help_text="Whether the matches know the newest version.")
    slots = SlotOut(many=True, read_only=True)

    class Meta:
        model = LabelingRequest
        fields = read_only_fields = tuple(REQUEST)

    def get_is_ranked(self, request: LabelingRequest) -> bool:
        return request.ranked_version == request.version


class PartOut(serializers.Serializer[Any]):
    """One facet of a score: `points` of the `worth` that it has among what is asked."""

    part = serializers.CharField()
    asked = serializers.ListField(child=serializers.CharField())
    stated = serializers.ListField(child=serializers.CharField())
    covered = serializers.ListField(child=serializers.CharField())
    worth = serializers.CharField()
    points = serializers.CharField()
    note = serializers.CharField(help_text="`covered`, `partly covered`, `not stated` or `not offered`.")


@extend_schema_serializer(
    examples=[
        OpenApiExample("The first of the ranking", value=MATCH),
        OpenApiExample(
            "A vendor asked for by name",
            value={
                **MATCH,
                "rank": None,
                "vendor": {**VENDOR_REF, "slug": "scale-ai", "name": "Scale AI"},
                "outcome": "blocked",
                "findings": [FINDING],
                "why": "conflict: meta - shareholding 49% - scale-ai",
            },
        ),
    ]
)
class MatchOut(serializers.Serializer[Candidacy]):
    rank = serializers.IntegerField(allow_null=True)
    behind = serializers.BooleanField(
        help_text="Newer facts or needs wait to be ranked. There is no rank until then, which takes a moment."
    )
    vendor = VendorRefOut()
    outcome = serializers.ChoiceField(
        Outcome.choices, allow_null=True, help_text="Of the newest screening; null where it does not fit."
    )
    coverage = serializers.ChoiceField(Coverage.choices, allow_null=True)
    score = serializers.DecimalField(
        max_digits=5, decimal_places=2, source="match.score", default=None, allow_null=True, help_text="0 to 100."
    )
    waiver = serializers.UUIDField(
        source="waiver.pk", default=None, allow_null=True, help_text="The waiver by which alone it has its rank."
    )
    parts = serializers.SerializerMethodField()
    findings = serializers.SerializerMethodField(help_text="The reasons, as far as you may see them.")
    why = serializers.SerializerMethodField(
        help_text="Why a vendor has no rank: `does not fit: ...`, `conflict: ...`, `not available` or `not ranked yet`;"
        " `by a waiver` for a blocked one that has one; else empty."
    )

    @extend_schema_field(PartOut(many=True))
    def get_parts(self, candidacy: Candidacy) -> object:
        return candidacy.match.parts if candidacy.match else []

    @extend_schema_field(FindingOut(many=True))
    def get_findings(self, candidacy: Candidacy) -> list[dict[str, Any]]:
        return told_findings(candidacy.findings, self.context["caller"])

    def get_why(self, candidacy: Candidacy) -> str:
        if candidacy.rank is not None and candidacy.waiver is not None:
            return "by a waiver"
        outcome = Outcome(candidacy.outcome) if candidacy.outcome else None
        if not candidacy.misfit and (outcome is None or (candidacy.behind and outcome in AWARDABLE)):
            return "not ranked yet"
        return why_missing(misfit=candidacy.misfit, outcome=outcome or Outcome.UNKNOWN, findings=candidacy.findings)
