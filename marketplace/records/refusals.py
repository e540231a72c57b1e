"""What a service says instead of doing: a code for programs and a sentence for people that says what to do.

The API answers them as problem+json, the admin shows the sentence, commands print it and exit 1.
"""

from collections.abc import Mapping
from typing import Any


class Refusal(Exception):  # noqa: N818 - an expected answer, not an error of the program
    """A service declined. Nothing of the act was kept.

    `code` is snake_case, `detail` a sentence, `status` the HTTP status; `extra` goes beside them and must be JSON.
    """

    status = 400
    default_code = "refused"

    def __init__(self, detail: str, *, code: str = "", extra: Mapping[str, Any] | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code or self.default_code
        self.extra = dict(extra or {})

    def __str__(self) -> str:
        return self.detail


class Invalid(Refusal):
    """The input cannot be right: one sentence per field."""

    status = 400
    default_code = "invalid"

    def __init__(self, fields: Mapping[str, str], *, code: str = "") -> None:
        super().__init__(" ".join(fields.values()), code=code)
        self.fields = dict(fields)


class Forbidden(Refusal):
    """Someone else may do this, but not this person."""

    status = 403
    default_code = "forbidden"


class Missing(Refusal):
    """There is no such thing, or none that this person may know of: both read the same."""

    status = 404
    default_code = "not_found"


class Conflict(Refusal):
    """The input is fine and the state of things does not allow it."""

    status = 409
    default_code = "conflict"


class Stale(Refusal):
    """Somebody changed the row after it was read; nothing of theirs is written over."""

    status = 412
    default_code = "stale"


class Unavailable(Refusal):
    """It cannot be answered now; `retry_after` is in seconds."""

    status = 503
    default_code = "unavailable"

    def __init__(self, detail: str, *, retry_after: int, code: str = "") -> None:
        super().__init__(detail, code=code)
        self.retry_after = retry_after


def refuse_stale(found: int, read: int | None) -> None:
    """Raise Stale where the row has another version than the one that was read; None asks for none."""
    if read is not None and read != found:
        raise Stale("Somebody changed this after you read it: read it again and repeat what still applies.")
