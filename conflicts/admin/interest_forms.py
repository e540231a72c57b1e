"""Forms of interests: what one says, how it ends, that it was wrong, that it never was."""

from typing import Any

from django import forms
from django.urls import reverse

from conflicts.admin.fields import (
    CURRENCY_CHOICES,
    PERIOD_CHOICES,
    SOURCE_GROUP,
    DayField,
    PartialDateField,
    PartyField,
    PercentField,
    SourceFields,
    code_field,
    source_draft,
    standing_field,
    story_day,
)
from conflicts.models import Certainty, Directness, Fact, Interest, InterestType, Source, Visibility
from conflicts.services import InterestDraft, SourceDraft, correct_interest, end_interest, retract_interest
from marketplace.accounts.console.forms import ActForm, Done, Group, ReasonForm

SHARE_HELP = "Percent; empty means not stated."
INTEREST_GROUPS: list[Group] = [
    (None, {"fields": [("holder", "type", "subject"), ("start", "end"), ("share_low", "share_high")]}),
    (None, {"fields": [("low_open", "high_open"), "directness", ("certainty", "visibility"), "details"]}),
    ("Amount", {"fields": [("amount", "currency"), ("amount_per", "amount_until")]}),
]


class InterestFields(forms.Form):
    """What an interest says, but for its source."""

    holder = PartyField(label="Holder")
    type = code_field(InterestType, InterestType.SHAREHOLDING)
    subject = PartyField(label="Held in")
    share_low = PercentField(label="Share, at least", help_text=SHARE_HELP)
    share_high = PercentField(label="Share, at most", help_text=f"{SHARE_HELP} The same number for an exact share.")
    low_open = forms.BooleanField(required=False, label="More than the lower number, not equal to it")
    high_open = forms.BooleanField(required=False, label="Less than the upper number, not equal to it")
    directness = code_field(Directness, Directness.DIRECT)
    start = PartialDateField(label="Begins")
    end = PartialDateField(label="Ends")
    certainty = code_field(Certainty, Certainty.STATED)
    visibility = code_field(Visibility, Visibility.PUBLIC)
    amount = forms.DecimalField(required=False, max_digits=18, decimal_places=2)
    currency = forms.ChoiceField(required=False, choices=CURRENCY_CHOICES)
    amount_per = forms.ChoiceField(required=False, choices=PERIOD_CHOICES, label="Paid")
    amount_until = PartialDateField(label="Paid until")
    details = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def interest_draft(self, source: SourceDraft) -> InterestDraft:
        """Return the interest as the services take it."""
        told = {name: self.cleaned_data[name] for name in InterestFields.base_fields}
        return InterestDraft(source=source, **told)


class CorrectInterestForm(InterestFields, SourceFields, ActForm[Interest]):
    """A version of the interest that says it right."""

    intro = "The version shown is superseded and stays for the record; every screening is brought up to date."
    button = "Record the correction"
    groups = (*INTEREST_GROUPS, SOURCE_GROUP)
    renamed = {"source": "source_url"}

    def starting(self) -> dict[str, Any]:
        told = {name: getattr(self.row, name) for name in InterestFields.base_fields}
        return {**told, **source_told(self.row.source)}

    def perform(self) -> Done:
        draft = self.interest_draft(self.source_draft())
        interest = correct_interest(actor=self.actor, interest=self.row, draft=draft)
        return Done("The correction is recorded.", reverse("admin:conflicts_interest_change", args=[interest.pk]))


class EndFields(forms.Form):
    """When something ended, and who says so."""

    end = PartialDateField(required=True, label="Ended", initial=story_day, help_text="YYYY, YYYY-MM or YYYY-MM-DD.")
    source_url = forms.CharField(
        required=False, max_length=1000, label="Address of the source", help_text="Empty: the source of the fact."
    )
    standing = standing_field()
    publisher = forms.CharField(required=False, max_length=200)
    statement_date = DayField(label="Dated")
    details = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def end_source(self) -> SourceDraft | None:
        """Return the source that tells of the end, None where it is the fact's own."""
        told: dict[str, Any] = self.cleaned_data
        return source_draft(told) if told["source_url"] else None


class EndInterestForm(EndFields, ActForm[Interest]):
    """The end of one interest."""

    intro = "A version with the end supersedes this one. Where other facts change with it, record an event instead."
    button = "Record the end"
    renamed = {"source": "source_url"}

    def perform(self) -> Done:
        ended = end_interest(
            actor=self.actor,
            interest=self.row,
            end=self.cleaned_data["end"],
            source=self.end_source(),
            details=self.cleaned_data["details"],
        )
        return Done("The end is recorded.", reverse("admin:conflicts_interest_change", args=[ended.pk]))


class RetractInterestForm(ReasonForm[Interest]):
    """For what never was."""

    intro = "For a fact that never was. It counts no longer and stays in the record with your reason."
    button = "Retract"

    def perform(self) -> Done:
        retract_interest(actor=self.actor, interest=self.row, reason=self.cleaned_data["reason"])
        return Done("The interest is retracted.")


def source_told(source: Source) -> dict[str, Any]:
    """Return what a source says, under the names of the form's fields."""
    names = ("standing", "publisher", "statement_date", "retrieved_on")
    return {"source_url": source.url, **{name: getattr(source, name) for name in names}}


def is_newest(fact: Fact) -> bool:
    """Whether this version can still be ended, corrected or retracted."""
    return fact.is_current
