"""Applications: the onboarding file of a would-be vendor."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from conflicts.models import InterestType, PartyKind
from marketplace.api import visibility
from marketplace.api.bodies import Body, Code, PartialDate
from marketplace.api.references import LONGEST, Reference
from marketplace.api.serializers.vendors import CAPABILITIES, CapabilitiesOut
from vendors.models import Application

OWNER = {"holder_name": "Ann Founder", "holder_kind": "person", "type": "shareholding", "share_low": "60"}
WRITTEN = {
    "legal_name": "New Labels Ltd",
    "trade_names": ["NewLabels"],
    "jurisdiction": "GB",
    "website": "https://new-labels.example",
    "contact_name": "Ann Founder",
    "contact_email": "ann@new-labels.example",
    "capabilities": CAPABILITIES,
    "ownership": [OWNER],
}
APPLICATION = {
    "id": "8b0f4c7e-5d0b-4a3f-9a55-0f6c8f0a1d11",
    "state": "draft",
    **WRITTEN,
    "review_note": "",
    "vendor": None,
    "version": 1,
    "created_at": "2026-11-23T09:30:00Z",
    "review": None,
}


class OwnerIn(Body):
    """Who holds what in the applicant; shares in percent, left out where they are not known."""

    holder = serializers.CharField(max_length=LONGEST, required=False, help_text="The slug of a known party, or")
    holder_name = serializers.CharField(max_length=300, required=False, help_text="the name of one that is not.")
    holder_kind = Code(PartyKind.choices, required=False)
    type = Code(InterestType.choices)
    share_low = serializers.CharField(max_length=20, required=False, allow_blank=True)
    share_high = serializers.CharField(max_length=20, required=False, allow_blank=True)
    start = PartialDate(required=False)


class CapabilitiesIn(Body):
    """Codes per facet: lower case, words joined by hyphens."""

    modality = serializers.ListField(child=serializers.CharField(max_length=60), required=False, max_length=100)
    task = serializers.ListField(child=serializers.CharField(max_length=60), required=False, max_length=100)
    language = serializers.ListField(child=serializers.CharField(max_length=60), required=False, max_length=300)
    certificate = serializers.ListField(child=serializers.CharField(max_length=60), required=False, max_length=100)


@extend_schema_serializer(examples=[OpenApiExample("An application", value=WRITTEN)])
class ApplicationIn(Body):
    legal_name = serializers.CharField(max_length=200)
    trade_names = serializers.ListField(child=serializers.CharField(max_length=200), required=False, max_length=50)
    jurisdiction = serializers.CharField(max_length=10, required=False, allow_blank=True)
    website = serializers.CharField(max_length=500, required=False, allow_blank=True)
    contact_name = serializers.CharField(max_length=200, required=False, allow_blank=True)
    contact_email = serializers.CharField(max_length=254, required=False, allow_blank=True)
    capabilities = CapabilitiesIn(required=False)
    ownership = serializers.ListField(child=OwnerIn(), required=False, max_length=100)


@extend_schema_serializer(
    examples=[OpenApiExample("A change", value={"legal_name": "New Labels Limited", "version": 1})]
)
class ApplicationPatchIn(ApplicationIn):
    version = serializers.IntegerField(
        min_value=1,
        max_value=2**31 - 1,
        required=False,
        help_text="The version that you read: refused where it is not the newest any more.",
    )


class ReviewOut(serializers.ModelSerializer[Application]):
    applicant = serializers.EmailField(source="applicant.email", read_only=True)
    first_reviewer = serializers.EmailField(source="first_reviewer.email", read_only=True, default=None)
    approved_by = serializers.EmailField(source="approved_by.email", read_only=True, default=None)

    class Meta:
        model = Application
        fields = read_only_fields = ("applicant", "first_reviewer", "approved_by")


@extend_schema_serializer(examples=[OpenApiExample("A draft", value=APPLICATION)])
class ApplicationOut(serializers.ModelSerializer[Application]):
    trade_names = serializers.ListField(child=serializers.CharField(), read_only=True)
    capabilities = serializers.SerializerMethodField()
    ownership = serializers.SerializerMethodField()
    review = serializers.SerializerMethodField(help_text="Who applied and who reviewed; for compliance staff.")

    class Meta:
        model = Application
        fields = read_only_fields = tuple(APPLICATION)

    @extend_schema_field(CapabilitiesOut)
    def get_capabilities(self, application: Application) -> Any:  # noqa: ANN401 - stored JSON
        return application.capabilities

    @extend_schema_field(OwnerIn(many=True))
    def get_ownership(self, application: Application) -> Any:  # noqa: ANN401 - stored JSON
        return application.ownership

    @extend_schema_field(ReviewOut(allow_null=True))
    def get_review(self, application: Application) -> object:
        return ReviewOut(application).data if self.context["caller"].is_compliance else None


@extend_schema_serializer(examples=[OpenApiExample("A note", value={"note": "Name who holds the other 40 percent."})])
class NoteIn(Body):
    note = serializers.CharField(max_length=5000, help_text="The applicant reads it.")


@extend_schema_serializer(
    examples=[
        OpenApiExample("A new party", value={}),
        OpenApiExample("A party that is known", value={"party": "new-labels"}),
    ]
)
class ApprovalIn(Body):
    party = Reference(
        visibility.parties, required=False, help_text="Slug or id of the applicant where it is known as a party."
    )
