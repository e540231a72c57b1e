"""Who calls: a Bearer token, or the session of someone who logged in."""

import re
from typing import Any

from knox.auth import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

PRINTABLE = re.compile(rb"[\x21-\x7e]{1,200}")


class BearerToken(TokenAuthentication):
    """Knox's, which would stumble over bytes that no token has."""

    def authenticate_credentials(self, token: bytes) -> tuple[Any, Any]:
        if not PRINTABLE.fullmatch(token):
            raise AuthenticationFailed("Invalid token.")
        found: tuple[Any, Any] = super().authenticate_credentials(token)  # type: ignore[no-untyped-call]
        return found
