"""Interests in the console: looked at here, recorded by events, ended, corrected and retracted by acts."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode
from unfold.decorators import display
from unfold.enums import ActionVariant

from conflicts.admin.events import EventForm
from conflicts.admin.filters import VersionFilter
from conflicts.admin.interest_forms import CorrectInterestForm, EndInterestForm, RetractInterestForm, is_newest
from conflicts.admin.shown import (
    amount_text,
    interest_text,
    link,
    nowrap,
    party_link,
    remarks_of,
    share_of,
    source_link,
    span_of,
)
from conflicts.models import Interest
from marketplace.accounts.console.acts import Act
from marketplace.accounts.console.pages import ConsoleAdmin

CHOICES_SHOWN = 30
RECORD_EVENT = Act(
    name="event",
    label="Record an event",
    form=EventForm,
    icon="add",
    variant=ActionVariant.PRIMARY,
    template="admin/console/event.html",
)


@admin.register(Interest)
class InterestAdmin(ConsoleAdmin):
    list_acts = (RECORD_EVENT,)
    acts = (
        Act(name="end", label="End", form=EndInterestForm, icon="event_busy", offered=is_newest),
        Act(name="correct", label="Correct", form=CorrectInterestForm, icon="edit", offered=is_newest),
        Act(
            name="retract",
            label="Retract",
            form=RetractInterestForm,
            icon="undo",
            variant=ActionVariant.DANGER,
            offered=is_newest,
        ),
    )
    actions = ("end_in_event",)
    list_display = ("holder", "kind", "subject", "share", "begins", "ends", "told_by", "remarks")
    list_display_links = ("kind",)
    list_filter = (VersionFilter, "type", "certainty", "visibility", "source__standing")
    list_select_related = ("holder", "subject", "source")
    search_fields = (
        "holder__name",
        "holder__slug",
        "holder__names__name",
        "subject__name",
        "subject__slug",
        "subject__names__name",
        "details",
    )
    search_help_text = "Search by holder, by what is held, or in the details"
    fieldsets = (
        (None, {"fields": ["holder_link", "type", "subject_link", "share", "dates", "money"]}),
        ("Source", {"fields": ["told_by", "statement_date", "details", "ended_by", "end_details"]}),
        ("Record", {"fields": ["certainty", "visibility", "recorded", "superseded", "versions"]}),
    )

    @display(description="Type", ordering="type")
    def kind(self, interest: Interest) -> str:
        return interest.get_type_display()

    @display(description="Share", ordering="share_low")
    def share(self, interest: Interest) -> str:
        return nowrap(share_of(interest))

    @display(description="Begins", ordering="start_first")
    def begins(self, interest: Interest) -> str:
        return nowrap(interest.start or "unknown")

    @display(description="Ends", ordering="end_last")
    def ends(self, interest: Interest) -> str:
        return nowrap(interest.end)

    @display(description="Remarks")
    def remarks(self, interest: Interest) -> str:
        return remarks_of(interest)

    @display(description="Dates")
    def dates(self, interest: Interest) -> str:
        return span_of(interest)

    @display(description="Amount")
    def money(self, interest: Interest) -> str:
        until = f" until {interest.amount_until}" if interest.amount_until else ""
        return f"{amount_text(interest)}{until}"

    @display(description="Holder")
    def holder_link(self, interest: Interest) -> str:
        return party_link(interest.holder)

    @display(description="Held in")
    def subject_link(self, interest: Interest) -> str:
        return party_link(interest.subject)

    @display(description="Source", ordering="source__standing")
    def told_by(self, interest: Interest) -> str:
        return source_link(interest.source)

    @display(description="Dated")
    def statement_date(self, interest: Interest) -> str:
        return str(interest.source.statement_date or "")

    @display(description="End told by")
    def ended_by(self, interest: Interest) -> str:
        return source_link(interest.end_source) if interest.end_source else ""

    @display(description="Recorded")
    def recorded(self, interest: Interest) -> str:
        return f"{interest.recorded_at:%Y-%m-%d %H:%M} UTC, epoch {interest.recorded_by.epoch}"

    @display(description="Superseded")
    def superseded(self, interest: Interest) -> str:
        if interest.superseded_at is None or interest.superseded_by is None:
            return ""
        return f"{interest.superseded_at:%Y-%m-%d %H:%M} UTC, epoch {interest.superseded_by.epoch}"

    @display(description="Versions")
    def versions(self, interest: Interest) -> str:
        count = Interest.objects.filter(series=interest.series).count()
        address = f"{reverse('admin:conflicts_interest_changelist')}?series={interest.series}"
        return link(address, f"all {count}") if count > 1 else "this is the only one"

    @admin.action(description="Record an event that ends these")
    def end_in_event(self, request: HttpRequest, queryset: QuerySet[Interest]) -> HttpResponse | None:
        ends = [("end", str(pk)) for pk in queryset.filter(superseded_at=None).values_list("pk", flat=True)]
        if not ends:
            messages.error(request, "None of these is the newest version of its fact: choose newest ones.")
            return None
        address = reverse("admin:conflicts_interest_event")
        return HttpResponseRedirect(f"{address}?{urlencode(ends)}")

    def get_urls(self) -> list[URLPattern]:
        choices = self.admin_site.admin_view(self.choices)
        return [path("choices/", choices, name="conflicts_interest_choices"), *super().get_urls()]

    def choices(self, request: HttpRequest) -> JsonResponse:
        """Answer the field in which a running interest is chosen by typing."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = self.get_queryset(request).filter(superseded_at=None, end="").select_related("holder", "subject")
        for word in request.GET.get("term", "").split():
            rows = rows.filter(
                Q(holder__name__icontains=word) | Q(subject__name__icontains=word) | Q(type__icontains=word)
            )
        results = [{"id": str(row.pk), "text": interest_text(row)} for row in rows[:CHOICES_SHOWN]]
        return JsonResponse({"results": results, "pagination": {"more": False}})

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return lookup == "series" or super().lookup_allowed(lookup, value, request)
