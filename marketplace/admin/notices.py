"""Notices in the console: who was told, and which e-mails still wait."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.decorators import display

from marketplace.accounts.console.pages import ConsoleAdmin
from marketplace.models import NOTICE_KINDS, Notice

LABELS = {str(kind): str(label) for kind, label in NOTICE_KINDS}


class EmailFilter(admin.SimpleListFilter):
    """How far the e-mail is."""

    title = "e-mail"
    parameter_name = "mail"

    def lookups(self, request: HttpRequest, model_admin: "admin.ModelAdmin[Any]") -> list[tuple[str, str]]:
        return [("unsent", "Unsent"), ("failed", "Failed so far"), ("sent", "Sent")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Notice]) -> QuerySet[Notice]:
        unsent = Notice.objects.unsent().values("pk")
        match self.value():
            case "unsent":
                return queryset.filter(pk__in=unsent)
            case "failed":
                return queryset.filter(pk__in=unsent).exclude(error="")
            case "sent":
                return queryset.filter(sent_at__isnull=False)
        return queryset


class KindFilter(admin.SimpleListFilter):
    """What happened, to an alert or to a decision or waiver."""

    title = "kind"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: "admin.ModelAdmin[Any]") -> list[tuple[str, str]]:
        return list(LABELS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Notice]) -> QuerySet[Notice]:
        kind = self.value()
        return queryset.filter(pk__in=Notice.objects.of_kind(kind).values("pk")) if kind else queryset


@admin.register(Notice)
class NoticeAdmin(ConsoleAdmin):
    """Written before its e-mail, which workers send."""

    list_display = ("user", "client", "what", "created_at", "email", "sent_at", "tries", "next_try_at", "error")
    list_filter = (EmailFilter, KindFilter, "client")
    list_select_related = (
        *("user", "client", "event__alert__vendor"),
        "decision_notice__decision__subject__vendor",
    )
    search_fields = (
        *("user__email", "client__name", "event__alert__vendor__name"),
        "decision_notice__decision__subject__name",
    )
    search_help_text = "Search by person, client or vendor"
    date_hierarchy = "created_at"
    fields = (
        *("user", "client", "event", "decision_notice", "created_at"),
        *("read_at", "email", "sent_at", "tries", "next_try_at", "error"),
    )

    @display(description="What")
    def what(self, notice: Notice) -> str:
        return f"{notice.vendor}: {notice.of} {LABELS[notice.kind].lower()}"
