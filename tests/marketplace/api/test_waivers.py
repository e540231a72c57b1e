"""Waivers over the API: asked for with terms, approved by a second person, and no way to learn what is private."""

import datetime as dt
from typing import Any

import pytest

from conflicts.models import Mitigation, ReviewDecision
from marketplace.records import clock
from marketplace.records.models import LogEntry
from tests.marketplace import market
from tests.marketplace.api.doors import Api, problem, wrong
from tests.marketplace.api.world import World


def asked(**told: Any) -> dict[str, Any]:
    """What a member sends for a waiver of Scale AI, which is blocked."""
    return {
        "vendor": "scale-ai",
        "kind": "waiver",
        "reason": "Nobody else labels this language.",
        "conditions": "No contact with the board.",
        "expires_on": str(clock.today() + dt.timedelta(days=30)),
        **told,
    }


def test_a_waived_vendor_stands_last_in_the_ranking_with_the_word_for_it(made: World) -> None:
    buyer, place = made.google_api, f"requests/{made.google.ids['requests']}/matches"
    waiver = buyer.post("decisions", asked()).json["id"]
    Api(made.google.approver).post(f"decisions/{waiver}/approve")
    market.catch_up()
    *others, last = buyer.get(place).rows
    assert (last["vendor"]["slug"], last["outcome"], last["waiver"]) == ("scale-ai", "blocked", waiver)
    assert (last["rank"], last["why"]) == (len(others) + 1, "by a waiver")
    assert {(row["waiver"], row["why"]) for row in others} == {(None, "")}
    buyer.post(f"decisions/{waiver}/void", {"reason": "The wall has a hole."})
    (named,) = buyer.get(place, vendor="scale-ai").rows
    assert (named["rank"], named["waiver"], named["why"].partition(":")[0]) == (None, None, "conflict")


def test_two_of_the_client_waive_a_block_and_award(made: World) -> None:
    buyer, approver = made.google_api, Api(made.google.approver)
    slot = {"slot": str(made.google.ids["slots"]), "vendor": "scale-ai"}
    assert problem(buyer.post("awards", slot), 409)["code"] == "vendor_conflicted"
    told = buyer.post("decisions", asked()).json
    assert (told["kind"], told["status"], told["request"]) == ("waiver", "requested", None)
    assert [(row["rule"], row["low"], row["high"]) for row in told["accepted"]] == [("economic_line", "49", "49")]
    assert problem(buyer.post("awards", slot), 409)["code"] == "vendor_conflicted"
    assert approver.post(f"decisions/{told['id']}/approve").json["status"] == "approved"
    won = buyer.post("awards", slot)
    assert (won.status, won.json["outcome"], won.json["decision"]) == (201, "blocked", told["id"])


def test_a_waiver_tells_its_terms(made: World) -> None:
    memo = {"title": "Memo", "url": "https://docs.example/memo"}
    wall = {"kind": "firewall", "text": "Two teams", "responsible": "Security", "document": memo}
    request = str(made.google.ids["requests"])
    sent = asked(request=request, far_kinds=["biased ground rules"], documents=[memo], mitigations=[wall])
    made_id = made.google_api.post("decisions", sent).json["id"]
    told = made.google_api.get(f"decisions/{made_id}").json
    assert (told["request"], told["expires_on"], told["conditions"]) == (
        request,
        sent["expires_on"],
        sent["conditions"],
    )
    assert told["far_kinds"] == ["unequal access to information", "biased ground rules"]
    assert [row["document"] for row in told["mitigations"]] == [{**memo, "file": None}]
    assert len(told["documents"]) == 2
    assert [row["id"] for row in made.google_api.get("decisions", kind="waiver", status="requested").rows] == [made_id]


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"expires_on": None}, "expires_on"),
        ({"expires_on": "2020-01-01"}, "expires_on"),
        ({"expires_on": "soon"}, "expires_on"),
        ({"conditions": ""}, "conditions"),
        ({"kind": "pardon"}, "kind"),
        ({"far_kinds": ["bias"]}, "far_kinds[0]"),
        ({"documents": [{"title": "Memo"}]}, "documents"),
        ({"documents": [{"title": "Memo", "url": "javascript:alert(1)"}]}, "documents[0].url"),
        ({"mitigations": [{"kind": "moat", "text": "x", "responsible": "y"}]}, "mitigations[0].kind"),
        ({"mitigations": [{"kind": "nda", "text": "x", "responsible": "y", "who": "z"}]}, "mitigations[0].who"),
        ({"request": "1d9f5f0e-2a53-4f6c-8a0b-6f1c9a54c111"}, "request"),
        ({"scope": "all"}, "scope"),
    ],
)
def test_terms_that_cannot_be_are_refused(told: dict[str, Any], field: str, made: World) -> None:
    before = ReviewDecision.objects.count(), Mitigation.objects.count(), LogEntry.objects.count()
    assert field in wrong(made.google_api.post("decisions", asked(**told)))
    assert (ReviewDecision.objects.count(), Mitigation.objects.count(), LogEntry.objects.count()) == before


def test_another_s_request_as_a_scope_reads_as_nobody_s(made: World) -> None:
    foreign, missing = (
        made.google_api.post("decisions", asked(request=str(key)))
        for key in (made.openai.ids["requests"], "1d9f5f0e-2a53-4f6c-8a0b-6f1c9a54c111")
    )
    assert (foreign.status, foreign.body) == (missing.status, missing.body)


def test_a_private_block_is_refused_as_an_award_is(made: World) -> None:
    slot = {"slot": str(made.google.ids["slots"]), "vendor": "hush"}
    at_the_gate = problem(made.google_api.post("awards", slot), 409)
    assert problem(made.google_api.post("decisions", asked(vendor="hush")), 409) == at_the_gate
    assert at_the_gate["findings"] == [{"severity": "block", "word": "not available"}]


def test_compliance_vetoes_and_asks_for_no_waiver(made: World) -> None:
    staff = made.callers["compliance"]
    problem(staff.post("decisions", asked(client="google")), 403)
    key = made.google_api.post("decisions", asked()).json["id"]
    problem(made.google_api.post(f"decisions/{key}/veto", {"reason": "No."}), 403)
    assert "reason" in wrong(staff.post(f"decisions/{key}/veto", {"reason": " "}))
    assert staff.post(f"decisions/{key}/veto", {"reason": "Too near."}).json["status"] == "vetoed"
    told = problem(Api(made.google.approver).post(f"decisions/{key}/approve"), 409)
    assert told["code"] == "wrong_status"


def test_a_request_is_taken_back_once(made: World) -> None:
    key = made.google_api.post("decisions", asked()).json["id"]
    assert problem(Api(made.google.approver).post(f"decisions/{key}/withdraw"), 403)["code"] == "not_yours"
    assert made.google_api.post(f"decisions/{key}/withdraw").json["status"] == "withdrawn"
    assert problem(made.google_api.post(f"decisions/{key}/withdraw"), 409)["code"] == "wrong_status"


def test_a_measure_is_added_and_seen_by_another(made: World) -> None:
    key = made.google_api.post("decisions", asked()).json["id"]
    sent = {"kind": "nda", "text": "Signed by all", "responsible": "Legal"}
    told = made.google_api.post(f"decisions/{key}/mitigations", sent).json
    assert (told["added_by"], told["verified_by"]) == (made.google.member.email, None)
    assert problem(made.google_api.post(f"mitigations/{told['id']}/verify"), 403)["code"] == "two_people"
    assert made.callers["compliance"].post(f"mitigations/{told['id']}/verify").status == 200
    (seen,) = made.google_api.get(f"decisions/{key}").json["mitigations"]
    assert seen["verified_by"] == "compliance staff"
