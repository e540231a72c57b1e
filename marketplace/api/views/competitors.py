"""A client's competitor list and its policy. Nobody else may learn of them (DESIGN 6)."""

from http import HTTPStatus
from typing import ClassVar
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from conflicts.loading import load_case
from conflicts.models import CompetitorDeclaration
from conflicts.services import declare_competitor, replace_competitor_list, set_policy, withdraw_competitor
from marketplace.api import visibility
from marketplace.api.callers import MEMBER, MEMBER_OR_COMPLIANCE
from marketplace.api.filters import REASON, WHOSE, TenantFilters, client_of
from marketplace.api.inspection import InspectedDoor
from marketplace.api.serializers.competitors import (
    CompetitorIn,
    CompetitorListIn,
    CompetitorListOut,
    CompetitorOut,
    PolicyIn,
    PolicyOut,
)


class CompetitorFilters(TenantFilters):
    class Meta:
        model = CompetitorDeclaration
        fields: ClassVar[list[str]] = []


class CompetitorsDoor(InspectedDoor):
    queryset = CompetitorDeclaration.objects.all()
    noun = "competitor_list"
    asks = {"GET": {"reason": REASON}}
    filterset_class = CompetitorFilters
    may = {"GET": MEMBER_OR_COMPLIANCE, "PUT": MEMBER, "POST": MEMBER}
    refuses = {"POST": (HTTPStatus.CONFLICT,)}

    def visible(self) -> QuerySet[CompetitorDeclaration]:
        rows = visibility.competitors(self.caller).select_related("competitor")
        return rows.order_by("competitor__slug", "segment", "id")

    @extend_schema(operation_id="competitors_list", responses=CompetitorOut(many=True))
    def get(self, request: Request) -> Response:
        """Read your client's competitor list. Compliance staff say why they look, and it is logged."""
        return self.listed(CompetitorOut)

    @extend_schema(operation_id="competitors_replace", request=CompetitorListIn, responses=CompetitorListOut)
    def put(self, request: Request) -> Response:
        """Make the list exactly these rows."""
        told = self.body(CompetitorListIn)
        rows = replace_competitor_list(
            actor=self.user, tenant=self.client.pk, principal=self.client.party, rows=told["rows"]
        )
        return self.shown(CompetitorListOut, {"rows": rows})

    @extend_schema(operation_id="competitors_declare", request=CompetitorIn, responses={201: CompetitorOut})
    def post(self, request: Request) -> Response:
        """Add one competitor to the list."""
        told = self.body(CompetitorIn)
        row = declare_competitor(actor=self.user, tenant=self.client.pk, principal=self.client.party, **told)
        return self.shown(CompetitorOut, row, HTTPStatus.CREATED)


class CompetitorDoor(InspectedDoor):
    queryset = CompetitorDeclaration.objects.all()
    noun = "competitor_list"
    asks = {"GET": {"reason": REASON}}
    may = {"GET": MEMBER_OR_COMPLIANCE, "DELETE": MEMBER}
    refuses = {"DELETE": (HTTPStatus.CONFLICT,)}

    def visible(self) -> QuerySet[CompetitorDeclaration]:
        return visibility.competitors(self.caller).select_related("competitor", "principal")

    @extend_schema(operation_id="competitors_get", responses=CompetitorOut)
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the path
        """Read one row of the list."""
        return self.shown(CompetitorOut, self.row)

    @extend_schema(operation_id="competitors_withdraw", responses={204: None})
    def delete(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the path
        """Take one competitor off the list."""
        withdraw_competitor(actor=self.user, declaration=self.row)
        return Response(status=HTTPStatus.NO_CONTENT)


class PolicyDoor(InspectedDoor):
    noun = "policy"
    asks = {"GET": {"client": WHOSE, "reason": REASON}}
    may = {"GET": MEMBER_OR_COMPLIANCE, "PUT": MEMBER}

    @extend_schema(operation_id="policy_get", responses=PolicyOut)
    def get(self, request: Request) -> Response:
        """Read your client's lines. Compliance staff say whose and why they look, and it is logged."""
        client = self.whose(client_of(request, self.caller))
        return self.shown(PolicyOut, load_case(tenant=client.pk, principal=client.party).lines)

    @extend_schema(operation_id="policy_set", request=PolicyIn, responses=PolicyOut)
    def put(self, request: Request) -> Response:
        """Set your client's lines; they can be tighter than the defaults, never looser."""
        told = self.body(PolicyIn)
        policy = set_policy(actor=self.user, tenant=self.client.pk, principal=self.client.party, **told)
        return self.shown(PolicyOut, policy.as_engine())
