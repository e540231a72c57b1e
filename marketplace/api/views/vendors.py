"""Vendors: the one list that is open to everybody."""

from typing import ClassVar
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django_filters import filters
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from marketplace.api import visibility
from marketplace.api.callers import ANYONE
from marketplace.api.doors import Door
from marketplace.api.filters import Filters
from marketplace.api.serializers.vendors import VendorOut
from vendors.models import Capability, Facet, Vendor


class VendorFilters(Filters):
    q = filters.CharFilter(method="named", max_length=300, help_text="A part of the name or the slug.")
    slug = filters.CharFilter(max_length=100)
    modality = filters.CharFilter(method="offering", max_length=60, help_text="States this modality, such as text.")
    task = filters.CharFilter(method="offering", max_length=60, help_text="States this task, such as rlhf.")
    language = filters.CharFilter(method="offering", max_length=60, help_text="States this language, such as de.")
    certificate = filters.CharFilter(
        method="offering", max_length=60, help_text="States this certificate, such as iso-27001."
    )

    class Meta:
        model = Vendor
        fields: ClassVar[list[str]] = []

    def named(self, rows: QuerySet[Vendor], name: str, value: str) -> QuerySet[Vendor]:
        return rows.filter(Q(name__icontains=value) | Q(slug__icontains=value))

    def offering(self, rows: QuerySet[Vendor], name: str, value: str) -> QuerySet[Vendor]:
        stated = Capability.objects.filter(listing=OuterRef("listing"), facet=Facet(name), code=value)
        return rows.filter(Exists(stated))


class VendorsDoor(Door):
    queryset = Vendor.objects.all()
    permission_classes = (AllowAny,)
    filterset_class = VendorFilters
    may = {"GET": ANYONE}

    def visible(self) -> QuerySet[Vendor]:
        return with_listing(visibility.vendors(self.caller)).order_by("name", "id")

    @extend_schema(operation_id="vendors_list", responses=VendorOut(many=True))
    def get(self, request: Request) -> Response:
        """List the vendors with what they state; no token needed."""
        return self.listed(VendorOut)


class VendorDoor(Door):
    queryset = Vendor.objects.all()
    permission_classes = (AllowAny,)
    may = {"GET": ANYONE}

    def visible(self) -> QuerySet[Vendor]:
        return with_listing(visibility.vendors(self.caller))

    @extend_schema(operation_id="vendors_get", responses=VendorOut)
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the path
        """Read one vendor's listing; no token needed."""
        return self.shown(VendorOut, self.row)


def with_listing(rows: QuerySet[Vendor]) -> QuerySet[Vendor]:
    return rows.select_related("party", "listing__source").prefetch_related("listing__capabilities")
