"""Parties in the console, with what they hold and who holds them."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from unfold.decorators import display

from conflicts.admin.fields import DayField, code_field, source_draft, standing_field
from conflicts.admin.shown import bullets, party_link, share_of, source_link, span_of
from conflicts.models import Interest, Party, PartyIdentifier, PartyKind, PartyName
from conflicts.services import add_party, edit_party
from marketplace.accounts.console.acts import Act
from marketplace.accounts.console.forms import ActForm, Done, Group
from marketplace.accounts.console.pages import ConsoleAdmin, ReadOnlyInline
from marketplace.accounts.console.roles import Access, is_compliance

LISTED = forms.Textarea(attrs={"rows": 3})


class PartyFields(forms.Form):
    """What is told of a party."""

    name = forms.CharField(max_length=300)
    kind = code_field(PartyKind, PartyKind.ORGANIZATION)
    jurisdiction = forms.CharField(required=False, max_length=10, help_text="ISO 3166 code such as US or US-DE.")
    segments = forms.CharField(required=False, help_text="Separated by semicolons.")
    aliases = forms.CharField(required=False, widget=LISTED, label="Other names", help_text="One on each line.")
    resolved = forms.BooleanField(
        required=False, initial=True, help_text="Off: it is open who this is, and what touches it is unknown."
    )
    details = forms.CharField(required=False, widget=LISTED)

    def told(self) -> dict[str, Any]:
        """Return it as the services take it."""
        names = ("name", "kind", "jurisdiction", "resolved", "details")
        segments = [word.strip() for word in self.cleaned_data["segments"].split(";")]
        return {**{name: self.cleaned_data[name] for name in names}, "segments": list(filter(None, segments))}

    def other_names(self) -> list[str]:
        lines = (line.strip() for line in self.cleaned_data["aliases"].splitlines())
        return list(filter(None, lines))


class AddPartyForm(PartyFields, ActForm[None]):
    """A party that no source has told of yet."""

    slug = forms.CharField(max_length=100, help_text="Its name in paths and addresses, for good: scale-ai.")
    source_url = forms.CharField(required=False, max_length=1000, label="Address of the source")
    standing = standing_field()
    statement_date = DayField(label="Dated")
    button = "Add the party"
    renamed = {"source": "source_url"}
    groups = (
        (None, {"fields": ["name", "slug", "kind", "jurisdiction", "segments", "aliases", "resolved", "details"]}),
        ("Source", {"fields": ["source_url", ("standing", "statement_date")]}),
    )

    def perform(self) -> Done:
        told = self.cleaned_data
        party = add_party(
            actor=self.actor,
            slug=told["slug"],
            aliases=self.other_names(),
            source=source_draft(told) if told["source_url"] else None,
            **self.told(),
        )
        return Done(f"{party} is added.", reverse("admin:conflicts_party_change", args=[party.pk]))


class EditPartyForm(PartyFields, ActForm[Party]):
    """What is told of a party; its slug stays."""

    intro = "Other names can be added here; those it has stay."

    def starting(self) -> dict[str, Any]:
        names = ("name", "kind", "jurisdiction", "resolved", "details")
        return {**{name: getattr(self.row, name) for name in names}, "segments": "; ".join(self.row.segments)}

    def perform(self) -> Done:
        news = {name: value for name, value in self.told().items() if value != getattr(self.row, name)}
        party = edit_party(actor=self.actor, party=self.row, aliases=self.other_names(), **news)
        return Done(f"{party} is saved.")


class NameInline(ReadOnlyInline):
    model = PartyName
    fields = ("name", "kind")
    verbose_name_plural = "Other names"


class IdentifierInline(ReadOnlyInline):
    model = PartyIdentifier
    fields = ("scheme", "value")


class UnresolvedFilter(admin.SimpleListFilter):
    """Those of whom it is open who they are."""

    title = "identity"
    parameter_name = "identity"

    def lookups(self, request: HttpRequest, model_admin: "admin.ModelAdmin[Any]") -> list[tuple[str, str]]:
        return [("open", "Open")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Party]) -> QuerySet[Party]:
        return queryset.filter(resolved=False) if self.value() == "open" else queryset


@admin.register(Party)
class PartyAdmin(ConsoleAdmin):
    readers = Access.BOTH
    add = Act(name="add", label="Add a party", form=AddPartyForm)
    acts = (Act(name="edit", label="Edit", form=EditPartyForm, icon="edit"),)
    list_display = ("name", "slug", "kind", "jurisdiction", "segment_words", "identity")
    list_filter = ("kind", UnresolvedFilter)
    search_fields = ("name", "slug", "names__name", "identifiers__value")
    search_help_text = "Search by any name, slug or identifier"
    inlines = (NameInline, IdentifierInline)

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:  # noqa: ANN401 - as Django types it
        """Show interests to those who may see them."""
        facts = ["holders", "holdings"] if is_compliance(request) else []
        own = ["name", "slug", "kind", "jurisdiction", "segment_words", "resolved", "details", "told_by"]
        groups: list[Group] = [(None, {"fields": own})]
        return [*groups, ("Newest facts", {"fields": facts})] if facts else groups

    def get_queryset(self, request: HttpRequest) -> QuerySet[Party]:
        return super().get_queryset(request).select_related("source")

    @display(description="Identity", label={"open": "warning"})
    def identity(self, party: Party) -> str | None:
        return None if party.resolved else "open"

    @display(description="Segments")
    def segment_words(self, party: Party) -> str:
        return ", ".join(party.segments)

    @display(description="Document")
    def told_by(self, party: Party) -> str:
        return source_link(party.source)

    @display(description="Held by")
    def holders(self, party: Party) -> str:
        return bullets([_line(row, row.holder) for row in party.holders.current().select_related("holder", "source")])

    @display(description="Holds")
    def holdings(self, party: Party) -> str:
        return bullets([_line(row, row.subject) for row in party.held.current().select_related("subject", "source")])


def _line(row: Interest, other: Party) -> str:
    words = ", ".join(filter(None, (row.get_type_display().lower(), share_words(row), span_of(row))))
    return format_html("{}: {}; {}", party_link(other), words, source_link(row.source))


def share_words(row: Interest) -> str:
    """Return the share where one is stated."""
    return "" if row.share_low is None and row.share_high is None else share_of(row)
