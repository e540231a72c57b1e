"""What is kept up to date: changes, watched pairs and their screenings. Parked pairs can be tried again."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from unfold.decorators import display

from conflicts.admin.findings import findings_html, rules_text
from conflicts.admin.shown import OUTCOME_COLOURS, Labelled, outcome_label, party_link
from conflicts.models import FactChange, Party, Screening, Watch
from conflicts.services.watches import retry_pair, retry_parked
from marketplace.accounts.console.acts import Act
from marketplace.accounts.console.forms import ActForm, Done
from marketplace.accounts.console.pages import ConsoleAdmin
from marketplace.accounts.console.roles import Access

BEHIND_COLOURS = {"behind": "warning", "parked": "danger", "up to date": "success"}


class RetryForm(ActForm[Watch]):
    """One more row of tries."""

    intro = "The pair is screened again, with as many tries as a new one. It stays unknown until one succeeds."
    button = "Try again"

    def perform(self) -> Done:
        retry_pair(actor=self.actor, watch=self.row)
        return Done("The pair is screened again in a moment.")


class RetryParkedForm(ActForm[None]):
    """One more row of tries for every parked pair; which ones those are it does not tell."""

    intro = (
        "Every parked pair is screened again. Each stays unknown until a try succeeds; the worker's log says why not."
    )
    button = "Try all again"

    def perform(self) -> Done:
        count = retry_parked(actor=self.actor)
        return Done(f"Pairs that are screened again in a moment: {count}.", reverse("admin:index"))


def is_parked(watch: Watch) -> bool:
    return watch.parked_at is not None


class BehindFilter(admin.SimpleListFilter):
    """What a worker has still to do."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: "admin.ModelAdmin[Any]") -> list[tuple[str, str]]:
        return [("behind", "Behind"), ("parked", "Parked")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Watch]) -> QuerySet[Watch]:
        if self.value() == "behind":
            return queryset.filter(pk__in=Watch.objects.behind().values("pk"))
        return queryset.filter(pk__in=Watch.objects.parked().values("pk")) if self.value() == "parked" else queryset


@admin.register(Watch)
class WatchAdmin(ConsoleAdmin):
    acts = (Act(name="retry", label="Try again", form=RetryForm, icon="replay", offered=is_parked),)
    # Operators keep the workers going: they may have all tried again without being told whose they are (DESIGN 6).
    list_acts = (
        Act(
            name="retry_parked",
            label="Try parked pairs again",
            form=RetryParkedForm,
            access=Access.BOTH,
            icon="replay",
        ),
    )
    list_display = ("principal", "subject", "state", "has", "want_epoch", "failures")
    list_display_links = ("principal", "subject")
    list_filter = (BehindFilter, ("principal", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("principal", "subject", "screening")
    search_fields = ("principal__name", "principal__slug", "subject__name", "subject__slug")
    search_help_text = "Search by principal or subject"
    fields = ("principal", "subject", "state", "problem", "has", "want_epoch", "failures", "parked_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Watch]:
        """Tell for every pair, in the one query, whether it is behind."""
        behind = Watch.objects.behind().filter(pk=OuterRef("pk"))
        rows: QuerySet[Watch] = super().get_queryset(request).annotate(is_behind=Exists(behind))
        return rows

    @display(description="State", label=BEHIND_COLOURS)
    def state(self, watch: Watch) -> str:
        if watch.parked_at:
            return "parked"
        return "behind" if getattr(watch, "is_behind", False) else "up to date"

    @display(description="Problem")
    def problem(self, watch: Watch) -> str:
        screening = getattr(watch, "screening", None)
        return (screening.problem if screening else "") or "-"

    @display(description="Has epoch", ordering="screening__epoch")
    def has(self, watch: Watch) -> int | None:
        screening = getattr(watch, "screening", None)
        return screening.epoch if screening else None


@admin.register(Screening)
class ScreeningAdmin(ConsoleAdmin):
    list_display = ("principal", "subject", "verdict", "rules", "coverage", "newest_source", "as_of", "epoch")
    list_display_links = ("principal", "subject")
    list_filter = ("outcome", "coverage", ("principal", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("principal", "subject")
    search_fields = ("principal__name", "principal__slug", "subject__name", "subject__slug")
    search_help_text = "Search by principal or subject"
    fieldsets = (
        (None, {"fields": ["principal_link", "subject_link", "result", "problem", "coverage", "newest_source"]}),
        ("Findings", {"fields": ["proof"]}),
        ("Record", {"fields": ["as_of", "epoch", "rule_version", "screened_at"]}),
    )

    @display(description="Outcome", ordering="outcome", label=OUTCOME_COLOURS)
    def verdict(self, screening: Screening) -> Labelled:
        return outcome_label(screening.outcome)

    @display(description="Outcome")
    def result(self, screening: Screening) -> str:
        return screening.get_outcome_display()

    @display(description="Rules")
    def rules(self, screening: Screening) -> str:
        return rules_text(screening.findings)

    @display(description="Principal")
    def principal_link(self, screening: Screening) -> str:
        return party_link(screening.principal)

    @display(description="Vendor's party")
    def subject_link(self, screening: Screening) -> str:
        return party_link(screening.subject)

    @display(description="What was found")
    def proof(self, screening: Screening) -> str:
        return findings_html(screening.findings)


class ExpandedFilter(admin.SimpleListFilter):
    """Whether the change has reached the watched pairs."""

    title = "expansion"
    parameter_name = "expansion"

    def lookups(self, request: HttpRequest, model_admin: "admin.ModelAdmin[Any]") -> list[tuple[str, str]]:
        return [("waiting", "Waiting")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[FactChange]) -> QuerySet[FactChange]:
        return queryset.filter(expanded_at=None) if self.value() == "waiting" else queryset


@admin.register(FactChange)
class FactChangeAdmin(ConsoleAdmin):
    """What moved the epoch. What it says in detail stands in the decision log."""

    list_display = ("epoch", "kind", "reach", "at", "actor", "parties_shown", "expanded")
    list_filter = ("kind", "reach", ExpandedFilter)
    list_select_related = ("actor",)
    date_hierarchy = "at"
    fields: ClassVar[tuple[str, ...]] = ("epoch", "kind", "reach", "at", "actor", "parties_named", "expanded_at")

    @display(description="Parties")
    def parties_shown(self, change: FactChange) -> str:
        return f"{len(change.parties)}" if shows_parties(change) else "confidential"

    @display(description="Expanded", boolean=True)
    def expanded(self, change: FactChange) -> bool:
        return change.expanded_at is not None

    @display(description="Parties")
    def parties_named(self, change: FactChange) -> str:
        if not shows_parties(change):
            return "They stand in a client's confidential file: open it with a reason."
        rows = Party.objects.filter(pk__in=change.parties).order_by("name")
        return format_html("<div>{}</div>", ", ".join(str(party) for party in rows) or "-")


def shows_parties(change: FactChange) -> bool:
    """Whether the parties may be shown without a reason: those of a client's list may not (DESIGN 6)."""
    return change.tenant is None
