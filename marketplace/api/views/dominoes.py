"""Events and what each touched, client by client: for compliance staff alone."""

from typing import ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django_filters import filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from conflicts.models import ChangeKind, FactChange
from marketplace.api import visibility
from marketplace.api.callers import COMPLIANCE
from marketplace.api.doors import Door
from marketplace.api.filters import Filters
from marketplace.api.serializers.dominoes import ChangeOut, DominoOut
from marketplace.services.dominoes import domino, touching


class EventFilters(Filters):
    kind = filters.ChoiceFilter(choices=ChangeKind.choices)
    touches = filters.BooleanFilter(field_name="is_touching", help_text="Only those that moved something, or nothing.")

    class Meta:
        model = FactChange
        fields: ClassVar[list[str]] = []


class EventsDoor(Door):
    queryset = FactChange.objects.all()
    filterset_class = EventFilters
    may = {"GET": COMPLIANCE}

    def visible(self) -> QuerySet[FactChange]:
        return touching().filter(pk__in=visibility.events(self.caller).values("pk"))

    @extend_schema(operation_id="events_list", responses=ChangeOut(many=True))
    def get(self, request: Request) -> Response:
        """List what moved the facts, newest first."""
        return self.listed(ChangeOut)


class DominoDoor(Door):
    queryset = FactChange.objects.all()
    may = {"GET": COMPLIANCE}

    def visible(self) -> QuerySet[FactChange]:
        return visibility.events(self.caller)

    @extend_schema(operation_id="events_get", responses=DominoOut)
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the path
        """Read what one event touched: clients, engagements, matches of open requests, alerts, and what is at risk."""
        return self.shown(DominoOut, domino(self.row))
