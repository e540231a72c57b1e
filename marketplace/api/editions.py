"""Rows that people edit: nobody writes over what somebody else wrote meanwhile (I8, RFC 9110)."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, ClassVar, Protocol

from rest_framework.exceptions import APIException
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from marketplace.api.doors import Door

IF_MATCH = "The ETag that you read: the write is refused where it is not the newest any more."
ETAG = re.compile(r'"([0-9]{1,9})"')
NEVER = 0
"""No row has this version: what is no ETag of ours matches nothing."""


class Unconditional(APIException):
    status_code = HTTPStatus.PRECONDITION_REQUIRED
    default_code = "precondition_required"
    default_detail = "Send If-Match with the ETag that you read: without it you could write over what others wrote."


class Versioned(Protocol):
    @property
    def version(self) -> int: ...


class EditedDoor(Door):
    """Answers with an ETag and wants it back in If-Match from the methods that `edits` names: else 428, stale 412.

    They ask for it by `read_version`, last of all, after row and body, so that nothing about a row is told by it.
    """

    edits: ClassVar[frozenset[str]] = frozenset({"POST", "PUT", "PATCH", "DELETE"})

    @property
    def read_version(self) -> int:
        """The version that the caller read; raises Unconditional where it does not say."""
        return _told(self.request.headers)

    def edition(self, kind: type[BaseSerializer[Any]], row: Versioned, status: HTTPStatus = HTTPStatus.OK) -> Response:
        """Answer one row with its ETag."""
        answer = self.shown(kind, row, status)
        answer["ETag"] = f'"{row.version}"'
        return answer


def _told(headers: Mapping[str, str]) -> int:
    text = headers.get("If-Match", "").strip()
    if not text:
        raise Unconditional
    found = ETAG.fullmatch(text)
    return int(found[1]) if found else NEVER
