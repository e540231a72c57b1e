"""Alerts and their checklists in the console."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from unfold.decorators import display
from unfold.enums import ActionVariant

from conflicts.admin.fields import code_field
from conflicts.admin.findings import findings_html
from conflicts.admin.shown import OUTCOME_COLOURS, Labelled, outcome_label
from marketplace.accounts.console.acts import Act
from marketplace.accounts.console.forms import ActForm, Done
from marketplace.accounts.console.pages import ConsoleAdmin, ReadOnlyInline
from marketplace.admin.shown import parts_text
from marketplace.models import AlertStatus, AlertSubstitute, ConflictAlert, ItemKind, ItemState, TransitionItem
from marketplace.services.alerts import LONGEST_MEASURE, acknowledge_alert, mitigate_alert
from marketplace.services.transitions import ItemDraft, add_item, edit_item, remove_item

ALERT_COLOURS = {"open": "danger", "acknowledged": "warning", "mitigated": "info", "waived": "info", "closed": ""}
ITEM_COLOURS = {"open": "warning", "done": "success", "not_needed": ""}
ON_BEHALF = "On behalf of the client, whose people do this at the API."


class VersionedForm(ActForm[Any]):
    """An act at a row that somebody else may have changed since the page was opened."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def starting(self) -> dict[str, Any]:
        return {"version": self.row.version}


class AcknowledgeForm(VersionedForm):
    intro = ON_BEHALF
    button = "Acknowledge"

    def perform(self) -> Done:
        acknowledge_alert(actor=self.actor, alert=self.row, version=self.cleaned_data["version"])
        return Done("The alert is acknowledged.")


class MitigateForm(VersionedForm):
    intro = ON_BEHALF
    button = "Record the measure"
    measure = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), max_length=LONGEST_MEASURE)

    def perform(self) -> Done:
        mitigate_alert(actor=self.actor, alert=self.row, **self.cleaned_data)
        return Done("The measure is recorded.")


class AddItemForm(ActForm[ConflictAlert]):
    intro = ON_BEHALF
    button = "Add the item"
    text = forms.CharField(max_length=500)

    def perform(self) -> Done:
        add_item(actor=self.actor, alert=self.row, text=self.cleaned_data["text"])
        return Done("The item is on the checklist.")


class EditItemForm(VersionedForm):
    intro = ON_BEHALF
    button = "Save the item"
    text = forms.CharField(max_length=500)
    state = code_field(ItemState, ItemState.OPEN)
    note = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=5000)

    def starting(self) -> dict[str, Any]:
        item = self.row
        return {**super().starting(), "text": item.text, "state": item.state, "note": item.note}

    def perform(self) -> Done:
        told = dict(self.cleaned_data)
        version = told.pop("version")
        edit_item(actor=self.actor, item=self.row, draft=ItemDraft(**told), version=version)
        return Done("The item is saved.")


class RemoveItemForm(VersionedForm):
    intro = ON_BEHALF
    button = "Remove the item"

    def perform(self) -> Done:
        alert = self.row.alert_id
        remove_item(actor=self.actor, item=self.row, version=self.cleaned_data["version"])
        return Done("The item is off the list.", reverse("admin:marketplace_conflictalert_change", args=[alert]))


class ChecklistInline(ReadOnlyInline):
    model = TransitionItem
    fields = ("kind", "text", "how", "note", "settled_by", "settled_at")
    verbose_name_plural = "Transition checklist"
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[TransitionItem]:
        rows: QuerySet[TransitionItem] = super().get_queryset(request).select_related("settled_by")
        return rows

    # A table inside a page shows no coloured label.
    @display(description="State")
    def how(self, item: TransitionItem) -> str:
        return str(item.get_state_display())


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
    """Opened by the watch; members of the client act at the API, and staff here on their behalf."""

    acts = (
        Act(
            name="acknowledge",
            label="Acknowledge",
            form=AcknowledgeForm,
            icon="visibility",
            offered=lambda alert: alert.may_become(AlertStatus.ACKNOWLEDGED),
        ),
        Act(
            name="mitigate",
            label="Mitigate",
            form=MitigateForm,
            icon="shield",
            offered=lambda alert: alert.may_become(AlertStatus.MITIGATED),
        ),
        Act(name="add_item", label="Add to the checklist", form=AddItemForm, icon="add_task"),
    )
    list_display = ("vendor", "client", "was", "became", "why", "state", "opened_at")
    list_filter = ("status", "after", "client")
    list_select_related = ("vendor", "client")
    search_fields = ("vendor__name", "vendor__slug", "client__name", "engagement__title")
    search_help_text = "Search by vendor, client or engagement"
    date_hierarchy = "opened_at"
    fieldsets = (
        (None, {"fields": ["vendor", "client", "engagement", "before", "after", "status", "request"]}),
        ("Value at risk", {"fields": ["amount", "currency", "amount_per"]}),
        ("Mitigation", {"fields": ["measure", "mitigated_by", "mitigated_at"]}),
        ("Findings", {"fields": ["proof"]}),
        ("Record", {"fields": ["epoch", "version", "opened_at", "acknowledged_by", "closed_at"]}),
    )
    inlines = (ChecklistInline, SubstituteInline)

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


@admin.register(TransitionItem)
class TransitionItemAdmin(ConsoleAdmin):
    """What is to be done before work moves away."""

    acts = (
        Act(name="edit", label="Edit", form=EditItemForm, icon="edit"),
        Act(
            name="remove",
            label="Remove",
            form=RemoveItemForm,
            icon="delete",
            variant=ActionVariant.DANGER,
            offered=lambda item: item.kind == ItemKind.OWN,
        ),
    )
    list_display = ("text", "kind", "client", "alert", "how", "settled_by", "settled_at")
    list_filter = ("state", "kind", "client")
    list_select_related = ("client", "alert__vendor", "settled_by")
    search_fields = ("text", "client__name", "alert__vendor__name")
    search_help_text = "Search by words, client or vendor"
    fields = ("alert", "client", "kind", "text", "state", "note", "settled_by", "settled_at", "version")

    @display(description="State", ordering="state", label=ITEM_COLOURS)
    def how(self, item: TransitionItem) -> Labelled:
        return (item.state, item.get_state_display())
