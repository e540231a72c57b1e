"""Applications in the console: compliance reads them, which is logged, and two of them approve."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from unfold.decorators import display
from unfold.enums import ActionVariant

from conflicts.admin.fields import PartyField
from conflicts.admin.findings import TYPE_WORDS
from conflicts.admin.shown import bullets, party_link
from marketplace.accounts.console.acts import Act
from marketplace.accounts.console.forms import ActForm, Done
from marketplace.accounts.console.pages import ConsoleAdmin
from marketplace.accounts.console.roles import actor_of
from marketplace.records.services import log
from vendors.models import Application, ApplicationState
from vendors.services.reviews import approve, begin_review, recommend, reject, request_changes

State = ApplicationState
COLOURS = {
    State.SUBMITTED.value: "info",
    State.IN_REVIEW.value: "warning",
    State.CHANGES_REQUESTED.value: "warning",
    State.RECOMMENDED.value: "primary",
    State.APPROVED.value: "success",
    State.REJECTED.value: "danger",
}


class MoveForm(ActForm[Application]):
    """A move that needs nothing but a click."""


class BeginReviewForm(MoveForm):
    intro = "You take the application up. Its applicant sees that it is in review."
    button = "Begin the review"

    def perform(self) -> Done:
        begin_review(actor=self.actor, application=self.row)
        return Done("The application is in review.")


class RecommendForm(MoveForm):
    intro = "You are the first of two people who are for it; somebody else approves."
    button = "Recommend"

    def perform(self) -> Done:
        recommend(actor=self.actor, application=self.row)
        return Done("The application is recommended: a colleague can approve it.")


class NoteForm(MoveForm):
    note = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}), help_text="The applicant reads this.", label="What to tell"
    )


class RequestChangesForm(NoteForm):
    intro = "It goes back to the applicant; the next review begins afresh."
    button = "Send it back"

    def perform(self) -> Done:
        request_changes(actor=self.actor, application=self.row, note=self.cleaned_data["note"])
        return Done("The application is with its applicant again.")


class RejectForm(NoteForm):
    intro = "It ends without a vendor, for good."
    button = "Reject"

    def perform(self) -> Done:
        reject(actor=self.actor, application=self.row, note=self.cleaned_data["note"])
        return Done("The application is rejected.")


class ApproveForm(MoveForm):
    intro = (
        "You are the second of two people. The applicant becomes a party, a vendor and a listing, and what it "
        "declares of its owners becomes private facts, all under one epoch."
    )
    button = "Approve"
    party = PartyField(
        required=False, label="Known party", help_text="Choose it where the applicant is a party already."
    )
    renamed = {"legal_name": "party"}

    def perform(self) -> Done:
        done = approve(actor=self.actor, application=self.row, party=self.cleaned_data["party"])
        return Done(f"{done.legal_name} is approved and listed.")


def when(*states: ApplicationState) -> Any:  # noqa: ANN401 - a predicate on rows
    """Offer an act in these states only."""
    return lambda application: application.state in states


@admin.register(Application)
class ApplicationAdmin(ConsoleAdmin):
    acts = (
        Act(
            name="begin_review",
            label="Begin review",
            form=BeginReviewForm,
            icon="play_arrow",
            offered=when(State.SUBMITTED),
        ),
        Act(name="recommend", label="Recommend", form=RecommendForm, icon="thumb_up", offered=when(State.IN_REVIEW)),
        Act(
            name="approve",
            label="Approve",
            form=ApproveForm,
            icon="verified",
            variant=ActionVariant.SUCCESS,
            offered=when(State.RECOMMENDED),
        ),
        Act(
            name="request_changes",
            label="Request changes",
            form=RequestChangesForm,
            icon="edit_note",
            offered=when(State.IN_REVIEW, State.RECOMMENDED),
        ),
        Act(
            name="reject",
            label="Reject",
            form=RejectForm,
            icon="block",
            variant=ActionVariant.DANGER,
            offered=when(State.IN_REVIEW, State.RECOMMENDED),
        ),
    )
    list_display = ("legal_name", "status", "jurisdiction", "applicant", "first_reviewer", "approved_by", "created_at")
    list_filter = ("state",)
    list_select_related = ("applicant", "first_reviewer", "approved_by")
    search_fields = ("legal_name", "website", "contact_name", "contact_email", "applicant__email")
    search_help_text = "Search by company, contact or applicant"
    date_hierarchy = "created_at"
    fieldsets = (
        (None, {"fields": ["legal_name", "trade", "jurisdiction", "website", "contact_name", "contact_email"]}),
        ("Declared", {"fields": ["offers", "owners"]}),
        ("Review", {"fields": ["state_words", "applicant", "first_reviewer", "approved_by", "review_note"]}),
        ("Result", {"fields": ["party_shown", "vendor", "version", "created_at"]}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Application]:
        rows: QuerySet[Application] = super().get_queryset(request)
        return rows.select_related("applicant", "first_reviewer", "approved_by", "party", "vendor")

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the file, and log who looked at it (DESIGN 6)."""
        application = self.get_object(request, object_id)
        if application is not None:
            with transaction.atomic():
                log(action="application.viewed", actor=actor_of(request), subject=application)
        response: HttpResponse = super().change_view(request, object_id, *args, **kwargs)
        return response

    @display(description="State", ordering="state", label=COLOURS)
    def status(self, application: Application) -> tuple[str, str]:
        return (application.state, ApplicationState(application.state).label)

    @display(description="State")
    def state_words(self, application: Application) -> str:
        return ApplicationState(application.state).label

    @display(description="Trade names")
    def trade(self, application: Application) -> str:
        return ", ".join(application.trade_names)

    @display(description="Capabilities")
    def offers(self, application: Application) -> str:
        return bullets([f"{facet}: {', '.join(codes)}" for facet, codes in application.capabilities.items()])

    @display(description="Owners")
    def owners(self, application: Application) -> str:
        return bullets([owner_text(row) for row in application.ownership])

    @display(description="Party")
    def party_shown(self, application: Application) -> str:
        return party_link(application.party)


def owner_text(row: dict[str, str]) -> str:
    """Return one declared interest in words; the shares are percentages as the applicant wrote them."""
    holder = row.get("holder_name") or row.get("holder", "")
    low, high = row.get("share_low", ""), row.get("share_high", "")
    share = f"{low} %" if low == high and low else " to ".join(f"{one} %" for one in (low, high) if one)
    since = f"since {row['start']}" if row.get("start") else ""
    words = TYPE_WORDS.get(row.get("type", ""), row.get("type", ""))
    return f"{holder}: {', '.join(filter(None, (words, share or 'share not stated', since)))}"
