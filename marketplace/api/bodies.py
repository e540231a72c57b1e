"""What request bodies are made of."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NoReturn

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from conflicts.shares import from_percent, to_percent
from conflicts.validation import partial_date_problem
from marketplace.api.references import no_such_name


class Body(serializers.Serializer[Any]):
    """A body, or an object in one, that has no fields but these; `client` is one for compliance staff alone."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        fields = super().get_fields()
        caller = self.context.get("caller")
        if caller is not None and not caller.is_compliance:
            fields.pop("client", None)
        return fields

    def to_internal_value(self, data: object) -> object:
        if isinstance(data, Mapping):
            known = [name for name, field in self.fields.items() if not field.read_only]
            unknown = {str(name): [no_such_name(str(name), known)] for name in data if name not in known}
            if unknown:
                raise serializers.ValidationError(unknown)
        return super().to_internal_value(data)


class Nothing(Body):
    """The body of an act that needs no words: leave it out, or send {}."""


class Code(serializers.ChoiceField):
    """One of some codes; a wrong one is told which there are."""

    default_error_messages = {"invalid_choice": "'{input}' is not known here: write one of {known}."}

    def fail(self, key: str, **kwargs: Any) -> NoReturn:
        super().fail(key, known=", ".join(str(choice) for choice in self.choices), **kwargs)


@extend_schema_field({"type": "string", "example": "32.5", "description": "Percent, 0 to 100."})
class Share(serializers.Field[int, Any, str, Any]):
    """A share: percent outside, as a decimal string; millionths of a percent inside."""

    def to_internal_value(self, data: object) -> int:
        if isinstance(data, bool) or not isinstance(data, str | int | float):
            raise serializers.ValidationError("Write a percentage from 0 to 100 such as 49 or 32.5.")
        try:
            return from_percent(Decimal(repr(data)) if isinstance(data, float) else data)
        except ValueError as error:
            raise serializers.ValidationError(str(error)) from error

    def to_representation(self, value: int) -> str:
        return to_percent(value)


@extend_schema_field(OpenApiTypes.STR)
class PartialDate(serializers.CharField):
    """A date as precise as the source: YYYY, YYYY-MM or YYYY-MM-DD; empty where it is not known."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 10, "allow_blank": True, **kwargs})

    def to_internal_value(self, data: object) -> str:
        text = super().to_internal_value(data)  # type: ignore[arg-type]
        problem = partial_date_problem(text) if text else ""
        if problem:
            raise serializers.ValidationError(problem)
        return text
