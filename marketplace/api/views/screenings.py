"""Screenings: one check of a client against a vendor."""

from typing import ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django_filters import filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from conflicts.models import Coverage, Outcome, Screening
from conflicts.services import screen_pair
from marketplace.api import visibility
from marketplace.api.callers import MEMBER_OR_COMPLIANCE
from marketplace.api.doors import Door
from marketplace.api.filters import TenantFilters
from marketplace.api.references import ReferenceFilter
from marketplace.api.serializers.screenings import CheckIn, CheckOut, ScreeningOut


class ScreeningFilters(TenantFilters):
    vendor = ReferenceFilter(visibility.vendors, field_name="subject__vendor", help_text="Slug or id of a vendor.")
    outcome = filters.ChoiceFilter(choices=Outcome.choices)
    coverage = filters.ChoiceFilter(choices=Coverage.choices, method="covered")

    class Meta:
        model = Screening
        fields: ClassVar[list[str]] = []

    def covered(self, rows: QuerySet[Screening], _name: str, value: str) -> QuerySet[Screening]:
        """Ask for what the caller is told: to find by what rests on private facts would tell of them."""
        return rows.filter(**{"coverage" if self.caller.is_compliance else "public_coverage": value})


class ScreeningsDoor(Door):
    queryset = Screening.objects.all()
    filterset_class = ScreeningFilters
    may = {"GET": MEMBER_OR_COMPLIANCE, "POST": MEMBER_OR_COMPLIANCE}

    def visible(self) -> QuerySet[Screening]:
        rows = visibility.screenings(self.caller).select_related("principal", "subject")
        return rows.order_by("principal__slug", "subject__slug", "id")

    @extend_schema(operation_id="screenings_list", responses=ScreeningOut(many=True))
    def get(self, request: Request) -> Response:
        """List the stored screenings of your client, which workers keep up to date."""
        return self.listed(ScreeningOut)

    @extend_schema(operation_id="screenings_check", request=CheckIn, responses=CheckOut)
    def post(self, request: Request) -> Response:
        """Check your client against a vendor, as of any day and as known on any day."""
        told = self.body(CheckIn)
        client = self.whose(told.pop("client", None))
        subject = told.pop("vendor").party
        return self.shown(CheckOut, screen_pair(tenant=client.pk, principal=client.party, subject=subject, **told))


class ScreeningDoor(Door):
    queryset = Screening.objects.all()
    may = {"GET": MEMBER_OR_COMPLIANCE}

    def visible(self) -> QuerySet[Screening]:
        return visibility.screenings(self.caller).select_related("principal", "subject")

    @extend_schema(operation_id="screenings_get", responses=ScreeningOut)
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the path
        """Read one stored screening."""
        return self.shown(ScreeningOut, self.row)
