"""Review decisions: two people accept what a screening found."""

from http import HTTPStatus
from typing import ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django_filters import filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from conflicts.models import DecisionStatus, ReviewDecision
from marketplace.api import visibility
from marketplace.api.bodies import Nothing
from marketplace.api.callers import MEMBER_OR_COMPLIANCE
from marketplace.api.doors import Door
from marketplace.api.filters import REASON, TenantFilters
from marketplace.api.inspection import InspectedDoor
from marketplace.api.references import ReferenceFilter
from marketplace.api.serializers.decisions import DecisionIn, DecisionOut, VoidIn
from marketplace.services.decisions import approve_decision, request_decision, void_decision


class DecisionFilters(TenantFilters):
    vendor = ReferenceFilter(visibility.vendors, field_name="subject__vendor", help_text="Slug or id of a vendor.")
    status = filters.ChoiceFilter(choices=DecisionStatus.choices)

    class Meta:
        model = ReviewDecision
        fields: ClassVar[list[str]] = []


class DecisionsDoor(InspectedDoor):
    queryset = ReviewDecision.objects.all()
    noun = "decision"
    asks = {"GET": {"reason": REASON}}
    filterset_class = DecisionFilters
    may = {"GET": MEMBER_OR_COMPLIANCE, "POST": MEMBER_OR_COMPLIANCE}
    refuses = {"POST": (HTTPStatus.CONFLICT,)}

    def visible(self) -> QuerySet[ReviewDecision]:
        return with_rest(visibility.decisions(self.caller)).order_by("-requested_at", "id")

    @extend_schema(operation_id="decisions_list", responses=DecisionOut(many=True))
    def get(self, request: Request) -> Response:
        """List your client's decisions. Compliance staff say why they look, and it is logged."""
        return self.listed(DecisionOut)

    @extend_schema(operation_id="decisions_request", request=DecisionIn, responses={201: DecisionOut})
    def post(self, request: Request) -> Response:
        """Ask a second person to accept what is found of a vendor under review; it opens nothing yet.

        Members ask for their client; compliance staff ask where a private fact makes it a compliance review.
        """
        told = self.body(DecisionIn)
        client = self.whose(told.pop("client", None))
        return self.shown(DecisionOut, request_decision(actor=self.user, client=client, **told), HTTPStatus.CREATED)


class DecisionDoor(InspectedDoor):
    queryset = ReviewDecision.objects.all()
    noun = "decision"
    asks = {"GET": {"reason": REASON}}
    may = {"GET": MEMBER_OR_COMPLIANCE}

    def visible(self) -> QuerySet[ReviewDecision]:
        return with_rest(visibility.decisions(self.caller))

    @extend_schema(operation_id="decisions_get", responses=DecisionOut)
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the path
        """Read one decision with what it accepts."""
        return self.shown(DecisionOut, self.row)


class ApproveDecisionDoor(Door):
    queryset = ReviewDecision.objects.all()
    may = {"POST": MEMBER_OR_COMPLIANCE}
    refuses = {"POST": (HTTPStatus.CONFLICT,)}

    def visible(self) -> QuerySet[ReviewDecision]:
        return with_rest(visibility.decisions(self.caller))

    @extend_schema(operation_id="decisions_approve", request=Nothing, responses=DecisionOut)
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the path
        """Be the second person: needs the approver role, and another member than who asked."""
        self.body()
        return self.shown(DecisionOut, approve_decision(actor=self.user, decision=self.row))


class VoidDecisionDoor(Door):
    queryset = ReviewDecision.objects.all()
    may = {"POST": MEMBER_OR_COMPLIANCE}
    refuses = {"POST": (HTTPStatus.CONFLICT,)}

    def visible(self) -> QuerySet[ReviewDecision]:
        return with_rest(visibility.decisions(self.caller))

    @extend_schema(operation_id="decisions_void", request=VoidIn, responses=DecisionOut)
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the path
        """Void a decision for good: the gate shuts."""
        return self.shown(DecisionOut, void_decision(actor=self.user, decision=self.row, **self.body(VoidIn)))


def with_rest(rows: QuerySet[ReviewDecision]) -> QuerySet[ReviewDecision]:
    rows = rows.select_related("principal", "subject", "requested_by", "approved_by")
    return rows.prefetch_related("accepted__holder", "accepted__subject")
