"""Interests: what parties hold in each other."""

import datetime as dt
from http import HTTPStatus
from typing import ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django_filters import filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from conflicts.loading import LAST_MOMENT
from conflicts.models import Certainty, Interest, InterestType, Visibility
from conflicts.services import record_event
from marketplace.api import visibility
from marketplace.api.callers import ANYONE, STAFF
from marketplace.api.doors import Door
from marketplace.api.filters import Filters
from marketplace.api.references import ReferenceFilter
from marketplace.api.serializers.interests import EventIn, EventOut, InterestOut


class InterestFilters(Filters):
    holder = ReferenceFilter(visibility.parties, help_text="Slug or id of the holder.")
    subject = ReferenceFilter(visibility.parties, help_text="Slug or id of the subject.")
    type = filters.ChoiceFilter(choices=InterestType.choices)
    certainty = filters.ChoiceFilter(choices=Certainty.choices)
    as_of = filters.DateFilter(method="in_force", help_text="In force, or perhaps in force, on this day.")
    as_known = filters.DateFilter(method="known", help_text="As known at the end of this UTC day; else as known now.")
    visibility = filters.ChoiceFilter(choices=Visibility.choices, help_text="For compliance staff.")

    class Meta:
        model = Interest
        fields: ClassVar[list[str]] = []

    def in_force(self, rows: QuerySet[Interest], name: str, value: dt.date) -> QuerySet[Interest]:
        return rows.filter(pk__in=Interest.objects.in_force(value))

    def known(self, rows: QuerySet[Interest], name: str, value: dt.date) -> QuerySet[Interest]:
        return rows.filter(pk__in=Interest.objects.known_at(dt.datetime.combine(value, LAST_MOMENT)))

    def filter_queryset(self, queryset: QuerySet[Interest]) -> QuerySet[Interest]:
        rows: QuerySet[Interest] = super().filter_queryset(queryset)  # type: ignore[no-untyped-call]
        return rows if self.form.cleaned_data["as_known"] else rows.filter(superseded_at=None)


class InterestsDoor(Door):
    queryset = Interest.objects.all()
    filterset_class = InterestFilters
    may = {"GET": ANYONE, "POST": STAFF}
    refuses = {"POST": (HTTPStatus.CONFLICT,)}

    def visible(self) -> QuerySet[Interest]:
        rows = visibility.interests(self.caller).select_related("holder", "subject", "source", "end_source")
        return rows.order_by("subject__slug", "holder__slug", "type", "start", "id")

    @extend_schema(operation_id="interests_list", responses=InterestOut(many=True))
    def get(self, request: Request) -> Response:
        """List interests; those declared in private are for compliance staff."""
        return self.listed(InterestOut)

    @extend_schema(operation_id="interests_record", request=EventIn, responses={201: EventOut})
    def post(self, request: Request) -> Response:
        """Record an event: several interests that begin and end at once, or none of them; for staff."""
        told = self.body(EventIn)
        change = record_event(actor=self.user, **told)
        return self.shown(EventOut, change, HTTPStatus.CREATED)


class InterestDoor(Door):
    queryset = Interest.objects.all()
    may = {"GET": ANYONE}

    def visible(self) -> QuerySet[Interest]:
        return visibility.interests(self.caller).select_related("holder", "subject", "source", "end_source")

    @extend_schema(operation_id="interests_get", responses=InterestOut)
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the path
        """Read one version of an interest."""
        return self.shown(InterestOut, self.row)
