"""What a list can be asked for. A name that stands in no filter set is refused at the door."""

from collections.abc import Iterable
from typing import ClassVar

from django_filters import Filter
from django_filters.rest_framework.filterset import FilterSet
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from marketplace.api.references import ReferenceFilter, no_such_name
from marketplace.models import Client

PAGING = ("page", "page_size")
COMPLIANCE_ONLY = frozenset({"client", "reason", "visibility"})
"""The parameters that do not exist for anyone else."""
REASON = "Why compliance staff look, for the decision log: they must say it, and nobody else has this parameter."


class Filters(FilterSet):
    """The filters of one list."""

    base_filters: ClassVar[dict[str, Filter]]


class ClientFilters(Filters):
    """For rows that belong to a client: compliance can ask for one client's."""

    client = ReferenceFilter(
        Client.objects.all(), help_text="Slug or id of a client; for compliance staff, nobody else has it."
    )


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
