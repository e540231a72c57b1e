"""Labeling requests and their matches in the console. Awards have a page of their own (DESIGN 5)."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from unfold.decorators import display
from unfold.enums import ActionVariant

from conflicts.admin.fields import CURRENCY_CHOICES, DayField
from conflicts.admin.findings import findings_html
from conflicts.admin.shown import OUTCOME_COLOURS, Labelled, link, outcome_label
from marketplace.accounts.console.acts import Act
from marketplace.accounts.console.forms import ActForm, Done, Group, Row
from marketplace.accounts.console.pages import ConsoleAdmin, ReadOnlyInline
from marketplace.admin.awarding import AwardForm
from marketplace.admin.shown import parts_text, state_of_request
from marketplace.matching import requests_behind
from marketplace.models import Client, LabelingRequest, Match, RequestSlot, RequestStatus
from marketplace.services.requests import RequestDraft, close_request, post_request, update_request

CODES_HELP = "Codes separated by commas; empty asks for nothing special."
STATUS_COLOURS = {"open": "info", "awarded": "success", "closed": ""}
TEXTS = ("title", "brief", "modality", "unit", "currency", "volume", "deadline", "budget")
LISTS = ("tasks", "languages", "certificates")


class RequestFields(ActForm[Row]):
    """What a request says."""

    title = forms.CharField(max_length=200)
    brief = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 3}))
    modality = forms.CharField(max_length=60)
    tasks = forms.CharField(required=False, help_text=CODES_HELP)
    languages = forms.CharField(required=False, help_text=CODES_HELP)
    certificates = forms.CharField(required=False, help_text=CODES_HELP)
    volume = forms.IntegerField(required=False, min_value=0)
    unit = forms.CharField(required=False, max_length=60)
    deadline = DayField()
    budget = forms.DecimalField(required=False, max_digits=18, decimal_places=2)
    currency = forms.ChoiceField(required=False, choices=CURRENCY_CHOICES)

    request_groups: list[Group] = [
        (None, {"fields": ["title", "brief"]}),
        ("Asked", {"fields": ["modality", "tasks", "languages", "certificates"]}),
        ("Size", {"fields": [("volume", "unit"), ("budget", "currency"), "deadline"]}),
    ]

    def request_draft(self) -> RequestDraft:
        """Return the request as the services take it."""
        told = self.cleaned_data
        columns: dict[str, Any] = {name: told[name] for name in TEXTS} | {name: codes(told[name]) for name in LISTS}
        return RequestDraft(**columns)


class PostRequestForm(RequestFields[None]):
    """A request on behalf of a client."""

    intro = "On behalf of the client. Its matches follow in a moment."
    button = "Post the request"
    client = forms.ModelChoiceField(Client.objects.all())
    slots = forms.IntegerField(initial=1, min_value=1, help_text="How many vendors are wanted.")

    def fieldsets(self) -> list[Group]:
        return [(None, {"fields": [("client", "slots")]}), *self.request_groups]

    def perform(self) -> Done:
        told = self.cleaned_data
        posted = post_request(actor=self.actor, client=told["client"], draft=self.request_draft(), slots=told["slots"])
        return Done("The request is posted.", reverse("admin:marketplace_labelingrequest_change", args=[posted.pk]))


class EditRequestForm(RequestFields[LabelingRequest]):
    """The request as it shall read from now on."""

    intro = "On behalf of the client. It is ranked again."
    version = forms.IntegerField(widget=forms.HiddenInput)

    def starting(self) -> dict[str, Any]:
        texts = {name: getattr(self.row, name) for name in TEXTS}
        lists = {name: ", ".join(getattr(self.row, name)) for name in LISTS}
        return {**texts, **lists, "version": self.row.version}

    def fieldsets(self) -> list[Group]:
        return self.request_groups

    def perform(self) -> Done:
        saved = update_request(
            actor=self.actor, request=self.row, draft=self.request_draft(), version=self.cleaned_data["version"]
        )
        return Done(f"The request is at version {saved.version}.")


class CloseRequestForm(ActForm[LabelingRequest]):
    """The end of a request."""

    intro = "It ends without another award. What runs goes on."
    button = "Close the request"

    def perform(self) -> Done:
        close_request(actor=self.actor, request=self.row)
        return Done("The request is closed.")


def is_open(request: LabelingRequest) -> bool:
    return request.status == RequestStatus.OPEN


class BehindFilter(admin.SimpleListFilter):
    """Whose matches may be other by now."""

    title = "matches"
    parameter_name = "matches"

    def lookups(self, request: HttpRequest, model_admin: "admin.ModelAdmin[Any]") -> list[tuple[str, str]]:
        return [("behind", "Behind")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[LabelingRequest]) -> QuerySet[LabelingRequest]:
        return queryset.filter(pk__in=requests_behind().values("pk")) if self.value() == "behind" else queryset


class SlotInline(ReadOnlyInline):
    model = RequestSlot
    fields = ("number", "awarded_to")

    def get_queryset(self, request: HttpRequest) -> QuerySet[RequestSlot]:
        rows: QuerySet[RequestSlot] = super().get_queryset(request).prefetch_related("awards__vendor")
        return rows

    @display(description="Awarded to")
    def awarded_to(self, slot: RequestSlot) -> str:
        return ", ".join(f"{award.vendor} ({award.status})" for award in slot.awards.all()) or "nobody yet"


class MatchInline(ReadOnlyInline):
    model = Match
    fields = ("rank", "vendor", "result", "covered", "score", "why", "proof")
    verbose_name_plural = "Matches"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Match]:
        rows: QuerySet[Match] = super().get_queryset(request).select_related("vendor", "screening")
        return rows

    @display(description="Outcome", label=OUTCOME_COLOURS)
    def result(self, match: Match) -> str:
        return match.get_outcome_display()

    @display(description="Coverage")
    def covered(self, match: Match) -> str:
        return match.coverage

    @display(description="Fit")
    def why(self, match: Match) -> str:
        return parts_text(match.parts)

    @display(description="Proof")
    def proof(self, match: Match) -> str:
        return screening_link(match)


@admin.register(LabelingRequest)
class LabelingRequestAdmin(ConsoleAdmin):
    add = Act(name="add", label="Post a request", form=PostRequestForm)
    acts = (
        Act(
            name="award",
            label="Award",
            form=AwardForm,
            icon="workspace_premium",
            variant=ActionVariant.PRIMARY,
            offered=is_open,
            template="admin/console/award.html",
        ),
        Act(name="edit", label="Edit", form=EditRequestForm, icon="edit", offered=is_open),
        Act(
            name="close",
            label="Close the request",
            form=CloseRequestForm,
            icon="block",
            variant=ActionVariant.DANGER,
            offered=is_open,
        ),
    )
    list_display = ("title", "client", "modality", "state", "deadline", "matched", "posted_at")
    list_filter = ("status", "client", "modality", BehindFilter)
    list_select_related = ("client",)
    search_fields = ("title", "brief", "client__name", "client__slug")
    search_help_text = "Search by title, brief or client"
    date_hierarchy = "posted_at"
    fieldsets = (
        (None, {"fields": ["client", "title", "brief", "status", "currency_of_matches"]}),
        ("Asked", {"fields": ["modality", "task_words", "language_words", "certificate_words"]}),
        ("Size", {"fields": ["volume", "unit", "budget", "currency", "deadline"]}),
        ("Record", {"fields": ["version", "posted_by", "posted_at", "ranked_at", "candidate_epoch"]}),
    )
    inlines = (SlotInline, MatchInline)

    def get_queryset(self, request: HttpRequest) -> QuerySet[LabelingRequest]:
        rows: QuerySet[LabelingRequest] = super().get_queryset(request).select_related("client", "posted_by")
        return rows.annotate(match_count=Count("matches"))

    @display(description="Status", ordering="status", label=STATUS_COLOURS)
    def state(self, request: LabelingRequest) -> Labelled:
        return (request.status, request.get_status_display())

    @display(description="Matches", ordering="match_count")
    def matched(self, request: LabelingRequest) -> int:
        return int(getattr(request, "match_count", 0))

    @display(description="Matches are")
    def currency_of_matches(self, request: LabelingRequest) -> str:
        return state_of_request(request)

    @display(description="Tasks")
    def task_words(self, request: LabelingRequest) -> str:
        return ", ".join(request.tasks)

    @display(description="Languages")
    def language_words(self, request: LabelingRequest) -> str:
        return ", ".join(request.languages)

    @display(description="Certificates")
    def certificate_words(self, request: LabelingRequest) -> str:
        return ", ".join(request.certificates)


@admin.register(Match)
class MatchAdmin(ConsoleAdmin):
    list_display = ("vendor", "request", "client", "rank", "verdict", "coverage", "score", "why")
    list_filter = ("outcome", "coverage", "client", "request__status")
    list_select_related = ("vendor", "request", "client", "screening")
    search_fields = ("vendor__name", "vendor__slug", "request__title", "client__name")
    search_help_text = "Search by vendor, request or client"
    fieldsets = (
        (None, {"fields": ["vendor", "request", "client", "rank", "outcome", "coverage", "score", "why"]}),
        ("Findings", {"fields": ["proof"]}),
        ("Rests on", {"fields": ["screening", "screening_epoch", "listing_version", "request_version"]}),
    )

    @display(description="Outcome", ordering="outcome", label=OUTCOME_COLOURS)
    def verdict(self, match: Match) -> Labelled:
        return outcome_label(match.outcome)

    @display(description="Fit")
    def why(self, match: Match) -> str:
        return parts_text(match.parts)

    @display(description="What was found")
    def proof(self, match: Match) -> str:
        return findings_html(match.screening.findings) if match.screening else "It was not screened yet."


def screening_link(match: Match) -> str:
    """Return a link to the screening behind a match."""
    if match.screening_id is None:
        return "-"
    return link(reverse("admin:conflicts_screening_change", args=[match.screening_id]), "findings")


def codes(text: str) -> list[str]:
    return [code for code in (word.strip().lower() for word in text.split(",")) if code]
