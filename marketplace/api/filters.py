"""What a list can be asked for. A name that stands in no filter set is refused at the door."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db.models import QuerySet
from django_filters import Filter
from django_filters.rest_framework.backends import DjangoFilterBackend
from django_filters.rest_framework.filterset import FilterSet
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.views import APIView

from marketplace.api import visibility
from marketplace.api.callers import Caller
from marketplace.api.references import ReferenceFilter, no_such_name
from marketplace.models import Client

PAGING = ("page", "page_size")
COMPLIANCE_ONLY = frozenset({"client", "reason", "visibility"})
"""The parameters that do not exist for anyone else."""
REASON = "Why compliance staff look, for the decision log: they must say it, and nobody else has this parameter."


class Filters(FilterSet):
    """The filters of one list."""

    base_filters: ClassVar[dict[str, Filter]]

    def __init__(self, *args: Any, caller: Caller, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[no-untyped-call]
        self.caller = caller
        for found in self.filters.values():
            if isinstance(found, ReferenceFilter):
                found.show_to(caller)

    def checked(self) -> dict[str, Any]:
        """Return what the parameters say; raises ValidationError with a sentence for each that is wrong."""
        if not self.is_valid():  # type: ignore[no-untyped-call]
            told = {
                name: [str(error["message"]) for error in found] for name, found in self.errors.get_json_data().items()
            }
            raise ValidationError(told)
        cleaned: dict[str, Any] = self.form.cleaned_data
        return cleaned


WHOSE = "Slug or id of a client; for compliance staff, nobody else has it."


class ClientFilters(Filters):
    """For rows that belong to a client: compliance can ask for one client's."""

    client = ReferenceFilter(visibility.clients, help_text=WHOSE)


class TenantFilters(Filters):
    """As ClientFilters, for rows that know their client by its tenant key alone."""

    client = ReferenceFilter(visibility.clients, field_name="tenant", help_text=WHOSE)


class FilterBackend(DjangoFilterBackend):
    """Tells a filter set who asks."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: APIView) -> QuerySet[Any]:
        found = self.get_filterset(request, queryset, view)  # type: ignore[no-untyped-call]
        if found is None:
            return queryset
        found.checked()
        rows: QuerySet[Any] = found.qs
        return rows

    def get_filterset_kwargs(self, request: Request, queryset: QuerySet[Any], view: APIView) -> dict[str, Any]:
        told: dict[str, Any] = super().get_filterset_kwargs(request, queryset, view)  # type: ignore[no-untyped-call]
        return {**told, "caller": view.caller}  # type: ignore[attr-defined]


def client_of(request: Request, caller: Caller) -> Client | None:
    """Return the client that compliance staff name, None where they name none."""
    found = asked(ClientFilters, request, caller)["client"]
    return found if isinstance(found, Client) else None


def asked(kind: type[Filters], request: Request, caller: Caller) -> dict[str, Any]:
    """Return what the query parameters say, by name; raises ValidationError as a list does."""
    return kind(request.query_params, Client.objects.none(), request=request, caller=caller).checked()


def refuse_unknown(request: Request, known: Iterable[str]) -> None:
    """Raise ValidationError for a query parameter that is unknown, empty or given twice.

    A misspelt filter would else answer with every row.
    """
    names = list(known)
    problems = {name: problem for name in request.query_params if (problem := _problem(request, name, names))}
    if problems:
        raise ValidationError(problems)


def _problem(request: Request, name: str, known: list[str]) -> str:
    values = request.query_params.getlist(name)
    if name not in known:
        return no_such_name(name, known)
    if len(values) > 1:
        return f"{name} is given {len(values)} times: give it once."
    return "" if values[0].strip() else f"{name} is empty: give it a value or leave it out."
