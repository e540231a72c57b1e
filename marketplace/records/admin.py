"""The decision log in the admin, to be read; and the banner of a story database."""

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from marketplace.records import clock
from marketplace.records.models import LogEntry


@admin.register(LogEntry)
class LogEntryAdmin(ModelAdmin):
    list_display = ("position", "at", "action", "actor_label", "subject_type", "epoch")
    list_filter = ("action", "subject_type", "at")
    search_fields = ("action", "actor_label", "=tenant", "=subject_id")
    list_select_related = ("actor",)
    fields = readonly_fields = (
        *("position", "at", "epoch", "actor", "actor_label", "action"),
        *("tenant", "subject_type", "subject_id", "data"),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: LogEntry | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: LogEntry | None = None) -> bool:
        return False


def story_banner(_: HttpRequest) -> list[str] | None:
    """Return unfold's label for the top of every page: in a story database its date, else nothing."""
    date = clock.story_date()
    return [f"Story database, {date:%-d %B %Y}", "warning"] if date else None
