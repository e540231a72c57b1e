"""Callers of the API, each with a real token."""

import json
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.test import Client as Browser

from marketplace.accounts.models import StaffRole, User
from marketplace.accounts.services import issue_token
from marketplace.models import Client, ClientRole
from tests.marketplace.market import member
from vendors.models import Vendor
from vendors.services.members import add_vendor_member

PROBLEM = "application/problem+json"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Any
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.body)
        return told

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows of a page."""
        rows: list[dict[str, Any]] = self.json["results"]
        return rows


@dataclass
class Api:
    """Speaks JSON to the API; an address is written without /api/v1/."""

    user: User | None = None
    headers: dict[str, str] = field(default_factory=dict)
    browser: Browser = field(default_factory=Browser)

    def __post_init__(self) -> None:
        if self.user is not None:
            self.headers["Authorization"] = f"Bearer {issue_token(user=self.user, name='test')}"

    def matching(self, etag: str | int) -> "Api":
        """The same caller, who has read this version of what it writes."""
        told = etag if isinstance(etag, str) else f'"{etag}"'
        return Api(headers={**self.headers, "If-Match": told}, browser=self.browser)

    def get(self, path: str, **query: str | int) -> Answer:
        return self.send("GET", f"{path}?{urlencode(query)}" if query else path)

    def post(self, path: str, body: object = None) -> Answer:
        return self.send("POST", path, body)

    def put(self, path: str, body: object = None) -> Answer:
        return self.send("PUT", path, body)

    def patch(self, path: str, body: object = None) -> Answer:
        return self.send("PATCH", path, body)

    def delete(self, path: str) -> Answer:
        return self.send("DELETE", path)

    def send(self, method: str, path: str, body: object = None) -> Answer:
        return self.raw(method, path, b"" if body is None else json.dumps(body).encode())

    def raw(self, method: str, path: str, body: bytes, content_type: str = "application/json") -> Answer:
        answer = self.browser.generic(method, f"/api/v1/{path}", body, content_type, headers=self.headers)
        return Answer(answer.status_code, answer.headers, getattr(answer, "content", b""))


def login(password: str | None = None, **fields: Any) -> User:
    return User.objects.create_user(f"{uuid4().hex}@people.example", password, **fields)


def anonymous() -> Api:
    return Api()


def member_of(client: Client) -> Api:
    return Api(member(client))


def approver_of(client: Client) -> Api:
    return Api(member(client, ClientRole.APPROVER))


def speaker_of(vendor: Vendor) -> Api:
    user = login()
    add_vendor_member(actor=None, vendor=vendor, user=user)
    return Api(user)


def stranger() -> Api:
    return Api(login())


def compliance() -> Api:
    return Api(login(is_staff=True, staff_role=StaffRole.COMPLIANCE))


def operator() -> Api:
    return Api(login(is_staff=True, staff_role=StaffRole.OPERATOR))


def problem(answer: Answer, status: int) -> dict[str, Any]:
    """Return the problem that the answer tells, after a look at its form."""
    assert answer.status == status, answer.body
    assert answer.headers["Content-Type"] == PROBLEM
    told: dict[str, Any] = answer.json
    assert (told["status"], told["title"]) == (status, HTTPStatus(status).phrase)
    assert told["type"] == f"urn:armslength:problem:{told['code']}"
    assert told["detail"].endswith((".", "?"))
    return told


def wrong(answer: Answer) -> dict[str, str]:
    """Return the sentence per wrong field of a 400."""
    return {error["field"]: error["detail"] for error in problem(answer, 400).get("errors", [])}
