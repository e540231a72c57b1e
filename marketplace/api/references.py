"""Rows named by what a caller writes: a slug or an id."""

from collections.abc import Callable
from contextlib import suppress
from difflib import get_close_matches
from typing import Any, TypeVar
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError as FormError
from django.db.models import Model, Q, QuerySet
from django_filters import filters
from rest_framework import serializers
from rest_framework.fields import empty

from conflicts.drafts import unknown_party
from conflicts.models import Party
from marketplace.api.callers import Caller

LONGEST = 200
FEW = 12

Row = TypeVar("Row", bound=Model)
Visible = Callable[[Caller], QuerySet[Any]]
"""The rows that exist for a caller."""


def find(rows: QuerySet[Row], reference: str) -> Row | None:
    """Return the row of this slug or id, None where there is none."""
    named = Q(slug=reference)
    with suppress(ValueError):
        named |= Q(pk=UUID(reference))
    return rows.filter(named).first()


def unknown(rows: QuerySet[Any], reference: str) -> str:
    """Say that there is no such row."""
    if rows.model is Party:
        return unknown_party(reference)
    noun = rows.model._meta.verbose_name
    return f"There is no {noun} '{reference}': write the slug or id of one that exists."


def no_such_name(name: str, known: list[str]) -> str:
    """Say that there is no parameter or field of this name, and which one may be meant."""
    near = get_close_matches(name, known, n=1)
    if near:
        return f"There is no {name[:60]} here: did you mean {near[0]}?"
    if not known:
        return f"There is no {name[:60]} here: leave it out."
    listed = ", ".join(known[:FEW])
    return f"There is no {name[:60]} here: use {listed}{' and others' if len(known) > FEW else ''}."


class Reference(serializers.CharField):
    """A field of a body that names a row which exists for the caller; validated, it is the row."""

    def __init__(self, rows: Visible, **kwargs: Any) -> None:
        self.rows = rows
        super().__init__(**{"max_length": LONGEST, **kwargs})

    def run_validation(self, data: object = empty) -> Any:  # noqa: ANN401 - a row of the model
        text = super().run_validation(data)
        rows = self.rows(self.context["caller"])
        row = find(rows, text)
        if row is None:
            raise serializers.ValidationError(unknown(rows, text))
        return row


class ReferenceFormField(forms.CharField):
    """A query parameter that names a row; anything else is an error and not an empty list."""

    def __init__(self, *, rows: QuerySet[Any], **kwargs: Any) -> None:
        self.rows = rows
        super().__init__(**{"max_length": LONGEST, **kwargs})

    def clean(self, value: object) -> object:
        text = super().clean(value)
        if not text:
            return None
        row = find(self.rows, text)
        if row is None:
            raise FormError(unknown(self.rows, text))
        return row


class ReferenceFilter(filters.Filter):
    """The rows that refer to a row which exists for the caller, by its slug or id."""

    field_class: type[forms.Field] = ReferenceFormField

    def __init__(self, rows: Visible, *, help_text: str, field_name: str | None = None) -> None:
        self.visible = rows
        super().__init__(field_name=field_name, rows=rows(Caller()), help_text=help_text)  # type: ignore[no-untyped-call]

    def show_to(self, caller: Caller) -> None:
        """Let the filter find what exists for the caller."""
        self.extra["rows"] = self.visible(caller)

    def filter(self, qs: QuerySet[Any], value: Model | None) -> QuerySet[Any]:
        # By its key, which a column without a foreign key has too.
        return qs if value is None else qs.filter(**{self.field_name: value.pk})
