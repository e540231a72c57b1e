"""Awards, engagements and alerts in the console."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from unfold.decorators import display

from conflicts.admin.fields import CURRENCY_CHOICES, PERIOD_CHOICES, PartialDateField, story_day
from conflicts.admin.findings import findings_html
from conflicts.admin.shown import OUTCOME_COLOURS, Labelled, outcome_label
from marketplace.accounts.console.acts import Act
from marketplace.accounts.console.forms import ActForm, Done
from marketplace.accounts.console.pages import ConsoleAdmin, ReadOnlyInline
from marketplace.admin.shown import parts_text
from marketplace.models import (
    AlertSubstitute,
    Award,
    Client,
    ConflictAlert,
    Engagement,
    EngagementStatus,
)
from marketplace.services.engagements import EngagementDraft, declare_engagement, end_engagement
from vendors.models import Vendor

ALERT_COLOURS = {"open": "danger", "acknowledged": "warning", "closed": ""}


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


class SubstituteInline(ReadOnlyInline):
    model = AlertSubstitute
    fields = ("rank", "vendor", "result", "covered", "score", "why")
    verbose_name_plural = "Substitutes"

    def get_queryset(self, request: HttpRequest) -> QuerySet[AlertSubstitute]:
        rows: QuerySet[AlertSubstitute] = super().get_queryset(request).select_related("vendor")
        return rows

    @display(description="Outcome", label=OUTCOME_COLOURS)
    def result(self, substitute: AlertSubstitute) -> str:
        return substitute.get_outcome_display()

    @display(description="Coverage")
    def covered(self, substitute: AlertSubstitute) -> str:
        return substitute.coverage

    @display(description="Fit")
    def why(self, substitute: AlertSubstitute) -> str:
        return parts_text(substitute.parts)


@admin.register(ConflictAlert)
class ConflictAlertAdmin(ConsoleAdmin):
    """Opened by the watch, acknowledged by members of the client."""

    list_display = ("vendor", "client", "was", "became", "why", "state", "opened_at")
    list_filter = ("status", "after", "client")
    list_select_related = ("vendor", "client")
    search_fields = ("vendor__name", "vendor__slug", "client__name", "engagement__title")
    search_help_text = "Search by vendor, client or engagement"
    date_hierarchy = "opened_at"
    fieldsets = (
        (None, {"fields": ["vendor", "client", "engagement", "before", "after", "status", "request"]}),
        ("Findings", {"fields": ["proof"]}),
        ("Record", {"fields": ["epoch", "opened_at", "acknowledged_by", "closed_at"]}),
    )
    inlines = (SubstituteInline,)

    @display(description="Was", ordering="before", label=OUTCOME_COLOURS)
    def was(self, alert: ConflictAlert) -> Labelled:
        return outcome_label(alert.before)

    @display(description="Became", ordering="after", label=OUTCOME_COLOURS)
    def became(self, alert: ConflictAlert) -> Labelled:
        return outcome_label(alert.after)

    @display(description="Rules")
    def why(self, alert: ConflictAlert) -> str:
        return ", ".join(str(rule).replace("_", " ") for rule in alert.rules)

    @display(description="Status", ordering="status", label=ALERT_COLOURS)
    def state(self, alert: ConflictAlert) -> Labelled:
        return (alert.status, alert.get_status_display())

    @display(description="What was found")
    def proof(self, alert: ConflictAlert) -> Any:  # noqa: ANN401 - safe HTML
        return findings_html(alert.findings)
