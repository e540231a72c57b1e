"""Filters of lists of facts."""

from collections.abc import Iterator
from typing import Any

from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest

from marketplace.records import clock


class VersionFilter(SimpleListFilter):
    """Newest versions unless others are asked for: what was superseded stays for the record."""

    title = "version"
    parameter_name = "version"

    def lookups(self, request: HttpRequest, model_admin: "ModelAdmin[Any]") -> list[tuple[str, str]]:
        return [("today", "In force today"), ("superseded", "Superseded"), ("all", "All versions")]

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """Name the default, which Django would call All."""
        first, *others = super().choices(changelist)
        yield {**first, "display": "Newest"}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.value()
        if chosen == "all" or queryset_is_for_one(request):
            return queryset
        if chosen == "superseded":
            return queryset.filter(superseded_at__isnull=False)
        newest = queryset.filter(superseded_at=None)
        return newest.in_force(clock.today()) if chosen == "today" else newest  # type: ignore[attr-defined]


def queryset_is_for_one(request: HttpRequest) -> bool:
    """Whether the list is asked for the versions of one fact, all of which are wanted then."""
    return "series" in request.GET
