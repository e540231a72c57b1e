"""Sources and publicly known rivals in the console."""

from django import forms
from django.contrib import admin
from django.urls import reverse
from unfold.decorators import display

from conflicts.admin.fields import SOURCE_GROUP, PartyField, SourceFields
from conflicts.admin.shown import party_link, source_link
from conflicts.models import Competition, Source
from conflicts.services import add_competition
from marketplace.accounts.console.acts import Act
from marketplace.accounts.console.forms import ActForm, Done
from marketplace.accounts.console.pages import ConsoleAdmin


@admin.register(Source)
class SourceAdmin(ConsoleAdmin):
    """Sources come with the facts that they tell of."""

    list_display = ("name", "standing", "statement_date", "retrieved_on", "url")
    list_filter = ("standing",)
    search_fields = ("url", "publisher")
    search_help_text = "Search by publisher or address"
    fields = ("link", "publisher", "standing", "statement_date", "retrieved_on", "licence")

    @display(description="Publisher", ordering="publisher")
    def name(self, source: Source) -> str:
        return str(source)

    @display(description="Address")
    def link(self, source: Source) -> str:
        return source_link(source)


class AddCompetitionForm(SourceFields, ActForm[None]):
    """Two parties that a source describes as rivals."""

    intro = "This proposes competitor lists to clients and changes no outcome."
    button = "Record the rivals"
    a = PartyField(label="One")
    b = PartyField(label="The other")
    segment = forms.CharField(max_length=100)
    groups = ((None, {"fields": [("a", "b"), "segment"]}), SOURCE_GROUP)
    renamed = {"source": "source_url"}

    def perform(self) -> Done:
        told = self.cleaned_data
        add_competition(actor=self.actor, a=told["a"], b=told["b"], segment=told["segment"], source=self.source_draft())
        return Done("The rivals are recorded.", reverse("admin:conflicts_competition_changelist"))


@admin.register(Competition)
class CompetitionAdmin(ConsoleAdmin):
    add = Act(name="add", label="Record public rivals", form=AddCompetitionForm)
    list_display = ("a", "b", "segment", "told_by")
    list_display_links = ("a", "b")
    list_filter = ("segment",)
    list_select_related = ("a", "b", "source")
    search_fields = ("a__name", "a__slug", "b__name", "b__slug", "segment")
    search_help_text = "Search by party or segment"
    fields = ("one", "other", "segment", "told_by")

    @display(description="One")
    def one(self, row: Competition) -> str:
        return party_link(row.a)

    @display(description="The other")
    def other(self, row: Competition) -> str:
        return party_link(row.b)

    @display(description="Source")
    def told_by(self, row: Competition) -> str:
        return source_link(row.source)
