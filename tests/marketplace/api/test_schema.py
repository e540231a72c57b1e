"""The OpenAPI description: complete, true to its own examples, and readable without the rest of the world."""

import io
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from drf_spectacular.generators import SchemaGenerator

from tests.marketplace.api.doors import PROBLEM, Api

JSON = "application/json"
OK = re.compile("2..")


@cache
def schema() -> dict[str, Any]:
    found: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return found


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in schema()["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def contents(operation: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The bodies that an operation takes and gives, each by its status or `request`."""
    if "requestBody" in operation:
        yield "request", operation["requestBody"]["content"]
    for status, response in operation["responses"].items():
        if "content" in response:
            yield status, response["content"]


def as_json_schema(node: Any) -> Any:  # noqa: ANN401 - any part of the description
    """OpenAPI 3.0 says `nullable` where JSON Schema says that null is one of the types."""
    if isinstance(node, list):
        return [as_json_schema(inner) for inner in node]
    if not isinstance(node, dict):
        return node
    told = {name: as_json_schema(inner) for name, inner in node.items() if name != "nullable"}
    return {"anyOf": [told, {"type": "null"}]} if node.get("nullable") is True else told


def test_the_description_has_no_warning() -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=io.StringIO())


def test_every_operation_says_what_it_does() -> None:
    assert [what for what, operation in operations() if not operation.get("description", "").strip()] == []
    names = [operation["operationId"] for _, operation in operations()]
    assert len(names) == len(set(names)) > 50


def test_every_body_has_an_example() -> None:
    bare = [
        (what, where)
        for what, operation in operations()
        for where, content in contents(operation)
        for told in content.values()
        if not told.get("examples")
    ]
    # An act that needs no words takes {}, which needs no example.
    assert {where for _, where in bare} <= {"request"}
    assert not [
        what
        for what, _ in bare
        if not re.search("submit|withdraw|review|recommend|close|acknowledge|approve|verify", what)
    ]


def test_every_example_fits_its_schema() -> None:
    root = as_json_schema(schema()["components"])
    for what, operation in operations():
        for where, content in contents(operation):
            for told in content.values():
                validator = jsonschema.Draft202012Validator({**as_json_schema(told["schema"]), "components": root})
                for name, example in told.get("examples", {}).items():
                    wrong = [error.message for error in validator.iter_errors(example["value"])]
                    assert wrong == [], (what, where, name)


def test_every_refusal_is_told_as_a_problem() -> None:
    for what, operation in operations():
        for status, response in operation["responses"].items():
            if not OK.fullmatch(status):
                assert set(response["content"]) == {PROBLEM}, (what, status)


def test_only_the_public_list_and_the_login_need_no_token() -> None:
    free = {what for what, operation in operations() if {} in operation["security"]}
    assert free == {"POST /api/v1/auth/tokens", "GET /api/v1/vendors", "GET /api/v1/vendors/{id}"}


@pytest.mark.django_db
def test_the_page_needs_no_token_and_nothing_from_elsewhere() -> None:
    page = Api().get("docs")
    assert page.status == 200
    links = re.findall(rb'(?:src|href)="([^"]+)"', page.body)
    assert len(links) >= 4
    assert not [link for link in links if link.startswith((b"http", b"//"))]
    files = [link.decode().removeprefix("/static/") for link in links if link.startswith(b"/static/")]
    assert all(finders.find(file) for file in files)
    assert b"<script>" not in page.body
    assert b"/api/v1/schema" in Api().get("docs?script=").body


@pytest.mark.django_db
def test_the_description_is_served() -> None:
    answer = Api(headers={"Accept": "application/vnd.oai.openapi+json"}).get("schema")
    assert answer.json["paths"].keys() == schema()["paths"].keys()
