"""Tokens and who one is."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib.auth import authenticate
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from marketplace.accounts.models import ApiToken, User
from marketplace.accounts.services import issue_token, revoke_token
from marketplace.api.callers import ANYONE
from marketplace.api.doors import Door
from marketplace.api.filters import Filters
from marketplace.api.serializers.accounts import MeOut, NewTokenOut, TokenIn, TokenOut


class TokensDoor(Door):
    queryset = ApiToken.objects.all()
    filterset_class = Filters
    may = {"GET": ANYONE, "POST": ANYONE}
    refuses = {"POST": (HTTPStatus.UNAUTHORIZED,)}

    def get_authenticators(self) -> list[BaseAuthentication]:
        # Who asks for a first token has none yet, and a stale one sent along must not stand in the way.
        return [] if self._logs_in else super().get_authenticators()

    def get_permissions(self) -> Sequence[Any]:
        return [AllowAny()] if self._logs_in else super().get_permissions()

    def get_authenticate_header(self, request: Request) -> str:
        return "Bearer"

    @property
    def _logs_in(self) -> bool:
        return getattr(self.request, "method", None) == "POST"

    def visible(self) -> QuerySet[ApiToken]:
        return ApiToken.objects.filter(user=self.user).order_by("created", "id")

    @extend_schema(operation_id="tokens_list", responses=TokenOut(many=True))
    def get(self, request: Request) -> Response:
        """List your tokens; what they are is never shown again."""
        return self.listed(TokenOut)

    @extend_schema(operation_id="tokens_create", request=TokenIn, responses={201: NewTokenOut})
    def post(self, request: Request) -> Response:
        """Log in with e-mail address and password and get a token."""
        told = self.body(TokenIn)
        user = authenticate(request, username=told["email"], password=told["password"])
        if not isinstance(user, User):
            raise AuthenticationFailed("There is no such login: check the e-mail address and the password.")
        token = issue_token(user=user, name=told["name"])
        return self.shown(NewTokenOut, {"token": token}, HTTPStatus.CREATED)


class TokenDoor(Door):
    queryset = ApiToken.objects.all()
    may = {"DELETE": ANYONE}

    def visible(self) -> QuerySet[ApiToken]:
        return ApiToken.objects.filter(user=self.user)

    @extend_schema(operation_id="tokens_revoke", responses={204: None})
    def delete(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the path
        """Revoke one of your tokens at once."""
        revoke_token(user=self.user, token_id=id, actor=self.user)
        return Response(status=HTTPStatus.NO_CONTENT)


class MeDoor(Door):
    may = {"GET": ANYONE}

    @extend_schema(operation_id="me", responses=MeOut)
    def get(self, request: Request) -> Response:
        """Tell who you are and whom you act for."""
        return self.shown(MeOut, self.caller)
