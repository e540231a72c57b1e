"""Every refusal of the API as problem+json (RFC 9457)."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import IntegrityError, OperationalError
from django.http import Http404
from django.http.request import UnreadablePostError
from drf_standardized_errors.formatter import flatten_errors
from drf_standardized_errors.handler import ExceptionHandler
from drf_standardized_errors.types import ExceptionHandlerContext
from rest_framework import exceptions
from rest_framework.response import Response

from marketplace.membership import NOT_FOUND
from marketplace.records.refusals import Invalid, Refusal, Unavailable

MEDIA_TYPE = "application/problem+json"
TYPE = "urn:armslength:problem:{code}"
WRONG_INPUT = "Some of the input cannot be right: errors says which and why."
BROKEN = "Something is broken here; the log has it. Try again later, and tell us if it stays."
UNIQUE_VIOLATION = "23505"
CODES = {"permission_denied": "forbidden", "error": "server_error"}
PLACE = re.compile(r"(?:^|\.)(\d+)(?=\.|$)")
LONGEST = 500
OWN = ("type", "title", "status", "detail", "code", "errors")


class Refused(exceptions.APIException):
    """A service's refusal on its way out."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.detail, refusal.code)
        self.status_code = refusal.status
        self.fields = dict(refusal.fields) if isinstance(refusal, Invalid) else {}
        self.extra = refusal.extra
        self.wait = refusal.retry_after if isinstance(refusal, Unavailable) else None


class Busy(exceptions.APIException):
    """The database did not answer in time."""

    status_code = HTTPStatus.SERVICE_UNAVAILABLE
    default_code = "busy"
    default_detail = "The database is busy and nothing was done: try again in a moment."
    wait = 1


class Outrun(exceptions.APIException):
    """Someone else wrote the same in the same moment, past the check that a service makes before it writes."""

    status_code = HTTPStatus.CONFLICT
    default_code = "conflict"
    default_detail = "Someone else wrote the same in this moment, and nothing of yours was kept: read it again."


class ProblemHandler(ExceptionHandler):
    """Turns what was raised behind a door into a problem; what nobody expected is told as a bare 500 and logged."""

    def convert_known_exceptions(self, exc: Exception) -> Exception:
        match exc:
            case Refusal():
                return exceptions.NotFound() if exc.status == HTTPStatus.NOT_FOUND else Refused(exc)
            case OperationalError():
                return Busy()
            case IntegrityError() if _is_duplicate(exc):
                return Outrun()
            case SuspiciousOperation() | UnreadablePostError():
                return exceptions.ParseError("The request could not be read: send it again, smaller.")
            case Http404() | PermissionDenied():
                return super().convert_known_exceptions(exc)
        return exc

    def format_exception(self, exc: exceptions.APIException) -> dict[str, Any]:
        errors = _errors(exc)
        code = _code(exc)
        problem: dict[str, Any] = {
            "type": TYPE.format(code=code),
            "title": HTTPStatus(exc.status_code).phrase,
            "status": int(exc.status_code),
            "detail": WRONG_INPUT if errors else _detail(exc),
            "code": code,
        }
        if errors:
            problem["errors"] = errors
        extra = getattr(exc, "extra", {})
        return problem | {name: value for name, value in extra.items() if name not in OWN}

    def report_exception(self, exc: exceptions.APIException, response: Response) -> None:
        # A service that declines for now is no error of the program.
        if not isinstance(exc, Refused):
            super().report_exception(exc, response)

    def get_response(self, exc: exceptions.APIException, data: dict[str, Any]) -> Response:
        return Response(data, exc.status_code, headers=self.get_headers(exc), content_type=MEDIA_TYPE)


def handler(exc: Exception, context: ExceptionHandlerContext) -> Response | None:
    """Answer an exception of a view; settings name this function."""
    return ProblemHandler(exc, context).run()


def _is_duplicate(error: IntegrityError) -> bool:
    return getattr(error.__cause__, "sqlstate", "") == UNIQUE_VIOLATION or "UNIQUE constraint" in str(error)


def _code(exc: exceptions.APIException) -> str:
    if isinstance(exc, exceptions.ValidationError):
        return "invalid"
    code = exc.get_codes()
    return CODES.get(code, code) if isinstance(code, str) else str(exc.default_code)


def _detail(exc: exceptions.APIException) -> str:
    # One sentence for all, so that nothing tells what is hidden from what never was.
    if isinstance(exc, exceptions.NotFound):
        return NOT_FOUND
    return BROKEN if exc.status_code == HTTPStatus.INTERNAL_SERVER_ERROR else str(exc.detail)


def _errors(exc: exceptions.APIException) -> list[Mapping[str, str]]:
    if isinstance(exc, exceptions.ValidationError):
        return [_error(_field(error.attr), error.detail) for error in flatten_errors(exc.detail)]
    return [_error(name, detail) for name, detail in getattr(exc, "fields", {}).items()]


def _error(name: str, detail: str) -> Mapping[str, str]:
    """What was sent may be told back, but not at any length."""
    return {"field": shorten(name, LONGEST), "detail": shorten(detail, LONGEST)}


def shorten(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[:length]}..."


def _field(path: str | None) -> str:
    """Write `rows.0.share_low` as `rows[0].share_low`; empty for the body as a whole."""
    words = (path or "").removesuffix("non_field_errors").removesuffix(".")
    return PLACE.sub(r"[\1]", words)
