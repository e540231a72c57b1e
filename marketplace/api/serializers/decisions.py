"""Review decisions and waivers: two people accept what a screening found."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from conflicts.models import AcceptedFinding, Decider, DecisionKind, FarConflict, ReviewDecision
from conflicts.terms import Terms
from marketplace.api import visibility
from marketplace.api.bodies import Body, Code, Share
from marketplace.api.references import Reference
from marketplace.api.serializers.clients import whose
from marketplace.api.serializers.mitigations import (
    COMPLIANCE_STAFF,
    DOCUMENT,
    DOCUMENT_IN,
    MITIGATION,
    MITIGATION_IN,
    DocumentIn,
    DocumentOut,
    MitigationIn,
    MitigationOut,
    document_draft,
    mitigation_draft,
)
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
DECISION: dict[str, Any] = {
    "id": "8a1f6f0e-2a53-4f6c-8a0b-6f1c9a54c111",
    "kind": "decision",
    "principal": {"id": "2a9f5f0e-2a53-4f6c-8a0b-6f1c9a54c111", "slug": "google", "name": "Google"},
    "subject": ACCEPTED["subject"],
    "request": None,
    "status": "approved",
    "reason": "A small passive stake; the work holds no secrets.",
    "conditions": "",
    "expires_on": None,
    "far_kinds": ["unequal access to information"],
    "requested_by": "ann@client.example",
    "requested_at": "2025-06-11T12:00:00Z",
    "approved_by": "bob@client.example",
    "approved_at": "2025-06-11T12:30:00Z",
    "voided_at": None,
    "void_reason": "",
    "accepted": [ACCEPTED],
    "documents": [],
    "mitigations": [],
}
WAIVER = {
    **DECISION,
    "kind": "waiver",
    "reason": "Nobody else labels this language.",
    "conditions": "No contact with the board.",
    "expires_on": "2026-05-31",
    "documents": [DOCUMENT],
    "mitigations": [MITIGATION],
    "accepted": [{**ACCEPTED, "rule": "economic_line", "must": True, "low": "49", "high": "49"}],
}
WAIVER_IN = {
    "vendor": "scale-ai",
    "kind": "waiver",
    **{name: WAIVER[name] for name in ("reason", "conditions", "expires_on")},
    "far_kinds": ["biased ground rules"],
    "documents": [DOCUMENT_IN],
    "mitigations": [MITIGATION_IN],
}
TERMS = ("kind", "conditions", "expires_on", "far_kinds")


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


@extend_schema_serializer(
    examples=[OpenApiExample("An approved decision", value=DECISION), OpenApiExample("A waiver", value=WAIVER)]
)
class DecisionOut(serializers.ModelSerializer[ReviewDecision]):
    """A compliance review, which rests on private facts, tells a client its status and nothing of its reasons.

    `request` is the one labeling request that it is for, null the whole pair; `expires_on` its last day. `voided_at`
    and `void_reason` tell of its end, whichever that was.
    """

    request = serializers.UUIDField(source="scope", read_only=True, allow_null=True)
    far_kinds = serializers.ListField(child=serializers.ChoiceField(choices=FarConflict.choices), read_only=True)
    principal = PartyRefOut(read_only=True)
    subject = PartyRefOut(read_only=True)
    requested_by = serializers.EmailField(source="requested_by.email", read_only=True)
    approved_by = serializers.EmailField(source="approved_by.email", read_only=True, default=None, allow_null=True)
    accepted = AcceptedOut(many=True, read_only=True)
    documents = DocumentOut(many=True, read_only=True)
    mitigations = MitigationOut(many=True, read_only=True)

    class Meta:
        model = ReviewDecision
        fields = read_only_fields = tuple(DECISION)

    def to_representation(self, instance: ReviewDecision) -> dict[str, Any]:
        told = super().to_representation(instance)
        if self.context["caller"].is_compliance or instance.decided_by == Decider.CLIENT:
            return told
        approver = COMPLIANCE_STAFF if instance.approved_by else None
        texts = dict.fromkeys(("reason", "void_reason", "conditions"), "")
        lists = {name: list[object]() for name in ("accepted", "documents", "mitigations", "far_kinds")}
        return {**told, **texts, **lists, "requested_by": COMPLIANCE_STAFF, "approved_by": approver}


@extend_schema_serializer(
    examples=[
        OpenApiExample("A request", value={"vendor": "scale-ai", "reason": DECISION["reason"]}),
        OpenApiExample("A request for a waiver", value=WAIVER_IN),
    ]
)
class DecisionIn(Body):
    """A decision is for a vendor under review, a waiver for a blocked one; it ends, and has conditions or measures."""

    vendor = Reference(visibility.vendors, help_text="Slug or id of the vendor.")
    reason = serializers.CharField(max_length=5000, help_text="Why working with this vendor is acceptable.")
    kind = Code(choices=DecisionKind.choices, required=False)
    request = serializers.UUIDField(
        required=False, allow_null=True, help_text="The one open request that it is for; without one the whole pair."
    )
    conditions = serializers.CharField(max_length=5000, required=False, allow_blank=True)
    expires_on = serializers.DateField(required=False, allow_null=True, help_text="Its last day.")
    far_kinds = serializers.ListField(
        child=Code(choices=FarConflict.choices),
        required=False,
        max_length=3,
        help_text="Kinds of FAR 9.5 beside those that the findings tell.",
    )
    documents = DocumentIn(many=True, required=False)
    mitigations = MitigationIn(many=True, required=False)
    client = whose()


@extend_schema_serializer(examples=[OpenApiExample("A reason", value={"reason": "The stake was raised."})])
class VoidIn(Body):
    reason = serializers.CharField(max_length=5000)


@extend_schema_serializer(examples=[OpenApiExample("A reason", value={"reason": "The board has a second seat."})])
class VetoIn(Body):
    reason = serializers.CharField(max_length=5000)


def terms_of(told: dict[str, Any]) -> Terms:
    """Take the terms out of what the body says, and return them as the services take them."""
    terms = {name: told.pop(name) for name in TERMS if name in told}
    return Terms(
        **terms,
        scope=told.pop("request", None),
        documents=[document_draft(one) for one in told.pop("documents", ())],
        mitigations=[mitigation_draft(one) for one in told.pop("mitigations", ())],
    )
