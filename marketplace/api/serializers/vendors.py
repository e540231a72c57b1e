"""Vendors: the public face of who labels."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from marketplace.api.serializers.parties import PartyRefOut, SourceOut
from vendors.models import Facet, Listing, Vendor
from vendors.services.listings import capabilities_of

VENDOR_REF = {"id": "9f1f6f0e-2a53-4f6c-8a0b-6f1c9a54c111", "slug": "labelbox", "name": "Labelbox"}
CAPABILITIES = {"modality": ["image", "text"], "task": ["rlhf"]}
VENDOR = {
    **VENDOR_REF,
    "party": {"id": "0d9f5f0e-2a53-4f6c-8a0b-6f1c9a54c111", "slug": "labelbox", "name": "Labelbox"},
    "listing": {
        "summary": "",
        "headquarters": "San Francisco US",
        "workforce": "",
        "languages_note": "",
        "version": 1,
        "source": None,
        "capabilities": CAPABILITIES,
    },
}


class VendorRefOut(serializers.ModelSerializer[Vendor]):
    """A vendor, named."""

    class Meta:
        model = Vendor
        fields = read_only_fields = ("id", "slug", "name")


class CapabilitiesOut(serializers.Serializer[Any]):
    """Codes per facet. A facet that is missing is not stated, which is never "none"."""

    modality = serializers.ListField(child=serializers.CharField(), required=False)
    task = serializers.ListField(child=serializers.CharField(), required=False)
    language = serializers.ListField(child=serializers.CharField(), required=False)
    certificate = serializers.ListField(child=serializers.CharField(), required=False)


class ListingOut(serializers.ModelSerializer[Listing]):
    """What everybody may read. An empty text means not stated."""

    source = SourceOut(read_only=True, allow_null=True)  # type: ignore[assignment]
    capabilities = serializers.SerializerMethodField()

    class Meta:
        model = Listing
        fields = read_only_fields = (
            "summary",
            "headquarters",
            "workforce",
            "languages_note",
            "version",
            "source",
            "capabilities",
        )

    @extend_schema_field(CapabilitiesOut)
    def get_capabilities(self, listing: Listing) -> dict[str, list[str]]:
        return {facet: list(codes) for facet, codes in capabilities_of(listing).items() if facet in Facet.values}


@extend_schema_serializer(examples=[OpenApiExample("A vendor", value=VENDOR)])
class VendorOut(serializers.ModelSerializer[Vendor]):
    party = PartyRefOut(read_only=True)
    listing = ListingOut(read_only=True)

    class Meta:
        model = Vendor
        fields = read_only_fields = ("id", "slug", "name", "party", "listing")
