"""Labeling requests and their matches."""

from dataclasses import fields
from http import HTTPStatus
from typing import ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django_filters import filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from marketplace.api import visibility
from marketplace.api.bodies import Nothing
from marketplace.api.callers import MEMBER, MEMBER_OR_COMPLIANCE
from marketplace.api.doors import Door
from marketplace.api.filters import ClientFilters, Filters, asked
from marketplace.api.references import ReferenceFilter
from marketplace.api.serializers.requests import MatchOut, RequestIn, RequestOut, RequestPatchIn
from marketplace.models import LabelingRequest, Match, RequestStatus
from marketplace.services.questions import Candidacy, candidacy, ranking
from marketplace.services.requests import RequestDraft, close_request, post_request, update_request

WRITTEN = tuple(field.name for field in fields(RequestDraft))


class RequestFilters(ClientFilters):
    status = filters.ChoiceFilter(choices=RequestStatus.choices)
    modality = filters.CharFilter(max_length=60)

    class Meta:
        model = LabelingRequest
        fields: ClassVar[list[str]] = []


class RequestsDoor(Door):
    queryset = LabelingRequest.objects.all()
    filterset_class = RequestFilters
    may = {"GET": MEMBER_OR_COMPLIANCE, "POST": MEMBER}

    def visible(self) -> QuerySet[LabelingRequest]:
        rows = visibility.requests(self.caller).select_related("client").prefetch_related("slots")
        return rows.order_by("-posted_at", "id")

    @extend_schema(operation_id="requests_list", responses=RequestOut(many=True))
    def get(self, request: Request) -> Response:
        """List your client's labeling requests."""
        return self.listed(RequestOut)

    @extend_schema(operation_id="requests_post", request=RequestIn, responses={201: RequestOut})
    def post(self, request: Request) -> Response:
        """Post a request with so many slots to award; its matches follow in a moment."""
        told = self.body(RequestIn)
        slots = told.pop("slots", 1)
        row = post_request(actor=self.user, client=self.client, draft=RequestDraft(**told), slots=slots)
        return self.shown(RequestOut, row, HTTPStatus.CREATED)


class RequestDoor(Door):
    queryset = LabelingRequest.objects.all()
    may = {"GET": MEMBER_OR_COMPLIANCE, "PATCH": MEMBER}
    refuses = {"PATCH": (HTTPStatus.CONFLICT,)}

    def visible(self) -> QuerySet[LabelingRequest]:
        return visibility.requests(self.caller).select_related("client").prefetch_related("slots")

    @extend_schema(operation_id="requests_get", responses=RequestOut)
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the path
        """Read a request."""
        return self.shown(RequestOut, self.row)

    @extend_schema(operation_id="requests_update", request=RequestPatchIn, responses=RequestOut)
    def patch(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the path
        """Change what an open request says; it is ranked anew."""
        told = self.body(RequestPatchIn, partial=True)
        version = told.pop("version", self.row.version)
        draft = RequestDraft(**{**{name: getattr(self.row, name) for name in WRITTEN}, **told})
        return self.shown(RequestOut, update_request(actor=self.user, request=self.row, draft=draft, version=version))


class CloseRequestDoor(Door):
    queryset = LabelingRequest.objects.all()
    may = {"POST": MEMBER}
    refuses = {"POST": (HTTPStatus.CONFLICT,)}

    def visible(self) -> QuerySet[LabelingRequest]:
        return visibility.requests(self.caller).select_related("client")

    @extend_schema(operation_id="requests_close", request=Nothing, responses=RequestOut)
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the path
        """End an open request without another award."""
        self.body()
        return self.shown(RequestOut, close_request(actor=self.user, request=self.row))


class MatchFilters(Filters):
    vendor = ReferenceFilter(
        visibility.vendors,
        help_text="Slug or id of one vendor, which is told even where it has no rank, with the reason.",
    )

    class Meta:
        model = Match
        fields: ClassVar[list[str]] = []


class MatchesDoor(Door):
    queryset = Match.objects.all()
    filterset_class = MatchFilters
    may = {"GET": MEMBER_OR_COMPLIANCE}
    refuses = {"GET": (HTTPStatus.SERVICE_UNAVAILABLE,)}

    def visible(self) -> QuerySet[LabelingRequest]:
        return visibility.requests(self.caller)

    @extend_schema(operation_id="requests_matches", responses=MatchOut(many=True))
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the path
        """Read the ranking of a request, best first. Vendors without a rank are told when asked for by name.

        503 `rescoring_behind` while newer facts have waited for more than a minute: ask again after Retry-After.
        """
        vendor = asked(MatchFilters, request, self.caller)["vendor"]
        if vendor is not None:
            return self.paged(MatchOut, [candidacy(request=self.row, vendor=vendor)])
        return self.paged(MatchOut, ranking(self.row), Candidacy.of_match)
