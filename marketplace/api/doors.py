"""What every address of the API does before and after its own work."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from django.http import Http404
from rest_framework.exceptions import MethodNotAllowed, ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from marketplace.accounts.models import User
from marketplace.api.bodies import Body, Nothing
from marketplace.api.callers import Caller, Role, caller_of
from marketplace.api.filters import COMPLIANCE_ONLY, PAGING, FilterBackend, Filters, refuse_unknown
from marketplace.models import Client

CACHING = "private, no-store"
"""Answers differ by caller, so nothing between may keep them."""


class Door(GenericAPIView[Any]):
    """One address, and the questions that it asks in this order before its method runs.

    They are who calls (401), whether the row of the path exists for that caller (404), whether the caller may do this
    (403), whether every query parameter is known (400). Only then is the body read. So nothing about a row, not even
    that it exists, is told by what is said of the input.
    """

    permission_classes: tuple[type[BasePermission], ...] = (IsAuthenticated,)
    filter_backends = (FilterBackend,)
    # What an address can do stands in the description; OPTIONS would tell it row by row.
    http_method_names = ["get", "head", "post", "put", "patch", "delete"]
    filterset_class: ClassVar[type[Filters] | None] = None
    may: ClassVar[Mapping[str, Role]]
    """Who may use which method; one that is not named nobody may."""
    refuses: ClassVar[Mapping[str, tuple[HTTPStatus, ...]]] = {}
    """Statuses that a method can answer beside those that all have; for the description."""
    asks: ClassVar[Mapping[str, Mapping[str, str]]] = {}
    """Query parameters of a method beside filters and pages, with what they mean."""
    caller: Caller
    row: Any

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.caller = caller_of(request.user)
        if "id" in kwargs:
            self.row = self.find(kwargs["id"])
        method = "GET" if request.method == "HEAD" else str(request.method)
        if method not in self.may:
            raise MethodNotAllowed(str(request.method))
        self.may[method].check(self.caller)
        refuse_unknown(request, self.parameters(method))

    def visible(self) -> QuerySet[Any]:
        """Return the rows that exist for the caller."""
        return self.get_queryset()

    def find(self, key: object) -> Model:
        """Return the row of the path; raises Http404 where it does not exist for the caller."""
        row: Model | None = self.visible().filter(pk=key).first()
        if row is None:
            raise Http404
        return row

    def parameters(self, method: str) -> list[str]:
        """Return the names of the query parameters that the caller has."""
        names = list(self.asks.get(method, ()))
        if method == "GET" and self.filterset_class is not None:
            names += [*self.filterset_class.base_filters, *PAGING]
        return [name for name in names if self.caller.is_compliance or name not in COMPLIANCE_ONLY]

    @property
    def user(self) -> User:
        """Who is logged in; only for doors that need it."""
        if self.caller.user is None:
            raise Http404
        return self.caller.user

    @property
    def client(self) -> Client:
        """Whom the caller acts for; only for doors of members."""
        if self.caller.client is None:
            raise Http404
        return self.caller.client

    def whose(self, named: Client | None) -> Client:
        """Return the client of an act: the caller's own, or the one that compliance staff must name."""
        if self.caller.is_compliance and named is None:
            raise ValidationError({"client": "Say whose: the slug or id of a client."})
        return named or self.client

    def body(self, kind: type[Body] = Nothing, *, partial: bool = False, **context: Any) -> dict[str, Any]:
        """Return what the body says; raises ValidationError with a sentence per field."""
        serializer = kind(data=self.request.data, partial=partial, context={"caller": self.caller, **context})
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def listed(self, kind: type[BaseSerializer[Any]]) -> Response:
        """Answer one page of the rows that exist for the caller and pass the filters."""
        return self.paged(kind, self.filter_queryset(self.visible()))

    def paged(
        self,
        kind: type[BaseSerializer[Any]],
        rows: QuerySet[Any] | list[Any],
        as_row: Callable[[Any], object] | None = None,
    ) -> Response:
        """Answer one page of these rows, each as what `as_row` makes of it."""
        page = self.paginate_queryset(rows) or []
        return self.get_paginated_response(
            self.told(kind, [as_row(row) for row in page] if as_row else page, many=True)
        )

    def shown(self, kind: type[BaseSerializer[Any]], row: object, status: HTTPStatus = HTTPStatus.OK) -> Response:
        """Answer one row."""
        return Response(self.told(kind, row), status)

    def told(self, kind: type[BaseSerializer[Any]], row: object, **options: Any) -> object:
        return kind(row, context={"caller": self.caller}, **options).data

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer["Cache-Control"] = CACHING
        return answer
