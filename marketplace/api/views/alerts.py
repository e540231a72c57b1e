"""Conflict alerts: running work that turned into a conflict."""

from dataclasses import fields
from http import HTTPStatus
from typing import ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django_filters import filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from conflicts.models import FactChange
from marketplace.api import visibility
from marketplace.api.bodies import Nothing
from marketplace.api.callers import MEMBER, MEMBER_OR_COMPLIANCE
from marketplace.api.doors import Door
from marketplace.api.editions import EditedDoor
from marketplace.api.filters import ClientFilters
from marketplace.api.references import ReferenceFilter
from marketplace.api.serializers.alerts import (
    AlertInFullOut,
    AlertOut,
    ItemIn,
    ItemOut,
    ItemPatchIn,
    MitigateIn,
    RiskOut,
)
from marketplace.models import AlertEvent, AlertStatus, ConflictAlert, TransitionItem
from marketplace.services.alerts import acknowledge_alert, mitigate_alert, risks
from marketplace.services.transitions import ItemDraft, add_item, edit_item, remove_item

ITEM_FIELDS = tuple(field.name for field in fields(ItemDraft))


class AlertFilters(ClientFilters):
    vendor = ReferenceFilter(visibility.vendors, help_text="Slug or id of a vendor.")
    status = filters.ChoiceFilter(choices=AlertStatus.choices)
    event = filters.UUIDFilter(
        method="touched_by", help_text="The id of an event that it followed, as `events` of an alert tells it."
    )

    class Meta:
        model = ConflictAlert
        fields: ClassVar[list[str]] = []

    def touched_by(self, rows: QuerySet[ConflictAlert], _name: str, value: UUID) -> QuerySet[ConflictAlert]:
        """Ask for those that the event may have opened or moved; an event that is another's touches none of yours."""
        change = FactChange.objects.filter(pk=value).first()
        return rows.filter(events__in=AlertEvent.objects.after(change)).distinct() if change else rows.none()


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


class AtRiskDoor(Door):
    queryset = ConflictAlert.objects.all()
    filterset_class = ClientFilters
    may = {"GET": MEMBER_OR_COMPLIANCE}

    def visible(self) -> QuerySet[ConflictAlert]:
        return visibility.alerts(self.caller)

    @extend_schema(operation_id="alerts_at_risk", responses=RiskOut(many=True))
    def get(self, request: Request) -> Response:
        """Add up what your standing alerts put at risk, by currency and period."""
        return self.paged(RiskOut, risks(self.filter_queryset(self.visible())))


class AlertDoor(EditedDoor):
    queryset = ConflictAlert.objects.all()
    may = {"GET": MEMBER_OR_COMPLIANCE}

    def visible(self) -> QuerySet[ConflictAlert]:
        rows = visibility.alerts(self.caller).select_related("client", "vendor")
        return rows.prefetch_related("substitutes__vendor", "checklist__settled_by", "events")

    @extend_schema(operation_id="alerts_get", responses=AlertInFullOut)
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the path
        """Read one alert with who could take over, best first, and the checklist of the transition."""
        return self.edition(AlertInFullOut, self.row)


class AcknowledgeDoor(EditedDoor):
    queryset = ConflictAlert.objects.all()
    may = {"POST": MEMBER}
    refuses = {"POST": (HTTPStatus.CONFLICT,)}

    def visible(self) -> QuerySet[ConflictAlert]:
        return visibility.alerts(self.caller).select_related("client", "vendor")

    @extend_schema(operation_id="alerts_acknowledge", request=Nothing, responses=AlertOut)
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the path
        """Note that you have seen it; it stands on until the conflict is gone or the work has ended."""
        self.body()
        return self.edition(AlertOut, acknowledge_alert(actor=self.user, alert=self.row, version=self.read_version))


class MitigateDoor(AcknowledgeDoor):
    @extend_schema(operation_id="alerts_mitigate", request=MitigateIn, responses=AlertOut)
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the path
        """Note what you do against the conflict; it stands on, and opens no gate."""
        told = self.body(MitigateIn)
        return self.edition(
            AlertOut, mitigate_alert(actor=self.user, alert=self.row, version=self.read_version, **told)
        )


class ChecklistDoor(Door):
    queryset = ConflictAlert.objects.all()
    may = {"POST": MEMBER}
    refuses = {"POST": (HTTPStatus.CONFLICT,)}

    def visible(self) -> QuerySet[ConflictAlert]:
        return visibility.alerts(self.caller).select_related("client")

    @extend_schema(operation_id="alerts_add_item", request=ItemIn, responses={201: ItemOut})
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the path
        """Add an item of your own to the checklist of the transition."""
        item = add_item(actor=self.user, alert=self.row, **self.body(ItemIn))
        return self.shown(ItemOut, item, HTTPStatus.CREATED)


class ItemDoor(EditedDoor):
    queryset = TransitionItem.objects.all()
    may = {"GET": MEMBER_OR_COMPLIANCE, "PATCH": MEMBER, "DELETE": MEMBER}
    refuses = {"DELETE": (HTTPStatus.CONFLICT,)}

    def visible(self) -> QuerySet[TransitionItem]:
        return visibility.checklist(self.caller).select_related("client", "settled_by")

    @extend_schema(operation_id="checklist_get", responses=ItemOut)
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the path
        """Read one item of a checklist."""
        return self.edition(ItemOut, self.row)

    @extend_schema(operation_id="checklist_edit", request=ItemPatchIn, responses=ItemOut)
    def patch(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the path
        """Say that an item is done or not needed, note how, or change what it says."""
        told = self.body(ItemPatchIn, partial=True)
        draft = ItemDraft(**{**{name: getattr(self.row, name) for name in ITEM_FIELDS}, **told})
        return self.edition(ItemOut, edit_item(actor=self.user, item=self.row, draft=draft, version=self.read_version))

    @extend_schema(operation_id="checklist_remove", responses={204: None})
    def delete(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the path
        """Take an item of your own off the list."""
        remove_item(actor=self.user, item=self.row, version=self.read_version)
        return Response(status=HTTPStatus.NO_CONTENT)
