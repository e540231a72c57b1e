"""Parties and interests: what is read, and what an event records or refuses."""

from typing import Any

import pytest

from conflicts.models import FactChange, Interest, Party
from marketplace.records.models import LogEntry
from tests.marketplace import market
from tests.marketplace.api.doors import Answer, compliance, operator, problem, stranger, wrong

pytestmark = pytest.mark.django_db

SOURCE = {"url": "https://press.example/deal", "standing": "press"}


@pytest.fixture(autouse=True)
def _parties() -> None:
    for slug in ("meta", "scale-ai"):
        market.party(slug)


def add(**told: Any) -> dict[str, Any]:
    """A row that adds 49% of Scale AI to Meta, but for what is told otherwise."""
    row = {"action": "add", "holder": "meta", "subject": "scale-ai", "type": "shareholding", "source": SOURCE}
    return {**row, "share_low": "49", "share_high": "49", "start": "2025-06-12", **told}


def recorded(*rows: dict[str, Any]) -> Answer:
    return compliance().post("interests", {"details": "The deal", "rows": list(rows)})


def refused(answer: Answer, changes: int) -> dict[str, str]:
    """Return what is wrong, after making sure that nothing was written."""
    told = wrong(answer)
    assert FactChange.objects.count() == changes
    assert not LogEntry.objects.filter(action="event.recorded").exists()
    return told


def test_an_event_is_one_change_with_all_its_rows() -> None:
    old = market.holds("meta", "scale-ai", "3", start="2024")
    end = {"action": "end", "interest": str(old.pk), "end": "2025-06-12"}
    answer = recorded(end, add(), add(type="votingRights", share_low="0", share_high="0"))
    assert answer.status == 201
    assert {(row["type"], row["share_low"], row["end"]) for row in answer.json["interests"]} == {
        ("shareholding", "3", "2025-06-12"),
        ("shareholding", "49", ""),
        ("votingRights", "0", ""),
    }
    assert LogEntry.objects.get(action="event.recorded").epoch == answer.json["epoch"]


@pytest.mark.parametrize(
    ("row", "field", "sentence"),
    [
        (add(share_low="120", share_high="120"), "share_low", "over 100"),
        (add(share_low="-1"), "share_low", "is not a share"),
        (add(share_low="60", share_high="50"), "share_low", "above the high bound"),
        (add(share_low=True), "share_low", "Write a percentage"),
        (add(end="2024-01"), "end", "before the start"),
        (add(start="12 June"), "start", "12 June"),
        (add(holder="mteta"), "holder", "There is no party 'mteta'"),
        (add(type="shareholdings"), "type", "write one of"),
        (add(source={"url": "notes.txt"}), "source", "is not the address of a source"),
        (
            {"action": "end", "interest": "7c0b6a54-58a7-4b0b-8f66-0e6a2e5b4c11", "end": "2025"},
            "interest",
            "no interest",
        ),
        ({"action": "buy"}, "action", 'Write "add" or "end"'),
    ],
)
def test_a_wrong_row_is_told_by_its_place_and_records_nothing(row: dict[str, Any], field: str, sentence: str) -> None:
    before = FactChange.objects.count()
    told = refused(recorded(add(), row), before)
    assert sentence in told[f"rows[1].{field}"]
    assert not Interest.objects.exists()


def test_an_event_without_rows_is_none() -> None:
    assert refused(recorded(), FactChange.objects.count()).keys() == {"rows"}


def test_what_a_source_told_already_is_a_conflict_and_the_rest_is_not_kept() -> None:
    assert recorded(add()).status == 201
    before = FactChange.objects.count()
    assert problem(recorded(add(type="votingRights"), add()), 409)["code"] == "told_twice"
    assert (FactChange.objects.count(), Interest.objects.count()) == (before, 1)


def test_an_ended_version_cannot_be_ended_again() -> None:
    old = market.holds("meta", "scale-ai", "3", start="2024")
    end = {"action": "end", "interest": str(old.pk), "end": "2025"}
    assert recorded(end).status == 201
    assert problem(recorded(end), 409)["code"] == "stale_row"


def test_interests_are_read_as_of_a_day_and_as_known_on_a_day() -> None:
    market.holds("meta", "scale-ai", "49", start="2025-06-12")
    api = stranger()
    assert len(api.get("interests", holder="meta", as_of="2025-06-12").rows) == 1
    assert api.get("interests", holder="meta", as_of="2025-06-11").rows == []
    assert api.get("interests", holder="meta", as_known="2025-06-13").rows == []
    (row,) = api.get("interests", subject="scale-ai", type="shareholding").rows
    assert (row["share_low"], row["start"], row["source"]["standing"]) == ("49", "2025-06-12", "press")


def test_what_was_declared_in_private_is_for_compliance() -> None:
    hidden = market.holds("secret-fund", "scale-ai", "60", visibility="private")
    for api in (stranger(), operator()):
        assert api.get("interests").rows == []
        assert "secret-fund" not in {row["slug"] for row in api.get("parties").rows}
        assert wrong(api.get("interests", holder="secret-fund"))["holder"].startswith("There is no party")
        problem(api.get(f"interests/{hidden.pk}"), 404)
        problem(api.get(f"parties/{hidden.holder_id}"), 404)
    (row,) = compliance().get("interests", visibility="private", holder="secret-fund").rows
    assert row["id"] == str(hidden.pk)


def test_parties_are_found_by_any_of_their_names() -> None:
    body = {
        "slug": "scale-two",
        "name": "Scale Two",
        "aliases": ["Outlier"],
        "identifiers": [{"scheme": "lei", "value": "1"}],
    }
    made = operator().post("parties", body)
    assert made.status == 201
    (row,) = stranger().get("parties", q="outl").rows
    assert (row["slug"], row["identifiers"]) == ("scale-two", [{"scheme": "lei", "value": "1"}])
    assert stranger().get(f"parties/{made.json['id']}").json == row


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"slug": "Not A Slug", "name": "X"}, "slug"),
        ({"slug": "x", "name": "X", "kind": "company"}, "kind"),
        (
            {"slug": "x", "name": "X", "identifiers": [{"scheme": "a", "value": "1"}, {"scheme": "a", "value": "2"}]},
            "identifiers",
        ),
        ({"slug": "x", "name": "X", "source": {"url": "nowhere"}}, "source"),
    ],
)
def test_a_wrong_party_is_not_added(body: dict[str, Any], field: str) -> None:
    before = Party.objects.count()
    assert field in refused(compliance().post("parties", body), FactChange.objects.count())
    assert Party.objects.count() == before


def test_a_slug_is_taken_once() -> None:
    assert problem(compliance().post("parties", {"slug": "meta", "name": "Other"}), 409)["code"] == "slug_taken"
