"""Awards over the API: one 201, or a refusal with as much proof as its reader may see, and nothing kept but the log."""

import pytest

from conflicts.models import FactChange
from marketplace import gate
from marketplace.models import Award, Engagement
from marketplace.records.models import LogEntry
from tests.marketplace import market
from tests.marketplace.api.doors import Answer, Api, problem, wrong
from tests.marketplace.api.world import World


def awarded(made: World, vendor: str, api: Api | None = None) -> Answer:
    return (api or made.google_api).post("awards", {"slot": str(made.google.ids["slots"]), "vendor": vendor})


def refused(made: World, vendor: str, status: int = 409) -> dict[str, object]:
    """Try, and make sure that nothing is left but a row in the log."""
    before = Award.objects.count(), Engagement.objects.count(), FactChange.objects.count()
    told = problem(awarded(made, vendor), status)
    assert (Award.objects.count(), Engagement.objects.count(), FactChange.objects.count()) == before
    row = LogEntry.objects.filter(action="award.refused").first()
    assert row is not None
    assert (row.tenant, row.data["vendor"], row.data["status"]) == (made.google.client.pk, vendor, status)
    return told


def test_a_clear_vendor_is_awarded_and_engaged(made: World) -> None:
    answer = awarded(made, "labelbox")
    assert (answer.status, answer.json["outcome"], answer.json["decision"]) == (201, "clear", None)
    assert made.google_api.get(f"awards/{answer.json['id']}").json == answer.json
    work = made.google_api.get(f"engagements/{answer.json['engagement']}").json
    assert (work["origin"], work["award"], work["status"]) == ("award", answer.json["id"], "running")


def test_a_conflicted_vendor_is_refused_with_the_proof(made: World) -> None:
    told = refused(made, "scale-ai")
    assert (told["code"], told["outcome"], told["rules"]) == ("vendor_conflicted", "blocked", ["economic_line"])
    assert "meta - shareholding 49% - scale-ai" in str(told["detail"])
    (finding,) = told["findings"]  # type: ignore[misc]
    assert (finding["low"], finding["line"], finding["path"][0]["start"]) == ("49", "25", "2025-06-12")  # type: ignore[has-type]


def test_a_private_conflict_is_refused_without_a_word_of_why(made: World) -> None:
    told = refused(made, "hush")
    assert (told["rules"], told["findings"]) == ([], [{"severity": "block", "word": "not available"}])
    assert "meta" not in str(told)


def test_a_review_needs_a_decision_of_two(made: World) -> None:
    assert refused(made, "held")["code"] == "review_undecided"
    path = f"decisions/{made.google.ids['decisions']}"
    assert Api(made.google.approver).post(f"{path}/approve").json["status"] == "approved"
    answer = awarded(made, "held")
    assert (answer.status, answer.json["outcome"]) == (201, "review")
    assert answer.json["decision"] == str(made.google.ids["decisions"])


def test_a_slot_is_awarded_once(made: World) -> None:
    assert awarded(made, "labelbox").status == 201
    assert problem(awarded(made, "labelbox"), 409)["code"] == "slot_taken"


def test_a_request_gives_its_first_free_slot(made: World) -> None:
    request = {"request": str(made.google.ids["requests"]), "vendor": "labelbox"}
    assert made.google_api.post("awards", request).json["slot"] == str(made.google.ids["slots"])
    assert made.google_api.post("awards", request).status == 201
    assert problem(made.google_api.post("awards", request), 409)["code"] == "slot_taken"


def test_a_gate_that_cannot_tell_awards_nothing(made: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "GATE_EDGES", -1)
    answer = awarded(made, "labelbox")
    assert problem(answer, 503)["code"] == "gate_too_large"
    assert int(answer.headers["Retry-After"]) > 0
    assert refused(made, "labelbox", 503)


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({}, "vendor"),
        ({"vendor": "labelbox"}, "slot"),
        ({"vendor": "labelbox", "slot": "1"}, "slot"),
        ({"vendor": "meta", "slot": "4b1f6f0e-2a53-4f6c-8a0b-6f1c9a54c111"}, "vendor"),
    ],
)
def test_a_wrong_award_is_told_where(told: dict[str, str], field: str, made: World) -> None:
    assert field in wrong(made.google_api.post("awards", told))


def test_alerts_tell_what_turned_and_who_could_take_over(made: World) -> None:
    api, path = made.google_api, f"alerts/{made.google.ids['alerts']}"
    told = api.get(path).json
    assert (told["before"], told["after"], told["rules"]) == ("clear", "blocked", ["economic_line"])
    assert told["engagement"] == str(made.google.ids["engagements"])
    assert [(row["rank"], row["vendor"]["slug"], row["outcome"]) for row in told["substitutes"]] == [
        (1, "labelbox", "clear"),
        (2, "held", "review"),
    ]
    assert [row["id"] for row in api.get("alerts", status="open").rows] == [told["id"]]


def test_an_alert_is_acknowledged_once_and_stands_on(made: World) -> None:
    api, path = made.google_api, f"alerts/{made.google.ids['alerts']}"
    read = api.matching(api.get(path).headers["ETag"])
    told = read.post(f"{path}/acknowledge")
    assert told.json["status"] == "acknowledged"
    assert problem(api.matching(told.headers["ETag"]).post(f"{path}/acknowledge"), 409)["code"] == "alert_not_open"
    assert api.get("alerts", status="open").rows == []


def test_ended_work_closes_its_alert(made: World) -> None:
    api = made.google_api
    ended = api.post(f"engagements/{made.google.ids['engagements']}/end", {"end": "2026-01"})
    assert (ended.json["status"], ended.json["end"]) == ("ended", "2026-01")
    assert api.get(f"alerts/{made.google.ids['alerts']}").json["status"] == "closed"


def test_work_that_began_before_is_declared_and_other_work_is_not(made: World) -> None:
    api = made.google_api
    assert api.post("engagements", {"vendor": "labelbox", "title": "Old", "start": "2020"}).json["origin"] == "declared"
    late = {"vendor": "labelbox", "title": "New", "start": "2999"}
    before = Engagement.objects.count()
    assert "is not declared" in wrong(api.post("engagements", late))["start"]
    assert Engagement.objects.count() == before
    market.catch_up()
    assert api.get("engagements", vendor="labelbox", status="running").json["count"] == 2
