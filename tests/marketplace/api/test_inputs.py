"""Bad input gets a 4xx with a sentence, never a 5xx, and leaves nothing behind (I19)."""

from collections.abc import Iterator
from typing import Any

import pytest

from conflicts.models import FactChange
from marketplace.records.models import LogEntry
from tests.marketplace.api.doors import Api, problem, wrong
from tests.marketplace.api.test_matrix import (
    STAFF_QUERY,
    TABLE,
    Knocked,
    address,
    body_of,
    doors,
    has_id,
    key_of,
    methods_of,
    noun_of,
)
from tests.marketplace.api.world import World, taken_back

BODIES = [door for door in TABLE if door[1] in {"POST", "PUT", "PATCH"}]
LISTS = [name for name, pattern in doors().items() if "GET" in methods_of(pattern)]
FILTERED = [name for name in LISTS if doors()[name].callback.view_class.filterset_class]  # type: ignore[attr-defined]
EVIL: list[Any] = [None, True, -1, 10**30, 1.5e308, "", "\x00", "\ud800", "x" * 100_000, "2025-13-45", [None], {"a": 1}]
BROKEN = [
    b"{",
    b"[" * 100_000,
    b"9" * 5000,
    b"\xff\xfe",
    b"\x00",
    b'{"a": NaN}',
    b'{"a": 1, "a": 2}',
    b'"text"',
    b"7",
    b"null",
    b"[]",
]
QUERIES = [
    "",
    "\x00",
    "x" * 5000,
    "-1",
    "0",
    "9" * 400,
    "1e5",
    "2025-02-30",
    "9999-12-31",
    "0001-01-01",
    "ü",
    "%",
    "[]",
]


def caller_of(made: World, door: Knocked) -> Api:
    """Someone who may: the member, or staff or the applicant where it is theirs."""
    rule = TABLE[door].rule
    if rule.startswith("applica"):
        return made.callers["compliance" if "review" in rule else "vendor"]
    return made.callers["compliance" if rule in {"staff", "hidden", "compliance"} else "member"]


def path_of(made: World, door: Knocked) -> str:
    name, _ = door
    return address(name, key_of(made, made.google, name) if has_id(name) else "")


def filters_of(name: str) -> list[str]:
    return list(doors()[name].callback.view_class.filterset_class.base_filters)  # type: ignore[attr-defined]


def rows_written() -> tuple[int, int]:
    return LogEntry.objects.count(), FactChange.objects.count()


def spoilt(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The body with each of its values, however deep, replaced by each of the evil ones."""
    for name, value in body.items():
        yield from ({**body, name: evil} for evil in EVIL)
        if isinstance(value, list) and value and isinstance(value[0], dict):
            yield from ({**body, name: [inner]} for inner in spoilt(value[0]))
        if isinstance(value, dict):
            yield from ({**body, name: inner} for inner in spoilt(value))


@pytest.mark.parametrize("door", BODIES, ids=lambda door: " ".join(reversed(door)))
def test_no_body_breaks_a_door(door: Knocked, made: World) -> None:
    """Whatever is answered 4xx has written nothing."""
    api, path = caller_of(made, door), path_of(made, door)
    sent = dict(body_of(made.google, door, "member") or {})
    for body in [*EVIL, *spoilt(sent), {**sent, "unheard-of": 1}]:
        before = rows_written()
        with taken_back():
            answer = api.send(door[1], path, body)
            assert answer.status < 500, (body, answer.body)
            assert answer.status < 400 or rows_written() == before, body


@pytest.mark.parametrize("door", BODIES, ids=lambda door: " ".join(reversed(door)))
def test_what_is_no_json_object_is_a_400(door: Knocked, made: World) -> None:
    api, path = caller_of(made, door), path_of(made, door)
    before = rows_written()
    for body in BROKEN:
        problem(api.raw(door[1], path, body), 400)
    problem(api.raw(door[1], path, b"a=1", "application/x-www-form-urlencoded"), 415)
    assert problem(api.raw(door[1], path, b" " * 1_000_001), 413)["code"] == "body_too_large"
    assert rows_written() == before


@pytest.mark.parametrize("door", BODIES, ids=lambda door: " ".join(reversed(door)))
def test_an_unknown_field_is_a_400_that_names_it(door: Knocked, made: World) -> None:
    sent = dict(body_of(made.google, door, "member") or {})
    before = rows_written()
    told = wrong(caller_of(made, door).send(door[1], path_of(made, door), {**sent, "unheard-of": 1}))
    assert told["unheard-of"].startswith("There is no unheard-of here")
    assert rows_written() == before


@pytest.mark.parametrize("name", FILTERED)
def test_no_query_breaks_a_door(name: str, made: World) -> None:
    door = (name, "GET")
    api, path = caller_of(made, door), path_of(made, door)
    for parameter in [*filters_of(name), "page", "page_size", "\x00"]:
        for value in QUERIES:
            assert api.get(path, **{parameter: value}).status in {200, 400}, (parameter, value)


@pytest.mark.parametrize("name", LISTS)
def test_a_misspelt_parameter_never_answers_with_rows(name: str, made: World) -> None:
    door = (name, "GET")
    api, path = caller_of(made, door), path_of(made, door)
    extra = STAFF_QUERY.get(name, "").partition("&")[0] if api is made.callers["compliance"] else ""
    assert "tpye" in wrong(api.send("GET", f"{path}{extra or '?'}&tpye=shareholding"))


@pytest.mark.parametrize(
    ("path", "named", "meant"),
    [
        ("interests?hodler=meta", "hodler", "did you mean holder?"),
        ("interests?tpye=shareholding", "tpye", "did you mean type?"),
        ("vendors?modalty=text", "modalty", "did you mean modality?"),
        ("parties?pagesize=3", "pagesize", "did you mean page_size?"),
        ("screenings?client=google", "client", "use vendor, outcome, coverage"),
        ("competitors?reason=curious", "reason", "use page, page_size"),
        ("me?fields=email", "fields", "leave it out"),
    ],
)
def test_a_misspelt_parameter_is_told_the_nearest(path: str, named: str, meant: str, made: World) -> None:
    assert meant in wrong(made.google_api.get(path))[named]


def test_a_parameter_is_given_once_and_not_empty(made: World) -> None:
    api = made.google_api
    assert "give it once" in wrong(api.get("interests?type=votingRights&type=shareholding"))["type"]
    assert "is empty" in wrong(api.get("interests?type="))["type"]


def test_a_filter_that_names_nobody_is_no_empty_list(made: World) -> None:
    assert wrong(made.google_api.get("interests", holder="mteta"))["holder"].startswith("There is no party 'mteta'")
    assert wrong(made.google_api.get("alerts", vendor="mteta"))["vendor"].startswith("There is no vendor 'mteta'")


def test_so_many_parameters_are_not_read(made: World) -> None:
    assert problem(made.google_api.get("parties?" + "&".join(f"a{n}=1" for n in range(2000))), 400)


@pytest.mark.parametrize(("query", "named"), [("page=0", "page"), ("page=2.5", "page"), ("page_size=201", "page_size")])
def test_pages_are_bounded(query: str, named: str, made: World) -> None:
    assert "write a whole number from 1" in wrong(made.google_api.get(f"parties?{query}"))[named]


def test_pages_follow_each_other_in_one_order(made: World) -> None:
    api = made.google_api
    whole = [row["slug"] for row in api.get("parties", page_size=200).rows]
    first, second = (api.get("parties", page_size=3, page=number) for number in (1, 2))
    assert [row["slug"] for row in (*first.rows, *second.rows)] == whole[:6]
    assert first.json["count"] == len(whole)
    assert "page=2" in first.json["next"]
    assert "the last one is" in wrong(api.get("parties", page=99999))["page"]


def test_every_answer_stays_out_of_caches(made: World) -> None:
    for path in ("vendors", "me", "nothing"):
        assert made.google_api.get(path).headers["Cache-Control"] == "private, no-store"


def test_doors_with_an_id_have_the_noun_first() -> None:
    assert {noun_of(name) for name in doors() if has_id(name)} >= {"requests", "alerts", "auth/tokens"}
