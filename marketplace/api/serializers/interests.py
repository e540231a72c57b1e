"""Interests, and the events that change them."""

from typing import Any

from drf_spectacular.utils import (
    OpenApiExample,
    PolymorphicProxySerializer,
    extend_schema_field,
    extend_schema_serializer,
)
from rest_framework import serializers

from conflicts.drafts import InterestDraft, InterestEnd
from conflicts.models import AmountPer, Certainty, Directness, FactChange, Interest, InterestType, Visibility
from marketplace.api import visibility
from marketplace.api.bodies import Body, Code, PartialDate, Share
from marketplace.api.references import Reference
from marketplace.api.serializers.parties import PartyRefOut, SourceIn, SourceOut

MOST_ROWS = 200
SOURCE = {"url": "https://press.example/meta-takes-49-percent", "standing": "press", "publisher": "press.example"}
INTEREST = {
    "id": "7c0b6a54-58a7-4b0b-8f66-0e6a2e5b4c11",
    "holder": {"id": "3f0a9b0c-8a31-4f63-9f0f-1c0f6d1f2a11", "slug": "meta", "name": "Meta"},
    "subject": {"id": "1d9f5f0e-2a53-4f6c-8a0b-6f1c9a54c111", "slug": "scale-ai", "name": "Scale AI"},
    "type": "shareholding",
    "directness": "direct",
    "share_low": "49",
    "share_high": "49",
    "low_open": False,
    "high_open": False,
    "start": "2025-06-12",
    "end": "",
    "certainty": "stated",
    "visibility": "public",
    "amount": None,
    "currency": "",
    "amount_per": "",
    "amount_until": "",
    "details": "",
    "end_details": "",
    "source": {**SOURCE, "statement_date": None, "retrieved_on": None, "licence": ""},
    "end_source": None,
    "recorded_at": "2025-06-12T12:00:00Z",
    "superseded_at": None,
}
ADD_ROW = {
    "action": "add",
    "holder": "meta",
    "subject": "scale-ai",
    "type": "shareholding",
    "share_low": "49",
    "share_high": "49",
    "start": "2025-06-12",
    "source": {"url": SOURCE["url"], "standing": "press"},
}
END_ROW = {"action": "end", "interest": "2f1c1d0a-4f52-4d0e-9a55-7b1f0e0d2a11", "end": "2025-06-12"}


@extend_schema_serializer(examples=[OpenApiExample("A stake", value=INTEREST)])
class InterestOut(serializers.ModelSerializer[Interest]):
    """One version of what a holder has in a subject."""

    holder = PartyRefOut(read_only=True)
    subject = PartyRefOut(read_only=True)
    source = SourceOut(read_only=True)  # type: ignore[assignment]
    end_source = SourceOut(read_only=True, allow_null=True)
    share_low = Share(read_only=True, allow_null=True, help_text="Percent; null is not stated, never zero.")
    share_high = Share(read_only=True, allow_null=True, help_text="Percent; null is not stated, never zero.")
    amount_per = serializers.ChoiceField(AmountPer.choices, read_only=True, allow_blank=True)

    class Meta:
        model = Interest
        fields = read_only_fields = tuple(INTEREST)


class AddRowIn(Body):
    """An interest that begins, or that was not known."""

    action = Code([("add", "Add")])
    holder = Reference(visibility.parties, help_text="Slug or id of a party.")
    subject = Reference(visibility.parties, help_text="Slug or id of a party.")
    type = Code(InterestType.choices)
    source = SourceIn()  # type: ignore[assignment]
    directness = Code(
        Directness.choices,
        required=False,
        help_text="Whether a party stands between holder and subject; an indirect interest is set beside the chains.",
    )
    share_low = Share(required=False, allow_null=True)
    share_high = Share(required=False, allow_null=True)
    low_open = serializers.BooleanField(required=False, help_text="More than the low bound, not equal to it.")
    high_open = serializers.BooleanField(required=False, help_text="Less than the high bound, not equal to it.")
    start = PartialDate(required=False)
    end = PartialDate(required=False)
    certainty = Code(Certainty.choices, required=False)
    visibility = Code(Visibility.choices, required=False)
    amount = serializers.DecimalField(max_digits=18, decimal_places=2, required=False, allow_null=True)
    currency = serializers.CharField(max_length=3, required=False, allow_blank=True)
    amount_per = Code(AmountPer.choices, required=False, allow_blank=True)
    amount_until = PartialDate(required=False)
    details = serializers.CharField(max_length=5000, required=False, allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> object:
        return InterestDraft(**{name: value for name, value in attrs.items() if name != "action"})


class EndRowIn(Body):
    """The end of an interest that is recorded."""

    action = Code([("end", "End")])
    interest = serializers.UUIDField(help_text="Its id; the newest version.")
    end = PartialDate(allow_blank=False)
    source = SourceIn(required=False)  # type: ignore[assignment]
    details = serializers.CharField(max_length=5000, required=False, allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> object:
        key = attrs["interest"]
        if not visibility.interests(self.context["caller"]).filter(pk=key).exists():
            raise serializers.ValidationError(
                {"interest": f"There is no interest {key}: list the interests to find its id."}
            )
        return InterestEnd(**{name: value for name, value in attrs.items() if name != "action"})


KINDS: dict[str, type[Body]] = {"add": AddRowIn, "end": EndRowIn}


@extend_schema_field(
    PolymorphicProxySerializer(
        component_name="EventRowIn", serializers={"add": AddRowIn, "end": EndRowIn}, resource_type_field_name="action"
    )
)
class EventRow(serializers.Field[Any, Any, Any, Any]):
    """A row of an event: `action` says whether it adds an interest or ends one."""

    def to_internal_value(self, data: object) -> InterestDraft | InterestEnd:
        action = data.get("action") if isinstance(data, dict) else None
        kind = KINDS.get(action) if isinstance(action, str) else None
        if kind is None:
            raise serializers.ValidationError({"action": 'Write "add" or "end", with the fields that go with it.'})
        row = kind(data=data, context=self.context)
        row.is_valid(raise_exception=True)
        validated: InterestDraft | InterestEnd = row.validated_data
        return validated


def event_rows() -> serializers.ListField:
    """Return the field for the rows of an event."""
    return serializers.ListField(child=EventRow(), min_length=1, max_length=MOST_ROWS)


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A stake that replaces another", value={"details": "The deal of 12 June", "rows": [END_ROW, ADD_ROW]}
        )
    ]
)
class EventIn(Body):
    """What happened at once: between two of its rows a verdict would be false."""

    rows = event_rows()
    details = serializers.CharField(max_length=5000, required=False, allow_blank=True)


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A recorded event",
            value={
                "id": "aa0d1f3e-93ab-4c60-8f3f-2f3c6f7d8b11",
                "epoch": 412,
                "at": "2025-06-12T12:00:00Z",
                "interests": [INTEREST],
            },
        )
    ]
)
class EventOut(serializers.ModelSerializer[FactChange]):
    interests = serializers.SerializerMethodField(help_text="The versions that it recorded.")

    class Meta:
        model = FactChange
        fields = read_only_fields = ("id", "epoch", "at", "interests")

    @extend_schema_field(InterestOut(many=True))
    def get_interests(self, change: FactChange) -> object:
        rows = Interest.objects.filter(recorded_by=change)
        return InterestOut(rows.select_related("holder", "subject", "source", "end_source"), many=True).data
