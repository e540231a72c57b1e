"""The page on which an event is recorded: what ends and what begins by it, in one transaction."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.urls import reverse
from unfold.fields import UnfoldAdminAutocompleteModelChoiceField
from unfold.forms import AdminForm

from conflicts.admin.fields import SOURCE_GROUP, PartialDateField, SourceFields, source_draft, standing_field, story_day
from conflicts.admin.interest_forms import EndFields, InterestFields
from conflicts.admin.shown import interest_text
from conflicts.models import Interest
from conflicts.services import InterestDraft, InterestEnd, SourceDraft, record_event
from marketplace.accounts.console.acts import laid_out
from marketplace.accounts.console.forms import ActForm, Done, dress
from marketplace.records.refusals import Invalid, Refusal

MOST_ROWS = 50
OWN_SOURCE = ("source_url", "standing")
ROW_LINES = [
    ("holder", "type", "subject"),
    ("share_low", "share_high", "start", "end"),
    ("low_open", "high_open"),
    ("directness", "certainty", "visibility"),
    ("amount", "currency", "amount_per", "amount_until"),
    OWN_SOURCE,
    "details",
]


class EventRow(forms.Form):
    """One row of an event. A row that nobody has touched is left out."""

    renamed: Mapping[str, str] = {"source": "source_url", "interest": "interest"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            dress(field)

    def hush(self) -> None:
        """Show no errors: the page only came back with another row."""
        self._errors = ErrorDict()

    def refuse(self, name: str, sentence: str) -> None:
        """Show the sentence at its field, or above the row."""
        field = self.renamed.get(name, name)
        self.add_error(field if field in self.fields else None, sentence)


class BeginRow(InterestFields, EventRow):
    """An interest that begins."""

    start = PartialDateField(label="Begins", initial=story_day)
    source_url = forms.CharField(
        required=False, max_length=1000, label="Its own source", help_text="Empty: the source of the event."
    )
    standing = standing_field(label="Its standing")

    groups = ((None, {"fields": ROW_LINES}),)

    def draft(self, source: SourceDraft) -> InterestDraft:
        told: dict[str, Any] = self.cleaned_data
        return self.interest_draft(source_draft(told) if told["source_url"] else source)


class InterestField(UnfoldAdminAutocompleteModelChoiceField):
    """An interest that has not ended, found by typing who holds what in whom."""

    def __init__(self, **kwargs: Any) -> None:
        rows = Interest.objects.current().select_related("holder", "subject")
        super().__init__("admin:conflicts_interest_choices", rows, **kwargs)

    def label_from_instance(self, obj: Interest) -> str:
        return interest_text(obj)


class EndRow(EndFields, EventRow):
    """An interest that ends."""

    source_url = forms.CharField(
        required=False, max_length=1000, label="Its own source", help_text="Empty: the source of the event."
    )
    standing = standing_field(label="Its standing")
    interest = InterestField(label="What ends")
    field_order = ("interest",)
    groups = ((None, {"fields": [("interest", "end"), OWN_SOURCE, "details"]}),)

    def draft(self, source: SourceDraft) -> InterestEnd:
        told: dict[str, Any] = self.cleaned_data
        return InterestEnd(
            interest=told["interest"], end=told["end"], source=self.end_source() or source, details=told["details"]
        )


BeginRows = forms.formset_factory(BeginRow, extra=1, max_num=MOST_ROWS, absolute_max=MOST_ROWS)
EndRows = forms.formset_factory(EndRow, extra=0, max_num=MOST_ROWS, absolute_max=MOST_ROWS)


class EventForm(SourceFields, ActForm[None]):
    """An event with its rows. `more_ends` and `more_begins` in the data ask for another blank row of that kind."""

    intro = (
        "All rows are recorded together or not at all, under one epoch; rescoring follows at once. "
        "Rows that you leave untouched are left out."
    )
    button = "Record the event"
    summary = forms.CharField(required=False, max_length=500, label="What happened")
    field_order = ("summary",)
    groups = ((None, {"fields": ["summary"]}), SOURCE_GROUP)

    def __init__(self, data: QueryDict | None = None, **kwargs: Any) -> None:
        self.growing = next((kind for kind in ("ends", "begins") if data and f"more_{kind}" in data), "")
        grown = _with_one_more(data, self.growing) if data and self.growing else data
        super().__init__(grown, **kwargs)
        ends = [text for text in self.asked.getlist("end") if _is_id(text)]
        self.ends = EndRows(grown, prefix="ends", initial=[{"interest": pk} for pk in ends])
        self.begins = BeginRows(grown, prefix="begins")
        if self.growing:
            self._hush()

    def is_valid(self) -> bool:
        """Whether all of it can be handed to the service; never while it only grows by a row."""
        if self.growing:
            return False
        return all([super().is_valid(), self.ends.is_valid(), self.begins.is_valid()])

    def perform(self) -> Done:
        source = self.source_draft()
        rows = [row.draft(source) for row in self._filled()]
        change = record_event(actor=self.actor, rows=rows, details=self.cleaned_data["summary"])
        return Done(f"The event is recorded at epoch {change.epoch}.", reverse("admin:conflicts_interest_changelist"))

    def refuse(self, refusal: Refusal) -> None:
        """Show each sentence at the row that it speaks of."""
        if not isinstance(refusal, Invalid):
            super().refuse(refusal)
            return
        for name, sentence in refusal.fields.items():
            self._refuse_at(name, sentence)

    def end_rows(self) -> list[tuple[EndRow, AdminForm]]:
        """Return the rows of what ends with their field sets."""
        return [(row, laid_out(row, row.groups)) for row in self.ends.forms]

    def begin_rows(self) -> list[tuple[BeginRow, AdminForm]]:
        """Return the rows of what begins with their field sets."""
        return [(row, laid_out(row, row.groups)) for row in self.begins.forms]

    def row_errors(self) -> bool:
        """Whether a row has something to correct."""
        return any(row.errors for row in (*self.ends.forms, *self.begins.forms))

    @property
    def media(self) -> forms.Media:
        return super().media + self.ends.media + self.begins.media

    def _filled(self) -> list[Any]:
        """Return the rows that say something: first what ends, then what begins."""
        return [row for row in (*self.ends.forms, *self.begins.forms) if row.has_changed() or not row.empty_permitted]

    def _refuse_at(self, name: str, sentence: str) -> None:
        place, _, field = name.partition(".")
        number = place.removeprefix("rows[").removesuffix("]")
        if number.isdigit():
            self._filled()[int(number)].refuse(field, sentence)
            self.add_error(None, f"Row {int(number) + 1}: {sentence}")
        else:
            self.add_error(None, sentence)

    def _hush(self) -> None:
        self._errors = ErrorDict()
        for row in (*self.ends.forms, *self.begins.forms):
            row.hush()


def _with_one_more(data: QueryDict, kind: str) -> QueryDict:
    """Return the data with one more row, which says what a blank row says."""
    grown = data.copy()
    count = f"{kind}-TOTAL_FORMS"
    number = int(grown.get(count) or 0)
    grown[count] = str(number + 1)
    for name, field in (EndRow if kind == "ends" else BeginRow).base_fields.items():
        initial = field.initial() if callable(field.initial) else field.initial
        grown[f"{kind}-{number}-{name}"] = str(initial or "")
    return grown


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
