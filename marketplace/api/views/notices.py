"""Notices of one's own."""

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
from marketplace.api.filters import Filters
from marketplace.api.serializers.notices import NoticeOut, NoticeSettingsIn, NoticeSettingsOut
from marketplace.models import NOTICE_KINDS, Notice
from marketplace.models.notices import NoticeQuerySet
from marketplace.services.notices import email_settings, read_notice, set_email


class NoticeFilters(Filters):
    kind = filters.ChoiceFilter(method="of_kind", choices=NOTICE_KINDS)
    unread = filters.BooleanFilter(field_name="read_at", lookup_expr="isnull")

    class Meta:
        model = Notice
        fields: ClassVar[list[str]] = []

    def of_kind(self, rows: NoticeQuerySet, _: str, value: str) -> NoticeQuerySet:
        return rows.of_kind(value)


class NoticesDoor(Door):
    queryset = Notice.objects.all()
    filterset_class = NoticeFilters
    may = {"GET": MEMBER_OR_COMPLIANCE}

    def visible(self) -> QuerySet[Notice]:
        return visibility.notices(self.caller).order_by("-created_at", "id")

    @extend_schema(operation_id="notices_list", responses=NoticeOut(many=True))
    def get(self, request: Request) -> Response:
        """List what you were told, newest first."""
        return self.listed(NoticeOut)


class ReadNoticeDoor(Door):
    queryset = Notice.objects.all()
    may = {"POST": MEMBER_OR_COMPLIANCE}

    def visible(self) -> QuerySet[Notice]:
        return visibility.notices(self.caller)

    @extend_schema(operation_id="notices_read", request=Nothing, responses=NoticeOut)
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the path
        """Mark a notice of yours as read."""
        self.body()
        return self.shown(NoticeOut, read_notice(actor=self.user, notice=self.row))


class NoticeSettingsDoor(Door):
    may = {"GET": MEMBER, "PATCH": MEMBER}

    @extend_schema(operation_id="notice_settings_get", responses=NoticeSettingsOut)
    def get(self, request: Request) -> Response:
        """Read of which kinds you get e-mails."""
        return self.shown(NoticeSettingsOut, email_settings(self.user))

    @extend_schema(operation_id="notice_settings_change", request=NoticeSettingsIn, responses=NoticeSettingsOut)
    def patch(self, request: Request) -> Response:
        """Switch e-mails of a kind on or off, from the next event on."""
        told = self.body(NoticeSettingsIn, partial=True)
        return self.shown(NoticeSettingsOut, set_email(actor=self.user, client=self.client, wanted=told))
