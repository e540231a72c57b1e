"""Review decisions and waivers: two people accept what a screening found."""

from http import HTTPStatus
from typing import ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django_filters import filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from conflicts.models import DecisionKind, DecisionStatus, Mitigation, ReviewDecision
from marketplace.api import visibility
from marketplace.api.bodies import Nothing
from marketplace.api.callers import MEMBER_OR_COMPLIANCE
from marketplace.api.doors import Door
from marketplace.api.filters import REASON, TenantFilters
from marketplace.api.inspection import InspectedDoor
from marketplace.api.references import ReferenceFilter
from marketplace.api.serializers.decisions import DecisionIn, DecisionOut, VetoIn, VoidIn, terms_of
from marketplace.api.serializers.mitigations import MitigationIn, MitigationOut, mitigation_draft
from marketplace.services.decisions import (
    add_mitigation,
    approve_decision,
    request_decision,
    verify_mitigation,
    veto_decision,
    void_decision,
    withdraw_decision,
)


class DecisionFilters(TenantFilters):
    vendor = ReferenceFilter(visibility.vendors, field_name="subject__vendor", help_text="Slug or id of a vendor.")
    status = filters.ChoiceFilter(choices=DecisionStatus.choices)
    kind = filters.ChoiceFilter(choices=DecisionKind.choices)

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
        return visibility.decisions(self.caller).told_fully().order_by("-requested_at", "id")

    @extend_schema(operation_id="decisions_list", responses=DecisionOut(many=True))
    def get(self, request: Request) -> Response:
        """List your client's decisions and waivers. Compliance staff say why they look, and it is logged."""
        return self.listed(DecisionOut)

    @extend_schema(operation_id="decisions_request", request=DecisionIn, responses={201: DecisionOut})
    def post(self, request: Request) -> Response:
        """Ask a second person to accept a review or to waive a block, as it is found now; it opens nothing yet.

        Members ask for their client; compliance staff ask where a private fact makes it a compliance review. A block
        that rests on a private fact is not waived.
        """
        told = self.body(DecisionIn)
        client = self.whose(told.pop("client", None))
        terms = terms_of(told)
        made = request_decision(actor=self.user, client=client, terms=terms, **told)
        return shown_again(self, made, HTTPStatus.CREATED)


class DecisionDoor(InspectedDoor):
    queryset = ReviewDecision.objects.all()
    noun = "decision"
    asks = {"GET": {"reason": REASON}}
    may = {"GET": MEMBER_OR_COMPLIANCE}

    def visible(self) -> QuerySet[ReviewDecision]:
        return visibility.decisions(self.caller).told_fully()

    @extend_schema(operation_id="decisions_get", responses=DecisionOut)
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the path
        """Read one decision with what it accepts."""
        return self.shown(DecisionOut, self.row)


class ApproveDecisionDoor(Door):
    queryset = ReviewDecision.objects.all()
    may = {"POST": MEMBER_OR_COMPLIANCE}
    refuses = {"POST": (HTTPStatus.CONFLICT,)}

    def visible(self) -> QuerySet[ReviewDecision]:
        return visibility.decisions(self.caller).told_fully()

    @extend_schema(operation_id="decisions_approve", request=Nothing, responses=DecisionOut)
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the path
        """Be the second person: needs the approver role, and another member than who asked."""
        self.body()
        return shown_again(self, approve_decision(actor=self.user, decision=self.row))


class VoidDecisionDoor(Door):
    queryset = ReviewDecision.objects.all()
    may = {"POST": MEMBER_OR_COMPLIANCE}
    refuses = {"POST": (HTTPStatus.CONFLICT,)}

    def visible(self) -> QuerySet[ReviewDecision]:
        return visibility.decisions(self.caller).told_fully()

    @extend_schema(operation_id="decisions_void", request=VoidIn, responses=DecisionOut)
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the path
        """Void a decision for good: the gate shuts."""
        return shown_again(self, void_decision(actor=self.user, decision=self.row, **self.body(VoidIn)))


class VetoDecisionDoor(Door):
    queryset = ReviewDecision.objects.all()
    may = {"POST": MEMBER_OR_COMPLIANCE}
    refuses = {"POST": (HTTPStatus.CONFLICT,)}

    def visible(self) -> QuerySet[ReviewDecision]:
        return visibility.decisions(self.caller).told_fully()

    @extend_schema(operation_id="decisions_veto", request=VetoIn, responses=DecisionOut)
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the path
        """Refuse a request before it is approved; for compliance staff."""
        return shown_again(self, veto_decision(actor=self.user, decision=self.row, **self.body(VetoIn)))


class WithdrawDecisionDoor(Door):
    queryset = ReviewDecision.objects.all()
    may = {"POST": MEMBER_OR_COMPLIANCE}
    refuses = {"POST": (HTTPStatus.CONFLICT,)}

    def visible(self) -> QuerySet[ReviewDecision]:
        return visibility.decisions(self.caller).told_fully()

    @extend_schema(operation_id="decisions_withdraw", request=Nothing, responses=DecisionOut)
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the path
        """Take your own request back before it is approved."""
        self.body()
        return shown_again(self, withdraw_decision(actor=self.user, decision=self.row))


class MitigationsDoor(Door):
    queryset = ReviewDecision.objects.all()
    may = {"POST": MEMBER_OR_COMPLIANCE}
    refuses = {"POST": (HTTPStatus.CONFLICT,)}

    def visible(self) -> QuerySet[ReviewDecision]:
        return visibility.decisions(self.caller)

    @extend_schema(operation_id="decisions_mitigate", request=MitigationIn, responses={201: MitigationOut})
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the path
        """Attach a measure, such as a firewall, to a decision or waiver that waits or stands."""
        draft = mitigation_draft(self.body(MitigationIn))
        made = add_mitigation(actor=self.user, decision=self.row, draft=draft)
        return self.shown(MitigationOut, made, HTTPStatus.CREATED)


class VerifyMitigationDoor(Door):
    queryset = Mitigation.objects.all()
    may = {"POST": MEMBER_OR_COMPLIANCE}
    refuses = {"POST": (HTTPStatus.CONFLICT,)}

    def visible(self) -> QuerySet[Mitigation]:
        rows = visibility.mitigations(self.caller)
        return rows.select_related("decision", "document", "added_by", "verified_by")

    @extend_schema(operation_id="mitigations_verify", request=Nothing, responses=MitigationOut)
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the path
        """Record that you saw the measure in place; for someone else than who added it."""
        self.body()
        return self.shown(MitigationOut, verify_mitigation(actor=self.user, mitigation=self.row))


def shown_again(door: Door, decision: ReviewDecision, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """Answer the decision as it is now, with all that hangs on it."""
    return door.shown(DecisionOut, door.find(decision.pk), status)
