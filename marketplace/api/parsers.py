"""Reading request bodies."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import IO, Any, NoReturn

from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser

LARGEST_BODY = 1_000_000
"""Bytes. The largest sensible body, an event of some hundred rows, has a tenth of it."""


class BodyTooLarge(APIException):
    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_code = "body_too_large"
    default_detail = f"The body is larger than {LARGEST_BODY:,} bytes: send less at once."


class Json(BaseParser):
    """JSON as RFC 8259 has it, of bounded size and depth; no NaN, no half characters, no key told twice."""

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:  # noqa: ANN401 - whatever the JSON is
        body = stream.read(LARGEST_BODY + 1)
        if len(body) > LARGEST_BODY:
            raise BodyTooLarge
        try:
            return _whole(json.loads(body, parse_constant=_refuse_constant, object_pairs_hook=_once), body)
        except RecursionError:
            raise ParseError("The body is nested too deeply: flatten it.") from None
        except ValueError as error:
            raise ParseError(f"The body is not JSON: {error}.") from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def _whole(told: Any, body: bytes) -> Any:  # noqa: ANN401 - whatever the JSON is
    """Refuse half a surrogate pair, which JSON can write and no text can hold."""
    if rb"\u" in body:
        try:
            json.dumps(told, ensure_ascii=False).encode()
        except UnicodeEncodeError as error:
            raise ValueError(f"half a character, {error.object[error.start]!a}, stands in it") from None
    return told


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twice!r} stands twice in one object")
    return found
