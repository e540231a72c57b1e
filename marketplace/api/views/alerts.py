"""Conflict alerts: running work that turned into a conflict."""

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
from marketplace.api.filters import ClientFilters
from marketplace.api.references import ReferenceFilter
from marketplace.api.serializers.alerts import AlertOut, AlertWithSubstitutesOut
from marketplace.models import AlertStatus, ConflictAlert
from marketplace.services.alerts import acknowledge_alert


class AlertFilters(ClientFilters):
    vendor = ReferenceFilter(visibility.vendors, help_text="Slug or id of a vendor.")
    status = filters.ChoiceFilter(choices=AlertStatus.choices)

    class Meta:
        model = ConflictAlert
        fields: ClassVar[list[str]] = []


class AlertsDoor(Door):
    queryset = ConflictAlert.objects.all()
    filterset_class = AlertFilters
    may = {"GET": MEMBER_OR_COMPLIANCE}

    def visible(self) -> QuerySet[ConflictAlert]:
        rows = visibility.alerts(self.caller).select_related("client", "vendor")
        return rows.order_by("-opened_at", "id")

    @extend_schema(operation_id="alerts_list", responses=AlertOut(many=True))
    def get(self, request: Request) -> Response:
        """List your client's alerts, newest first."""
        return self.listed(AlertOut)


class AlertDoor(Door):
    queryset = ConflictAlert.objects.all()
    may = {"GET": MEMBER_OR_COMPLIANCE}

    def visible(self) -> QuerySet[ConflictAlert]:
        rows = visibility.alerts(self.caller).select_related("client", "vendor")
        return rows.prefetch_related("substitutes__vendor")

    @extend_schema(operation_id="alerts_get", responses=AlertWithSubstitutesOut)
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the path
        """Read one alert with who could take over, best first."""
        return self.shown(AlertWithSubstitutesOut, self.row)


class AcknowledgeDoor(Door):
    queryset = ConflictAlert.objects.all()
    may = {"POST": MEMBER}
    refuses = {"POST": (HTTPStatus.CONFLICT,)}

    def visible(self) -> QuerySet[ConflictAlert]:
        return visibility.alerts(self.caller).select_related("client", "vendor")

    @extend_schema(operation_id="alerts_acknowledge", request=Nothing, responses=AlertOut)
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the path
        """Note that you have seen it; it stands on until the conflict is gone or the work has ended."""
        self.body()
        return self.shown(AlertOut, acknowledge_alert(actor=self.user, alert=self.row))
