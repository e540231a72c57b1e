"""Awards and engagements in the console."""

from django import forms
from django.contrib import admin
from django.urls import reverse
from unfold.decorators import display

from conflicts.admin.fields import CURRENCY_CHOICES, PERIOD_CHOICES, PartialDateField, story_day
from conflicts.admin.shown import OUTCOME_COLOURS, Labelled, outcome_label
from marketplace.accounts.console.acts import Act
from marketplace.accounts.console.forms import ActForm, Done
from marketplace.accounts.console.pages import ConsoleAdmin
from marketplace.models import (
    Award,
    Client,
    Engagement,
    EngagementStatus,
)
from marketplace.services.engagements import EngagementDraft, declare_engagement, end_engagement
from vendors.models import Vendor


@admin.register(Award)
class AwardAdmin(ConsoleAdmin):
    """Made on the page of a request."""

    list_display = ("vendor", "client", "slot", "verdict", "status", "epoch", "awarded_by", "awarded_at")
    list_filter = ("status", "outcome", "client")
    list_select_related = ("vendor", "client", "slot__request", "awarded_by")
    search_fields = ("vendor__name", "vendor__slug", "client__name", "slot__request__title")
    search_help_text = "Search by vendor, client or request"
    date_hierarchy = "awarded_at"
    fields = ("vendor", "client", "slot", "status", "outcome", "decided", "epoch", "awarded_by", "awarded_at")

    @display(description="Outcome", ordering="outcome", label=OUTCOME_COLOURS)
    def verdict(self, award: Award) -> Labelled:
        return outcome_label(award.outcome)

    @display(description="Decision")
    def decided(self, award: Award) -> str:
        if award.decision is None:
            return "none was needed"
        return f"a {award.decision.get_kind_display().lower()} of two people"


class DeclareEngagementForm(ActForm[None]):
    """Work that ran before its client joined."""

    intro = "On behalf of the client, for work that began before it joined. Anything later goes through an award."
    button = "Declare the engagement"
    client = forms.ModelChoiceField(Client.objects.all())
    vendor = forms.ModelChoiceField(Vendor.objects.all())
    title = forms.CharField(max_length=200)
    start = PartialDateField(label="Began")
    end = PartialDateField(label="Ends")
    amount = forms.DecimalField(required=False, max_digits=18, decimal_places=2)
    currency = forms.ChoiceField(required=False, choices=CURRENCY_CHOICES)
    amount_per = forms.ChoiceField(required=False, choices=PERIOD_CHOICES, label="Paid")
    groups = (
        (None, {"fields": [("client", "vendor"), "title", ("start", "end")]}),
        ("Amount", {"fields": [("amount", "currency"), "amount_per"]}),
    )

    def perform(self) -> Done:
        told = dict(self.cleaned_data)
        client, vendor = told.pop("client"), told.pop("vendor")
        made = declare_engagement(actor=self.actor, client=client, vendor=vendor, draft=EngagementDraft(**told))
        return Done("The engagement is declared.", reverse("admin:marketplace_engagement_change", args=[made.pk]))


class EndEngagementForm(ActForm[Engagement]):
    """Work that has ended."""

    intro = "Its alerts are closed."
    button = "Record the end"
    end = PartialDateField(required=True, label="Ended", initial=story_day, help_text="YYYY, YYYY-MM or YYYY-MM-DD.")

    def perform(self) -> Done:
        end_engagement(actor=self.actor, engagement=self.row, end=self.cleaned_data["end"])
        return Done("The engagement has ended.")


@admin.register(Engagement)
class EngagementAdmin(ConsoleAdmin):
    add = Act(name="add", label="Declare an engagement", form=DeclareEngagementForm)
    acts = (
        Act(
            name="end",
            label="End",
            form=EndEngagementForm,
            icon="event_busy",
            offered=lambda engagement: engagement.status == EngagementStatus.RUNNING,
        ),
    )
    list_display = ("vendor", "client", "title", "origin", "start", "end", "status", "verdict")
    list_filter = ("status", "origin", "outcome", "client")
    list_select_related = ("vendor", "client")
    search_fields = ("vendor__name", "vendor__slug", "client__name", "title")
    search_help_text = "Search by vendor, client or title"
    fieldsets = (
        (None, {"fields": ["vendor", "client", "title", "status", "start", "end"]}),
        ("Amount", {"fields": ["amount", "currency", "amount_per"]}),
        ("Record", {"fields": ["origin", "award", "outcome", "seen_epoch"]}),
    )

    @display(description="Last outcome", ordering="outcome", label=OUTCOME_COLOURS)
    def verdict(self, engagement: Engagement) -> Labelled:
        return outcome_label(engagement.outcome)
