"""Who may knock at which door, and what they hear: every route, every method, every kind of caller (I10, I12)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from django.urls import URLPattern

from marketplace.api.urls import urlpatterns
from marketplace.api.views.requests import RequestsDoor
from tests.marketplace.api.doors import Answer, Api
from tests.marketplace.api.world import Side, World, taken_back, token_of

CALLERS = ("anonymous", "member", "other", "vendor", "compliance", "operator")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
Knocked = tuple[str, str]
"""The name of a route, and a method."""
OK = 0
"""Whatever status the row of the table says for those who may."""
NOT_DOORS = {"schema", "docs", "nowhere"}

# What the callers hear about Google's row, in the order of CALLERS: Google's member is `member`.
RULES = {
    "open": (OK, OK, OK, OK, OK, OK),
    "login": (401, OK, OK, OK, OK, OK),
    "staff": (401, 403, 403, 403, OK, OK),
    "members": (401, OK, OK, 403, 403, 403),
    "members, compliance": (401, OK, OK, 403, OK, 403),
    "members, own slot": (401, OK, 404, 403, 403, 403),
    "engaged": (401, OK, OK, OK, OK, 403),
    "applicants": (401, 403, 403, OK, 403, 403),
    "applicants, compliance": (401, 403, 403, OK, OK, 403),
    "own": (401, OK, 404, 404, OK, 404),
    "own act": (401, OK, 404, 404, 403, 404),
    "own or engaged": (401, OK, 404, OK, OK, 404),
    "own or engaged, act": (401, OK, 404, 403, 403, 404),
    "own token": (401, OK, 404, 404, 404, 404),
    "application": (401, 404, 404, OK, OK, 404),
    "application, act": (401, 404, 404, OK, 403, 404),
    "application, review": (401, 404, 404, 403, OK, 404),
    "compliance": (401, 403, 403, 403, OK, 403),
    "hidden": (401, 404, 404, 404, OK, 404),
}


@dataclass(frozen=True)
class Row:
    """One method of one route: the rule, the status for those who may, and what they send."""

    rule: str
    ok: int = 200
    body: Mapping[str, object] | None = None


EVENT = {
    "rows": [
        {
            "action": "add",
            "holder": "meta",
            "subject": "labelbox",
            "type": "shareholding",
            "share_low": "1",
            "share_high": "1",
            "source": {"url": "https://press.example/1"},
        }
    ]
}
TABLE: dict[Knocked, Row] = {
    ("tokens", "GET"): Row("login"),
    ("tokens", "POST"): Row("open", 401, {"email": "a@b.example", "password": "x", "name": "n"}),
    ("token", "DELETE"): Row("own token", 204),
    ("me", "GET"): Row("login"),
    ("parties", "GET"): Row("login"),
    ("parties", "POST"): Row("staff", 201, {"slug": "newcomer", "name": "Newcomer"}),
    ("party", "GET"): Row("login"),
    ("interests", "GET"): Row("login"),
    ("interests", "POST"): Row("staff", 201, EVENT),
    ("interest", "GET"): Row("hidden"),
    ("vendors", "GET"): Row("open"),
    ("vendor", "GET"): Row("open"),
    ("applications", "GET"): Row("applicants, compliance"),
    ("applications", "POST"): Row("applicants", 201, {"legal_name": "Another"}),
    ("application", "GET"): Row("application"),
    ("application", "PATCH"): Row("application, act", 200, {"legal_name": "Other"}),
    ("application-submit", "POST"): Row("application, act", 400),
    ("application-withdraw", "POST"): Row("application, act"),
    ("application-begin-review", "POST"): Row("application, review", 409),
    ("application-recommend", "POST"): Row("application, review", 409),
    ("application-request-changes", "POST"): Row("application, review", 409, {"note": "More."}),
    ("application-reject", "POST"): Row("application, review", 409, {"note": "No."}),
    ("application-approve", "POST"): Row("application, review", 409),
    ("requests", "GET"): Row("members, compliance"),
    ("requests", "POST"): Row("members", 201, {"title": "New", "modality": "text"}),
    ("request", "GET"): Row("own"),
    ("request", "PATCH"): Row("own act", 200, {"volume": 3}),
    ("request-close", "POST"): Row("own act"),
    ("request-matches", "GET"): Row("own"),
    ("screenings", "GET"): Row("members, compliance"),
    ("screenings", "POST"): Row("members, compliance", 200, {"vendor": "held"}),
    ("screening", "GET"): Row("own"),
    ("scenarios", "POST"): Row("members, compliance", 200, {"as_of": "2026-11-30", **EVENT}),
    ("awards", "GET"): Row("members, compliance"),
    ("awards", "POST"): Row("members, own slot", 201, {"vendor": "labelbox"}),
    ("award", "GET"): Row("own"),
    ("engagements", "GET"): Row("engaged"),
    ("engagements", "POST"): Row("members", 201, {"vendor": "labelbox", "title": "More"}),
    ("engagement", "GET"): Row("own or engaged"),
    ("engagement-end", "POST"): Row("own or engaged, act", 200, {"end": "2026-01"}),
    ("alerts", "GET"): Row("members, compliance"),
    ("alert", "GET"): Row("own"),
    ("alerts-at-risk", "GET"): Row("members, compliance"),
    ("alert-acknowledge", "POST"): Row("own act"),
    ("alert-mitigate", "POST"): Row("own act", 200, {"measure": "A firewall."}),
    ("alert-checklist", "POST"): Row("own act", 201, {"text": "Tell the board."}),
    ("checklist-item", "GET"): Row("own"),
    ("checklist-item", "PATCH"): Row("own act", 200, {"state": "done"}),
    ("checklist-item", "DELETE"): Row("own act", 204),
    ("events", "GET"): Row("compliance"),
    ("event", "GET"): Row("hidden"),
    ("notices", "GET"): Row("members, compliance"),
    ("notice-read", "POST"): Row("own token"),
    ("notice-settings", "GET"): Row("members"),
    ("notice-settings", "PATCH"): Row("members", 200, {"lowered": False}),
    ("competitors", "GET"): Row("members, compliance"),
    ("competitors", "PUT"): Row("members", 200, {"rows": []}),
    ("competitors", "POST"): Row("members", 201, {"competitor": "scale-ai"}),
    ("competitor", "GET"): Row("own"),
    ("competitor", "DELETE"): Row("own act", 204),
    ("policy", "GET"): Row("members, compliance"),
    ("policy", "PUT"): Row("members", 200, {"economic_block": "20"}),
    ("decisions", "GET"): Row("members, compliance"),
    ("decisions", "POST"): Row("members, compliance", 201, {"vendor": "held", "reason": "It is small."}),
    ("decision", "GET"): Row("own"),
    # A member without the approver role; compliance do not approve what is for the client to decide.
    ("decision-approve", "POST"): Row("own", 403),
    ("decision-void", "POST"): Row("own", 200, {"reason": "It grew."}),
    # Only compliance vetoes; only who asked takes it back.
    ("decision-veto", "POST"): Row("own", 403, {"reason": "It grew."}),
    ("decision-withdraw", "POST"): Row("own"),
    ("decision-mitigations", "POST"): Row("own", 201, {"kind": "nda", "text": "Signed by all", "responsible": "Legal"}),
    ("mitigation-verify", "POST"): Row("own", 403),
}
STAFF_QUERY = {
    "competitors": "?reason=audit",
    "competitor": "?reason=audit",
    "decisions": "?reason=audit",
    "decision": "?reason=audit",
    "policy": "?reason=audit&client=google",
}
EDITS = {
    ("alert-acknowledge", "POST"),
    ("alert-mitigate", "POST"),
    ("checklist-item", "PATCH"),
    ("checklist-item", "DELETE"),
}
STAFF_SAY_WHOSE = {("screenings", "POST"), ("decisions", "POST")}
STAFF_STATUS = {
    ("decisions", "POST"): 403,
    ("decision-veto", "POST"): 200,
    ("decision-withdraw", "POST"): 403,
    ("mitigation-verify", "POST"): 200,
}


def doors() -> dict[str, URLPattern]:
    return {str(pattern.name): pattern for pattern in urlpatterns if pattern.name not in NOT_DOORS}


def methods_of(pattern: URLPattern) -> list[str]:
    return [method for method in METHODS if hasattr(pattern.callback.view_class, method.lower())]  # type: ignore[attr-defined]


def address(name: str, key: UUID | str) -> str:
    return str(doors()[name].pattern).replace("<uuid:id>", str(key))


def noun_of(name: str) -> str:
    return str(doors()[name].pattern).partition("/<")[0]


def has_id(name: str) -> bool:
    return "<uuid:id>" in str(doors()[name].pattern)


def key_of(made: World, side: Side, name: str) -> UUID:
    """The id of the side's row behind a route; what is nobody's has one for both."""
    shared = {
        "parties": made.vendors["held"].party_id,
        "vendors": made.vendors["held"].pk,
        "applications": made.application.pk,
        "interests": made.hidden_interest,
        "compliance/events": made.event,
    }
    if noun_of(name) == "auth/tokens":
        return token_of(made.callers["member" if side is made.google else "other"])
    return shared.get(noun_of(name)) or side.ids[noun_of(name)]


def body_of(side: Side, door: Knocked, caller: str) -> Mapping[str, object] | None:
    body = TABLE[door].body
    if door == ("awards", "POST"):
        return {**(body or {}), "slot": str(side.ids["slots"])}
    if caller == "compliance" and door in STAFF_SAY_WHOSE:
        return {**(body or {}), "client": "google"}
    return body


def rehearsed(api: Api, method: str, path: str, body: object) -> Answer:
    """Knock, and take back what it did."""
    with taken_back():
        return api.send(method, path, body)


def knock(made: World, caller: str, door: Knocked, key: UUID | str) -> Answer:
    """Knock as the caller at the row of this id, with what Google would send."""
    name, method = door
    path = address(name, key) + (STAFF_QUERY.get(name, "") if (caller, method) == ("compliance", "GET") else "")
    api = made.callers[caller]
    return rehearsed(api.matching(1) if door in EDITS else api, method, path, body_of(made.google, door, caller))


def expected(name: str, method: str, caller: str) -> int:
    row = TABLE[name, method]
    status = RULES[row.rule][CALLERS.index(caller)]
    if status != OK:
        return status
    return STAFF_STATUS.get((name, method), row.ok) if caller == "compliance" else row.ok


def unlike(answers: Iterator[tuple[str, Answer, int]]) -> list[str]:
    return [f"{what}: {got.status}, not {want}" for what, got, want in answers if got.status != want]


def tell(answer: Answer) -> tuple[int, dict[str, str], bytes]:
    """All that a caller can see of an answer."""
    return answer.status, dict(answer.headers), answer.body


def test_every_door_stands_in_the_table() -> None:
    found = {(name, method) for name, pattern in doors().items() for method in methods_of(pattern)}
    assert found == set(TABLE)


@pytest.mark.parametrize("caller", CALLERS)
def test_each_caller_hears_what_the_table_says(caller: str, made: World) -> None:
    google = made.google
    assert not unlike(
        (
            f"{method} {name}",
            knock(made, caller, (name, method), key_of(made, google, name) if has_id(name) else ""),
            expected(name, method, caller),
        )
        for name, method in TABLE
    )


@pytest.mark.parametrize("caller", ["member", "vendor", "operator"])
def test_what_is_another_s_does_not_exist(caller: str, made: World) -> None:
    """Another client's row reads as an id of nothing does: status, headers and body."""
    openai = made.openai
    nouns = set(openai.ids) - ({"engagements"} if caller == "vendor" else set())
    asked = [(name, method) for name, method in TABLE if has_id(name) and noun_of(name) in nouns | {"auth/tokens"}]
    assert len(asked) > 10
    for name, method in asked:
        foreign, missing = (knock(made, caller, (name, method), key) for key in (key_of(made, openai, name), uuid4()))
        assert foreign.status == 404, (name, method)
        assert tell(foreign) == tell(missing), (name, method)


def test_not_existing_comes_before_wrong_input(made: World) -> None:
    for name, method in TABLE:
        if has_id(name) and noun_of(name) in made.openai.ids:
            path = address(name, key_of(made, made.openai, name))
            answer = made.google_api.raw(method, f"{path}?tpye=1", b"{", "text/plain")
            assert answer.status == 404, (name, method)


def test_another_s_slot_and_request_do_not_exist_for_an_award(made: World) -> None:
    for noun, key in (("slot", "slots"), ("request", "requests")):
        foreign, missing = (
            made.google_api.post("awards", {noun: str(row), "vendor": "labelbox"})
            for row in (made.openai.ids[key], uuid4())
        )
        assert foreign.status == 404
        assert tell(foreign) == tell(missing)


def test_whoever_edits_says_what_was_read(made: World) -> None:
    """428 without If-Match and 412 with an older ETag, and nothing is written; both come last."""
    for name, method in EDITS:
        path, body = address(name, key_of(made, made.google, name)), body_of(made.google, (name, method), "member")
        answers = [api.send(method, path, body).status for api in (made.google_api, made.google_api.matching(99))]
        assert answers == [428, 412], (name, method)


def test_every_door_that_edits_is_listed() -> None:
    found = {
        (name, method)
        for name, pattern in doors().items()
        for method in methods_of(pattern)
        if method in getattr(pattern.callback.view_class, "edits", ())  # type: ignore[attr-defined]
    }
    assert found == EDITS


def test_methods_that_a_door_lacks_are_405(made: World) -> None:
    for_staff = {"interests", "applications", "compliance/events"}
    for name, pattern in doors().items():
        key = key_of(made, made.google, name) if has_id(name) else ""
        caller = made.callers["compliance" if noun_of(name) in for_staff else "member"]
        for method in {*METHODS, "OPTIONS"} - {*methods_of(pattern)}:
            assert caller.send(method, address(name, key)).status == 405, (name, method)


def test_a_method_that_nobody_is_named_for_stays_shut(made: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RequestsDoor, "may", {})
    assert made.callers["compliance"].get("requests").status == 405


@pytest.mark.parametrize("path", ["nothing", "requests/1", "requests/", "requests/%00", "../etc", "parties/x" * 300])
@pytest.mark.usefixtures("made")
def test_an_address_that_leads_nowhere_is_a_plain_404(path: str) -> None:
    answer = Api().get(path)
    assert (answer.status, answer.headers["Content-Type"]) == (404, "application/problem+json")
