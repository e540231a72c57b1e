"""Engagements: running work."""

from http import HTTPStatus
from typing import ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django_filters import filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from marketplace.api import visibility
from marketplace.api.callers import ENGAGED, MEMBER
from marketplace.api.doors import Door
from marketplace.api.filters import ClientFilters
from marketplace.api.references import ReferenceFilter
from marketplace.api.serializers.engagements import EngagementEndIn, EngagementIn, EngagementOut
from marketplace.models import Engagement, EngagementStatus
from marketplace.services.engagements import EngagementDraft, declare_engagement, end_engagement


class EngagementFilters(ClientFilters):
    vendor = ReferenceFilter(visibility.vendors, help_text="Slug or id of a vendor.")
    status = filters.ChoiceFilter(choices=EngagementStatus.choices)

    class Meta:
        model = Engagement
        fields: ClassVar[list[str]] = []


class EngagementsDoor(Door):
    queryset = Engagement.objects.all()
    filterset_class = EngagementFilters
    may = {"GET": ENGAGED, "POST": MEMBER}
    refuses = {"POST": (HTTPStatus.CONFLICT,)}

    def visible(self) -> QuerySet[Engagement]:
        rows = visibility.engagements(self.caller).select_related("client", "vendor")
        return rows.order_by("vendor__name", "title", "id")

    @extend_schema(operation_id="engagements_list", responses=EngagementOut(many=True))
    def get(self, request: Request) -> Response:
        """List the work of your client, or of your vendor."""
        return self.listed(EngagementOut)

    @extend_schema(operation_id="engagements_declare", request=EngagementIn, responses={201: EngagementOut})
    def post(self, request: Request) -> Response:
        """Declare work that runs since before your client joined; it is watched like any other."""
        told = self.body(EngagementIn)
        vendor, draft = told.pop("vendor"), EngagementDraft(**told)
        row = declare_engagement(actor=self.user, client=self.client, vendor=vendor, draft=draft)
        return self.shown(EngagementOut, row, HTTPStatus.CREATED)


class EngagementDoor(Door):
    queryset = Engagement.objects.all()
    may = {"GET": ENGAGED}

    def visible(self) -> QuerySet[Engagement]:
        return visibility.engagements(self.caller).select_related("client", "vendor")

    @extend_schema(operation_id="engagements_get", responses=EngagementOut)
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the path
        """Read one engagement."""
        return self.shown(EngagementOut, self.row)


class EndEngagementDoor(Door):
    queryset = Engagement.objects.all()
    may = {"POST": MEMBER}
    refuses = {"POST": (HTTPStatus.CONFLICT,)}

    def visible(self) -> QuerySet[Engagement]:
        return visibility.engagements(self.caller).select_related("client", "vendor")

    @extend_schema(operation_id="engagements_end", request=EngagementEndIn, responses=EngagementOut)
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the path
        """Tell that the work has ended; its alerts close."""
        ended = end_engagement(actor=self.user, engagement=self.row, **self.body(EngagementEndIn))
        return self.shown(EngagementOut, ended)
