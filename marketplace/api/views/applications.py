"""Applications: written by who wants to be a vendor, reviewed by two of compliance."""

from collections.abc import Callable
from dataclasses import fields
from http import HTTPStatus
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django_filters import filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from marketplace.api import visibility
from marketplace.api.bodies import Nothing
from marketplace.api.callers import APPLICANT, APPLICANT_OR_COMPLIANCE, COMPLIANCE
from marketplace.api.doors import Door
from marketplace.api.filters import Filters
from marketplace.api.inspection import InspectedDoor
from marketplace.api.serializers.applications import (
    ApplicationIn,
    ApplicationOut,
    ApplicationPatchIn,
    ApprovalIn,
    NoteIn,
)
from vendors.models import Application, ApplicationState
from vendors.services import reviews
from vendors.services.applications import (
    ApplicationDraft,
    create_application,
    submit_application,
    update_application,
    withdraw_application,
)

WRITTEN = tuple(field.name for field in fields(ApplicationDraft))


class ApplicationFilters(Filters):
    state = filters.ChoiceFilter(choices=ApplicationState.choices)

    class Meta:
        model = Application
        fields: ClassVar[list[str]] = []


class ApplicationsDoor(InspectedDoor):
    queryset = Application.objects.all()
    noun = "application"
    filterset_class = ApplicationFilters
    may = {"GET": APPLICANT_OR_COMPLIANCE, "POST": APPLICANT}

    def visible(self) -> QuerySet[Application]:
        return visibility.applications(self.caller).order_by("-created_at", "id")

    @extend_schema(operation_id="applications_list", responses=ApplicationOut(many=True))
    def get(self, request: Request) -> Response:
        """List your applications; all of them for compliance staff, whose reading is logged."""
        return self.listed(ApplicationOut)

    @extend_schema(operation_id="applications_create", request=ApplicationIn, responses={201: ApplicationOut})
    def post(self, request: Request) -> Response:
        """Begin an application. Nothing in it counts anywhere before it is approved."""
        row = create_application(actor=self.user, draft=ApplicationDraft(**self.body(ApplicationIn)))
        return self.shown(ApplicationOut, row, HTTPStatus.CREATED)


class ApplicationDoor(InspectedDoor):
    queryset = Application.objects.all()
    noun = "application"
    may = {"GET": APPLICANT_OR_COMPLIANCE, "PATCH": APPLICANT}
    refuses = {"PATCH": (HTTPStatus.CONFLICT,)}

    def visible(self) -> QuerySet[Application]:
        return visibility.applications(self.caller)

    @extend_schema(operation_id="applications_get", responses=ApplicationOut)
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the path
        """Read an application; the reading of compliance staff is logged."""
        return self.shown(ApplicationOut, self.row)

    @extend_schema(operation_id="applications_update", request=ApplicationPatchIn, responses=ApplicationOut)
    def patch(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the path
        """Change what a draft, or an application sent back for changes, says."""
        told = self.body(ApplicationPatchIn, partial=True)
        version = told.pop("version", self.row.version)
        draft = ApplicationDraft(**{**{name: getattr(self.row, name) for name in WRITTEN}, **told})
        row = update_application(actor=self.user, application=self.row, draft=draft, version=version)
        return self.shown(ApplicationOut, row)


class ApplicationActDoor(Door):
    """One move of an application along an edge that is allowed."""

    queryset = Application.objects.all()
    refuses = {"POST": (HTTPStatus.CONFLICT,)}

    def visible(self) -> QuerySet[Application]:
        return visibility.applications(self.caller)

    def moved(self, move: Callable[..., Application], **words: Any) -> Response:
        return self.shown(ApplicationOut, move(actor=self.user, application=self.row, **words))


class SubmitDoor(ApplicationActDoor):
    may = {"POST": APPLICANT}

    @extend_schema(operation_id="applications_submit", request=Nothing, responses=ApplicationOut)
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the path
        """Hand the application in."""
        return self.moved(submit_application, **self.body())


class WithdrawDoor(ApplicationActDoor):
    may = {"POST": APPLICANT}

    @extend_schema(operation_id="applications_withdraw", request=Nothing, responses=ApplicationOut)
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the path
        """Take the application back for good."""
        return self.moved(withdraw_application, **self.body())


class BeginReviewDoor(ApplicationActDoor):
    may = {"POST": COMPLIANCE}

    @extend_schema(operation_id="applications_begin_review", request=Nothing, responses=ApplicationOut)
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the path
        """Take a submitted application up; for compliance staff."""
        return self.moved(reviews.begin_review, **self.body())


class RecommendDoor(ApplicationActDoor):
    may = {"POST": COMPLIANCE}

    @extend_schema(operation_id="applications_recommend", request=Nothing, responses=ApplicationOut)
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the path
        """Be the first of the two people who are for it; for compliance staff."""
        return self.moved(reviews.recommend, **self.body())


class RequestChangesDoor(ApplicationActDoor):
    may = {"POST": COMPLIANCE}

    @extend_schema(operation_id="applications_request_changes", request=NoteIn, responses=ApplicationOut)
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the path
        """Send it back to its applicant with what has to change; for compliance staff."""
        return self.moved(reviews.request_changes, **self.body(NoteIn))


class RejectDoor(ApplicationActDoor):
    may = {"POST": COMPLIANCE}

    @extend_schema(operation_id="applications_reject", request=NoteIn, responses=ApplicationOut)
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the path
        """End it without a vendor and say why; for compliance staff."""
        return self.moved(reviews.reject, **self.body(NoteIn))


class ApproveDoor(ApplicationActDoor):
    may = {"POST": COMPLIANCE}

    @extend_schema(operation_id="applications_approve", request=ApprovalIn, responses=ApplicationOut)
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the path
        """Be the second of the two people: the applicant becomes a listed vendor; for compliance staff."""
        return self.moved(reviews.approve, **self.body(ApprovalIn))
