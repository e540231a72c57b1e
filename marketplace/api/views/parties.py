"""Parties: who can hold or be held."""

from http import HTTPStatus
from typing import ClassVar
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django_filters import filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from conflicts.models import Party, PartyKind, PartyName
from conflicts.services import add_party
from marketplace.api import visibility
from marketplace.api.callers import ANYONE, STAFF
from marketplace.api.doors import Door
from marketplace.api.filters import Filters
from marketplace.api.serializers.parties import PartyIn, PartyOut


class PartyFilters(Filters):
    q = filters.CharFilter(method="named", max_length=300, help_text="A part of a name, an alias or the slug.")
    slug = filters.CharFilter(max_length=100)
    kind = filters.ChoiceFilter(choices=PartyKind.choices)
    jurisdiction = filters.CharFilter(max_length=10)

    class Meta:
        model = Party
        fields: ClassVar[list[str]] = []

    def named(self, rows: QuerySet[Party], name: str, value: str) -> QuerySet[Party]:
        other = PartyName.objects.filter(party=OuterRef("pk"), name__icontains=value)
        return rows.filter(Q(name__icontains=value) | Q(slug__icontains=value) | Exists(other))


class PartiesDoor(Door):
    queryset = Party.objects.all()
    filterset_class = PartyFilters
    may = {"GET": ANYONE, "POST": STAFF}
    refuses = {"POST": (HTTPStatus.CONFLICT,)}

    def visible(self) -> QuerySet[Party]:
        return visibility.parties(self.caller).prefetch_related("names", "identifiers").order_by("name", "id")

    @extend_schema(operation_id="parties_list", responses=PartyOut(many=True))
    def get(self, request: Request) -> Response:
        """List parties by name."""
        return self.listed(PartyOut)

    @extend_schema(operation_id="parties_add", request=PartyIn, responses={201: PartyOut})
    def post(self, request: Request) -> Response:
        """Add a party; for staff."""
        party = add_party(actor=self.user, **self.body(PartyIn))
        return self.shown(PartyOut, party, HTTPStatus.CREATED)


class PartyDoor(Door):
    queryset = Party.objects.all()
    may = {"GET": ANYONE}

    def visible(self) -> QuerySet[Party]:
        return visibility.parties(self.caller)

    @extend_schema(operation_id="parties_get", responses=PartyOut)
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the path
        """Read one party with its other names and its identifiers."""
        return self.shown(PartyOut, self.row)
