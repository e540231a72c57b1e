"""Review decisions: two people accept what a screening found."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from conflicts.models import AcceptedFinding, Decider, ReviewDecision
from marketplace.api import visibility
from marketplace.api.bodies import Body, Share
from marketplace.api.references import Reference
from marketplace.api.serializers.clients import whose
from marketplace.api.serializers.parties import PartyRefOut

ACCEPTED = {
    "rule": "unstated_holding",
    "axis": "economic",
    "must": False,
    "holder": {"id": "3f0a9b0c-8a31-4f63-9f0f-1c0f6d1f2a11", "slug": "meta", "name": "Meta"},
    "subject": {"id": "1d9f5f0e-2a53-4f6c-8a0b-6f1c9a54c111", "slug": "scale-ai", "name": "Scale AI"},
    "low": None,
    "high": "100",
    "competitors": ["meta"],
}
DECISION = {
    "id": "8a1f6f0e-2a53-4f6c-8a0b-6f1c9a54c111",
    "principal": {"id": "2a9f5f0e-2a53-4f6c-8a0b-6f1c9a54c111", "slug": "google", "name": "Google"},
    "subject": ACCEPTED["subject"],
    "status": "approved",
    "reason": "A small passive stake; the work holds no secrets.",
    "requested_by": "ann@client.example",
    "requested_at": "2025-06-11T12:00:00Z",
    "approved_by": "bob@client.example",
    "approved_at": "2025-06-11T12:30:00Z",
    "voided_at": None,
    "void_reason": "",
    "accepted": [ACCEPTED],
}
COMPLIANCE_STAFF = "compliance staff"


class AcceptedOut(serializers.ModelSerializer[AcceptedFinding]):
    """One finding that the decision accepts, with bounds in percent; what is found later may not be worse."""

    holder = PartyRefOut(read_only=True)
    subject = PartyRefOut(read_only=True)
    low = Share(read_only=True, allow_null=True)
    high = Share(read_only=True, allow_null=True)
    competitors = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = AcceptedFinding
        fields = read_only_fields = tuple(ACCEPTED)


@extend_schema_serializer(examples=[OpenApiExample("An approved decision", value=DECISION)])
class DecisionOut(serializers.ModelSerializer[ReviewDecision]):
    """A compliance review, which rests on private facts, tells a client its status and nothing of its reasons."""

    principal = PartyRefOut(read_only=True)
    subject = PartyRefOut(read_only=True)
    requested_by = serializers.EmailField(source="requested_by.email", read_only=True)
    approved_by = serializers.EmailField(source="approved_by.email", read_only=True, default=None, allow_null=True)
    accepted = AcceptedOut(many=True, read_only=True)

    class Meta:
        model = ReviewDecision
        fields = read_only_fields = tuple(DECISION)

    def to_representation(self, instance: ReviewDecision) -> dict[str, Any]:
        told = super().to_representation(instance)
        if self.context["caller"].is_compliance or instance.decided_by == Decider.CLIENT:
            return told
        approver = COMPLIANCE_STAFF if instance.approved_by else None
        hidden = {"reason": "", "void_reason": "", "accepted": []}
        return {**told, **hidden, "requested_by": COMPLIANCE_STAFF, "approved_by": approver}


@extend_schema_serializer(
    examples=[OpenApiExample("A request", value={"vendor": "scale-ai", "reason": DECISION["reason"]})]
)
class DecisionIn(Body):
    vendor = Reference(visibility.vendors, help_text="Slug or id of the vendor.")
    reason = serializers.CharField(max_length=5000, help_text="Why working with this vendor is acceptable.")
    client = whose()


@extend_schema_serializer(examples=[OpenApiExample("A reason", value={"reason": "The stake was raised."})])
class VoidIn(Body):
    reason = serializers.CharField(max_length=5000)
