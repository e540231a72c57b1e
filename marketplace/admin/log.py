"""The decision log in the console: read only, whoever asks."""

import json
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import OuterRef, QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from unfold.decorators import display

from conflicts.admin.shown import in_percent, link
from marketplace.accounts.console.pages import ConsoleAdmin
from marketplace.admin.files import is_confidential
from marketplace.models import Client
from marketplace.records.chain import head
from marketplace.records.models import LogEntry, LogSeal


@admin.register(LogEntry)
class LogEntryAdmin(ConsoleAdmin):
    list_display = ("position", "at", "action", "who", "about", "whose", "epoch", "seal_number")
    list_display_links = ("position", "action")
    list_filter = (("action", admin.AllValuesFieldListFilter), "subject_type")
    search_fields = ("action", "actor_label", "=subject_id", "=tenant")
    search_help_text = "Search by action, by who acted, or by the id of a row or client"
    date_hierarchy = "at"
    ordering = ("-position",)
    list_per_page = 100
    fields = ("position", "at", "action", "who", "about", "client", "epoch", "told", "sealed")
    list_before_template = "admin/console/log_head.html"  # type: ignore[assignment]

    def get_queryset(self, request: HttpRequest) -> QuerySet[LogEntry]:
        """Name the client and the seal in the same query."""
        rows: QuerySet[LogEntry] = super().get_queryset(request)
        return rows.select_related("seal").annotate(
            client_name=Client.objects.filter(pk=OuterRef("tenant")).values("name")[:1]
        )

    @display(description="Who", ordering="actor_label")
    def who(self, entry: LogEntry) -> str:
        return entry.actor_label

    @display(description="Client")
    def whose(self, entry: LogEntry) -> str:
        return getattr(entry, "client_name", None) or ""

    @display(description="Seal", ordering="seal__number")
    def seal_number(self, entry: LogEntry) -> str:
        seal = _seal_of(entry)
        return str(seal.number) if seal else ""

    @display(description="Seal")
    def sealed(self, entry: LogEntry) -> str:
        seal = _seal_of(entry)
        return f"{seal.number}, {seal.hash}" if seal else "Not sealed yet: the next seal comes within seconds."

    @display(description="About")
    def about(self, entry: LogEntry) -> str:
        if not entry.subject_type:
            return ""
        words = apps.get_model(entry.subject_type)._meta.verbose_name or entry.subject_type
        try:
            name = f"admin:{entry.subject_type.replace('.', '_')}_change"
            return link(reverse(name, args=[entry.subject_id]), words)
        except NoReverseMatch:
            return str(words)

    @display(description="Client")
    def client(self, entry: LogEntry) -> str:
        row = Client.objects.filter(pk=entry.tenant).first() if entry.tenant else None
        return link(reverse("admin:marketplace_client_change", args=[row.pk]), row.name) if row else ""

    @display(description="What was recorded")
    def told(self, entry: LogEntry) -> str:
        if is_confidential(entry.action):
            return self._behind_the_file(entry)
        text = json.dumps(in_percent(entry.data), indent=2, ensure_ascii=False, cls=DjangoJSONEncoder, sort_keys=True)
        return format_html('<pre class="text-xs whitespace-pre-wrap break-words">{}</pre>', text)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Say above the list up to where the log is sealed."""
        return super().changelist_view(request, {**(extra_context or {}), "log_head": head()})

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def _behind_the_file(self, entry: LogEntry) -> str:
        """Say where it can be read: with a reason, in the client's file (DESIGN 6)."""
        if entry.tenant and Client.objects.filter(pk=entry.tenant).exists():
            address = reverse("admin:marketplace_client_open_file", args=[entry.tenant])
            return link(address, "In the client's confidential file")
        return "It tells what stands in a client's confidential file."

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:  # noqa: ANN401 - as Django types it
        return self.fields


def _seal_of(entry: LogEntry) -> LogSeal | None:
    """Return the seal, None for a row that is too new to have one."""
    seal: LogSeal | None = getattr(entry, "seal", None)
    return seal
