"""Awards: a slot given to a vendor, through the gate."""

from http import HTTPStatus
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django_filters import filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from marketplace.api import visibility
from marketplace.api.callers import MEMBER, MEMBER_OR_COMPLIANCE
from marketplace.api.doors import Door
from marketplace.api.filters import ClientFilters
from marketplace.api.problems import MEDIA_TYPE
from marketplace.api.references import ReferenceFilter
from marketplace.api.serializers.awards import AwardIn, AwardOut, AwardRefusalOut
from marketplace.api.serializers.findings import shaped
from marketplace.models import Award, AwardStatus, RequestSlot
from marketplace.records.refusals import Conflict, Refusal
from marketplace.services.awards import award


class AwardFilters(ClientFilters):
    vendor = ReferenceFilter(visibility.vendors, help_text="Slug or id of a vendor.")
    status = filters.ChoiceFilter(choices=AwardStatus.choices)

    class Meta:
        model = Award
        fields: ClassVar[list[str]] = []


class AwardsDoor(Door):
    queryset = Award.objects.all()
    filterset_class = AwardFilters
    may = {"GET": MEMBER_OR_COMPLIANCE, "POST": MEMBER}
    refuses = {"POST": (HTTPStatus.NOT_FOUND, HTTPStatus.SERVICE_UNAVAILABLE)}

    def visible(self) -> QuerySet[Award]:
        return with_rest(visibility.awards(self.caller)).order_by("-awarded_at", "id")

    @extend_schema(operation_id="awards_list", responses=AwardOut(many=True))
    def get(self, request: Request) -> Response:
        """List your client's awards."""
        return self.listed(AwardOut)

    @extend_schema(
        operation_id="awards_make", request=AwardIn, responses={201: AwardOut, (409, MEDIA_TYPE): AwardRefusalOut}
    )
    def post(self, request: Request) -> Response:
        """Award a slot to a vendor, if the gate opens for it at this moment.

        409 tells the rules and the path as far as you may see them; 503 means that it could not be told in time. Either
        way nothing is awarded, and the decision log keeps the refusal.
        """
        told = self.body(AwardIn)
        result = award(actor=self.user, slot_id=self._slot(told), vendor=told["vendor"])
        if result.award is None:
            raise in_shape(result.refusal)
        return self.shown(AwardOut, with_rest(Award.objects.all()).get(pk=result.award.pk), HTTPStatus.CREATED)

    def _slot(self, told: dict[str, Any]) -> UUID:
        """Return the slot that is meant; to a stranger of its client it does not exist."""
        own = RequestSlot.objects.filter(client=self.client).order_by("number")
        found = own.filter(pk=told["slot"]) if "slot" in told else own.filter(request=told["request"])
        slots = found.values_list("pk", flat=True)
        if not slots:
            raise Http404
        return slots.exclude(awards__status=AwardStatus.ACTIVE).first() or slots[0]


class AwardDoor(Door):
    queryset = Award.objects.all()
    may = {"GET": MEMBER_OR_COMPLIANCE}

    def visible(self) -> QuerySet[Award]:
        return with_rest(visibility.awards(self.caller))

    @extend_schema(operation_id="awards_get", responses=AwardOut)
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the path
        """Read one award."""
        return self.shown(AwardOut, self.row)


def with_rest(rows: QuerySet[Award]) -> QuerySet[Award]:
    return rows.select_related("client", "vendor", "slot", "engagement", "awarded_by")


def in_shape(refusal: Refusal | None) -> Refusal:
    """Return the gate's refusal with its findings in the form of the API."""
    if refusal is None:
        return Conflict("The award was refused.")
    if "findings" in refusal.extra:
        refusal.extra["findings"] = shaped(refusal.extra["findings"])
    return refusal
