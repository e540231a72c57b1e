"""Customer ties in the console: who buys from whom (DESIGN 6)."""

from typing import Any

from django import forms
from django.contrib import admin
from django.urls import reverse
from unfold.decorators import display

from conflicts.admin.fields import (
    CURRENCY_CHOICES,
    PERIOD_CHOICES,
    SOURCE_GROUP,
    PartialDateField,
    PartyField,
    PercentField,
    SourceFields,
    code_field,
)
from conflicts.admin.filters import VersionFilter
from conflicts.admin.interest_forms import EndFields, is_newest, source_told
from conflicts.admin.shown import amount_text, party_link, remarks_of, source_link, span_of
from conflicts.models import Certainty, CustomerTie, TieStatus, Visibility
from conflicts.services import TieDraft, correct_tie, end_tie, record_tie_draft
from conflicts.shares import to_percent
from marketplace.accounts.console.acts import Act
from marketplace.accounts.console.forms import ActForm, Done
from marketplace.accounts.console.pages import ConsoleAdmin


class TieFields(SourceFields):
    """What a customer tie says."""

    buyer = PartyField()
    supplier = PartyField()
    status = code_field(TieStatus, TieStatus.REPORTED, label="How it is known")
    start = PartialDateField(label="Begins")
    end = PartialDateField(label="Ends")
    certainty = code_field(Certainty, Certainty.STATED)
    visibility = code_field(Visibility, Visibility.PUBLIC)
    amount = forms.DecimalField(required=False, max_digits=18, decimal_places=2, help_text="Turnover.")
    currency = forms.ChoiceField(required=False, choices=CURRENCY_CHOICES)
    amount_per = forms.ChoiceField(required=False, choices=PERIOD_CHOICES, label="Paid")
    revenue_share_low = PercentField(
        label="Share of the supplier's revenue, at least", help_text="Percent; empty means not stated."
    )
    details = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def tie_draft(self) -> TieDraft:
        """Return the tie as the services take it."""
        told = {name: self.cleaned_data[name] for name in OWN_FIELDS}
        return TieDraft(source=self.source_draft(), **told)


OWN_FIELDS = [name for name in TieFields.base_fields if name not in SourceFields.base_fields]
GROUPS = (
    (None, {"fields": [("buyer", "supplier"), "status", ("start", "end"), ("certainty", "visibility")]}),
    ("Turnover", {"fields": [("amount", "currency"), ("amount_per", "revenue_share_low"), "details"]}),
    SOURCE_GROUP,
)


class RecordTieForm(TieFields, ActForm[None]):
    """A tie that a source tells of."""

    button = "Record the tie"
    groups = GROUPS
    renamed = {"source": "source_url"}

    def perform(self) -> Done:
        tie = record_tie_draft(actor=self.actor, draft=self.tie_draft())
        return Done("The tie is recorded.", tie_address(tie))


class CorrectTieForm(TieFields, ActForm[CustomerTie]):
    """A version of the tie that says it right."""

    intro = "The version shown is superseded and stays for the record."
    button = "Record the correction"
    groups = GROUPS
    renamed = {"source": "source_url"}

    def starting(self) -> dict[str, Any]:
        return {**{name: getattr(self.row, name) for name in OWN_FIELDS}, **source_told(self.row.source)}

    def perform(self) -> Done:
        tie = correct_tie(actor=self.actor, tie=self.row, draft=self.tie_draft())
        return Done("The correction is recorded.", tie_address(tie))


class EndTieForm(EndFields, ActForm[CustomerTie]):
    """The end of one tie."""

    button = "Record the end"
    renamed = {"source": "source_url"}

    def perform(self) -> Done:
        tie = end_tie(
            actor=self.actor,
            tie=self.row,
            end=self.cleaned_data["end"],
            source=self.end_source(),
            details=self.cleaned_data["details"],
        )
        return Done("The end is recorded.", tie_address(tie))


def tie_address(tie: CustomerTie) -> str:
    return reverse("admin:conflicts_customertie_change", args=[tie.pk])


@admin.register(CustomerTie)
class CustomerTieAdmin(ConsoleAdmin):
    add = Act(name="add", label="Record a customer tie", form=RecordTieForm)
    acts = (
        Act(name="end", label="End", form=EndTieForm, icon="event_busy", offered=is_newest),
        Act(name="correct", label="Correct", form=CorrectTieForm, icon="edit", offered=is_newest),
    )
    list_display = ("buyer", "supplier", "status", "dates", "money", "told_by", "remarks")
    list_display_links = ("buyer", "supplier")
    list_filter = (VersionFilter, "status", "certainty", "visibility", "source__standing")
    list_select_related = ("buyer", "supplier", "source")
    search_fields = ("buyer__name", "buyer__slug", "supplier__name", "supplier__slug", "details")
    search_help_text = "Search by buyer or supplier, or in the details"
    fieldsets = (
        (None, {"fields": ["buyer_link", "supplier_link", "status", "dates", "money", "revenue"]}),
        ("Source", {"fields": ["told_by", "details", "ended_by", "end_details"]}),
        ("Record", {"fields": ["certainty", "visibility", "recorded"]}),
    )

    @display(description="Dates", ordering="start_first")
    def dates(self, tie: CustomerTie) -> str:
        return span_of(tie)

    @display(description="Remarks")
    def remarks(self, tie: CustomerTie) -> str:
        return remarks_of(tie)

    @display(description="Turnover", ordering="amount")
    def money(self, tie: CustomerTie) -> str:
        return amount_text(tie)

    @display(description="Share of revenue")
    def revenue(self, tie: CustomerTie) -> str:
        share = tie.revenue_share_low
        return f"at least {to_percent(share)} %" if share is not None else "not stated"

    @display(description="Buyer")
    def buyer_link(self, tie: CustomerTie) -> str:
        return party_link(tie.buyer)

    @display(description="Supplier")
    def supplier_link(self, tie: CustomerTie) -> str:
        return party_link(tie.supplier)

    @display(description="Source", ordering="source__standing")
    def told_by(self, tie: CustomerTie) -> str:
        return source_link(tie.source)

    @display(description="End told by")
    def ended_by(self, tie: CustomerTie) -> str:
        return source_link(tie.end_source) if tie.end_source else ""

    @display(description="Recorded")
    def recorded(self, tie: CustomerTie) -> str:
        return f"{tie.recorded_at:%Y-%m-%d %H:%M} UTC, epoch {tie.recorded_by.epoch}"
