"""Screenings and what-ifs: computed, told as far as the reader may see them, and never written."""

from collections.abc import Mapping
from typing import Any

import pytest

from conflicts.models import FactChange
from marketplace.records.models import LogEntry
from tests.marketplace.api.doors import Answer, Api, wrong
from tests.marketplace.api.world import World

BUY = {
    "action": "add",
    "holder": "meta",
    "subject": "labelbox",
    "type": "shareholding",
    "share_low": "60",
    "share_high": "60",
    "source": {"url": "https://press.example/rumour"},
}


def checked(api: Api, vendor: str, **told: str) -> dict[str, Any]:
    answer = api.post("screenings", {"vendor": vendor, **told})
    assert answer.status == 200, answer.body
    return answer.json


def test_a_check_proves_what_blocks(made: World) -> None:
    told = checked(made.google_api, "scale-ai", as_of="2025-06-12")
    (finding,) = told["findings"]
    assert (told["outcome"], told["as_known"]) == ("blocked", None)
    assert (finding["rule"], finding["axis"], finding["severity"]) == ("economic_line", "economic", "block")
    assert (finding["low"], finding["line"], finding["competitors"]) == ("49", "25", ["meta"])
    assert finding["far_kind"] == "unequal access to information"
    (step,) = finding["path"]
    assert (step["holder"], step["subject"], step["start"], step["standing"]) == (
        "meta",
        "scale-ai",
        "2025-06-12",
        "press",
    )


def test_the_past_is_asked_by_two_days(made: World) -> None:
    assert checked(made.google_api, "scale-ai", as_of="2025-06-11")["outcome"] == "clear"
    assert checked(made.google_api, "scale-ai", as_of="2025-06-12", as_known="2025-06-13")["outcome"] == "clear"


def test_a_check_writes_nothing(made: World) -> None:
    before = LogEntry.objects.count(), FactChange.objects.count()
    checked(made.google_api, "scale-ai")
    assert (LogEntry.objects.count(), FactChange.objects.count()) == before


def test_a_private_fact_blocks_without_a_word_of_why(made: World) -> None:
    told = checked(made.google_api, "hush")
    assert (told["outcome"], told["findings"]) == ("blocked", [{"severity": "block", "word": "not available"}])


def test_what_is_known_in_private_alone_looks_unknown_to_the_client(made: World) -> None:
    told, known = checked(made.google_api, "hush"), checked(made.callers["compliance"], "hush", client="google")
    assert (told["coverage"], told["newest_source"]) == ("none", None)
    assert known["coverage"] == "partial"
    stored = [row["subject"]["slug"] for row in made.google_api.get("screenings", coverage="partial").rows]
    assert "hush" not in stored
    assert "scale-ai" in stored
    seen = made.callers["compliance"].get("screenings", coverage="partial", client="google").rows
    assert "hush" in [row["subject"]["slug"] for row in seen]


def test_compliance_says_whose_and_sees_why(made: World) -> None:
    api = made.callers["compliance"]
    (finding,) = checked(api, "hush", client="google")["findings"]
    assert (finding["rule"], finding["path"][0]["holder"]) == ("economic_line", "meta")
    assert wrong(api.post("screenings", {"vendor": "hush"}))["client"].startswith("Say whose")
    assert "client" in wrong(made.google_api.post("screenings", {"vendor": "hush", "client": "openai"}))


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({}, "vendor"),
        ({"vendor": "meta"}, "vendor"),
        ({"vendor": "held", "as_of": "June"}, "as_of"),
        ({"vendor": "held", "as_known": "2999-01-01"}, "as_known"),
    ],
)
def test_a_wrong_question_is_told_where(told: dict[str, str], field: str, made: World) -> None:
    assert field in wrong(made.google_api.post("screenings", told))


def test_stored_screenings_are_read_by_outcome_and_vendor(made: World) -> None:
    api = made.google_api
    rows = {row["subject"]["slug"]: row for row in api.get("screenings").rows}
    assert {slug: row["outcome"] for slug, row in rows.items()} == {
        "held": "review",
        "hush": "blocked",
        "labelbox": "clear",
        "scale-ai": "blocked",
    }
    assert api.get("screenings", outcome="review").rows == [rows["held"]]
    assert api.get("screenings", vendor="held").rows == [rows["held"]]
    assert api.get(f"screenings/{rows['held']['id']}").json == rows["held"]
    assert rows["hush"]["findings"] == [{"severity": "block", "word": "not available"}]


def imagined(api: Api, *rows: Mapping[str, object], **told: str) -> Answer:
    return api.post("scenarios", {"as_of": "2026-12-31", "rows": list(rows), **told})


def test_a_client_sees_its_own_part_of_a_what_if(made: World) -> None:
    before = LogEntry.objects.count(), FactChange.objects.count()
    (part,) = imagined(made.google_api, BUY).json["clients"]
    (flip,) = part["flips"]
    assert part["client"]["slug"] == "google"
    assert (flip["vendor"]["slug"], flip["before"], flip["after"]) == ("labelbox", "clear", "blocked")
    assert [row["title"] for row in flip["engagements"]] == ["cornflower-request"]
    assert [row["request"] for row in flip["matches"]] == [str(made.google.ids["requests"])]
    assert part["still_clear"] == []
    assert (LogEntry.objects.count(), FactChange.objects.count()) == before


def test_what_ends_in_a_what_if_may_clear(made: World) -> None:
    end = {"action": "end", "interest": str(made.interest), "end": "2026-06-30"}
    (part,) = imagined(made.google_api, end).json["clients"]
    assert [(flip["vendor"]["slug"], flip["after"]) for flip in part["flips"]] == [("scale-ai", "clear")]
    assert {row["slug"] for row in part["still_clear"]} == {"scale-ai", "labelbox"}


def test_compliance_sees_every_client_s_part_or_one(made: World) -> None:
    api = made.callers["compliance"]
    assert {part["client"]["slug"] for part in imagined(api, BUY).json["clients"]} == {"google", "openai"}
    assert [part["client"]["slug"] for part in imagined(api, BUY, client="openai").json["clients"]] == ["openai"]


def test_a_what_if_adds_up_what_is_at_risk(made: World) -> None:
    work = {"vendor": "labelbox", "title": "More", "amount": "200.50", "currency": "USD", "amount_per": "year"}
    assert made.google_api.post("engagements", work).status == 201
    (part,) = imagined(made.google_api, BUY).json["clients"]
    assert part["at_risk"] == [{"amount": "200.50", "currency": "USD", "amount_per": "year"}]


def test_a_what_if_ends_nothing_that_its_reader_may_not_see(made: World) -> None:
    end = {"action": "end", "interest": str(made.hidden_interest), "end": "2026-06-30"}
    assert wrong(imagined(made.google_api, end))["rows[0].interest"].startswith("There is no interest")
    assert imagined(made.callers["compliance"], end).status == 200
