"""The OpenAPI description: what every operation has beside its own answers."""

from http import HTTPStatus
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import Direction, OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework import serializers
from rest_framework.permissions import AllowAny

from marketplace.api import problems
from marketplace.api.authentication import BearerToken
from marketplace.api.callers import ANYONE
from marketplace.api.editions import IF_MATCH, Unconditional
from marketplace.membership import NOT_FOUND

BODIES = ("POST", "PUT", "PATCH")
IF_MATCH_HEADER = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description=IF_MATCH,
    examples=[OpenApiExample("Version 3", '"3"')],
)


class ProblemErrorOut(serializers.Serializer[Any]):
    field = serializers.CharField(help_text="Which field, such as `rows[0].share_low`; empty for the body as a whole.")
    detail = serializers.CharField(help_text="What is wrong with it and what to do.")


class ProblemOut(serializers.Serializer[Any]):
    """A refusal (RFC 9457). Some carry more members, told beside the operation."""

    type = serializers.CharField(help_text="`urn:armslength:problem:` and the code.")
    title = serializers.CharField(help_text="The name of the status.")
    status = serializers.IntegerField(help_text="The HTTP status.")
    detail = serializers.CharField(help_text="A sentence for people.")
    code = serializers.CharField(help_text="For programs; codes stay.")
    errors = ProblemErrorOut(  # type: ignore[assignment]
        many=True, required=False, help_text="One entry per wrong field."
    )


class BearerTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describes the tokens."""

    target_class = BearerToken
    name = "bearer"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A named token of yours; POST /api/v1/auth/tokens gives one out, once.",
        }


class ProblemSchema(AutoSchema):
    """Adds to each operation the problems that its method, its path and its view can answer."""

    def get_override_parameters(self) -> list[OpenApiParameter | Any]:
        asked = getattr(self.view, "asks", {}).get(self.method, {})
        told = [OpenApiParameter(name, str, description=meaning) for name, meaning in asked.items()]
        return [*told, IF_MATCH_HEADER] if self._is_edit() else told

    def _get_response_bodies(self, direction: Direction = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        for status in sorted(self._problems()):
            bodies.setdefault(str(status), self._problem(status))
        return bodies

    def _is_edit(self) -> bool:
        return self.method in getattr(self.view, "edits", ())

    def _problems(self) -> set[int]:
        has_body = self.method in BODIES
        may = getattr(self.view, "may", {}).get(self.method)
        anonymous = any(isinstance(permission, AllowAny) for permission in self.view.get_permissions())
        found = {
            HTTPStatus.BAD_REQUEST: True,
            HTTPStatus.UNAUTHORIZED: not anonymous,
            HTTPStatus.FORBIDDEN: may is not None and may is not ANYONE,
            HTTPStatus.NOT_FOUND: "{" in self.path,
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE: has_body,
            HTTPStatus.PRECONDITION_REQUIRED: self._is_edit(),
            HTTPStatus.PRECONDITION_FAILED: self._is_edit(),
        }
        own = getattr(self.view, "refuses", {}).get(self.method, ())
        return {int(status) for status, holds in found.items() if holds} | {int(status) for status in own}

    def _problem(self, status: int) -> dict[str, Any]:
        example = OpenApiExample(name=HTTPStatus(status).phrase, value=_example(status), media_type=problems.MEDIA_TYPE)
        response = OpenApiResponse(ProblemOut, description=HTTPStatus(status).phrase, examples=[example])
        body: dict[str, Any] = self._get_response_for_code(  # type: ignore[no-untyped-call]
            response, str(status), [problems.MEDIA_TYPE]
        )
        return body


EXAMPLES = {
    400: (
        "invalid",
        problems.WRONG_INPUT,
        {"errors": [{"field": "tpye", "detail": "There is no tpye here: did you mean type?"}]},
    ),
    401: ("not_authenticated", "Authentication credentials were not provided.", {}),
    403: ("forbidden", "This is for members of a client.", {}),
    404: ("not_found", NOT_FOUND, {}),
    409: ("conflict", "Something changed meanwhile: read it again and repeat what still applies.", {}),
    412: ("stale", "Somebody changed this after you read it: read it again and repeat what still applies.", {}),
    415: ("unsupported_media_type", 'Unsupported media type "text/plain" in request.', {}),
    428: ("precondition_required", Unconditional.default_detail, {}),
    503: ("unavailable", "This cannot be answered now: try again in a moment.", {}),
}


def _example(status: int) -> dict[str, Any]:
    code, detail, more = EXAMPLES[status]
    return {
        "type": problems.TYPE.format(code=code),
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        **more,
    }
