"""Form fields of facts: shares in percent, dates as written, parties by name, sources."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import TextChoices

from conflicts.currencies import CURRENCIES
from conflicts.models import AmountPer, Interest, Party, Standing
from conflicts.services import SourceDraft
from conflicts.shares import from_percent, to_percent
from marketplace.accounts.console.forms import Group
from marketplace.records import clock

PARTIAL_DATE_HELP = "YYYY, YYYY-MM or YYYY-MM-DD; empty means not known."
UNSET = [("", "-")]
CURRENCY_CHOICES = UNSET + [(code, code) for code in sorted(CURRENCIES)]
PERIOD_CHOICES = UNSET + [(str(code), str(words)) for code, words in AmountPer.choices]


class PercentField(forms.CharField):
    """Millionths of a percent inside, a percentage such as 49 or 32.5 outside; empty is not stated."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "placeholder": "%"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "max_length": 20, **kwargs})

    def prepare_value(self, value: object) -> object:
        return to_percent(value) if isinstance(value, int) else value

    def clean(self, value: object) -> int | None:
        text = super().clean(value).rstrip("% ").replace(",", ".")
        if not text:
            return None
        try:
            return from_percent(text)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


class PartialDateField(forms.CharField):
    """A date as precise as it is known. The services say what is wrong with it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "max_length": 10, "help_text": PARTIAL_DATE_HELP, **kwargs})


class DayField(forms.DateField):
    """A whole day."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, **kwargs})


if TYPE_CHECKING:
    PartyChoice = forms.ModelChoiceField[Party]
else:
    PartyChoice = forms.ModelChoiceField


class PartyField(PartyChoice):
    """A party, found by typing a part of one of its names."""

    def __init__(self, **kwargs: Any) -> None:
        widget = AutocompleteSelect(Interest._meta.get_field("holder"), admin.site)
        super().__init__(Party.objects.all(), widget=widget, **kwargs)


def story_day() -> str:
    """Return the date of a story database, an empty text in any other: the day is for people to say there."""
    date = clock.story_date()
    return date.isoformat() if date else ""


def code_field(codes: type[TextChoices], initial: str, **kwargs: Any) -> forms.ChoiceField:
    """One of some codes, shown in words. It begins with `initial`, so that an untouched row stays untouched."""
    choices = [(str(code), str(words)) for code, words in codes.choices]
    return forms.ChoiceField(choices=choices, initial=initial, **kwargs)


def standing_field(**kwargs: Any) -> forms.ChoiceField:
    """How good a source is."""
    return code_field(Standing, Standing.PRESS, **kwargs)


class SourceFields(forms.Form):
    """The document that something is known from."""

    source_url = forms.CharField(label="Address of the source", max_length=1000, help_text="https://...")
    standing = standing_field()
    publisher = forms.CharField(required=False, max_length=200, help_text="Empty: the host of the address.")
    statement_date = DayField(label="Dated", help_text="The day that the document bears.")
    retrieved_on = DayField(label="Read on", initial=clock.today)

    def source_draft(self) -> SourceDraft:
        """Return the source as the services take it."""
        return source_draft(self.cleaned_data)


SOURCE_GROUP: Group = (
    "Source",
    {"fields": ["source_url", ("standing", "publisher"), ("statement_date", "retrieved_on")]},
)


def source_draft(told: Mapping[str, Any]) -> SourceDraft:
    """Return a source as the services take it; a form may leave out all but its address and standing."""
    return SourceDraft(
        url=told["source_url"].strip(),
        standing=told["standing"],
        publisher=told.get("publisher", ""),
        statement_date=told.get("statement_date"),
        retrieved_on=told.get("retrieved_on"),
    )
