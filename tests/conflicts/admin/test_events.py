"""An event is recorded at the console: several rows at once, or none of them."""

import datetime as dt
from typing import Any

import pytest

from conflicts.changes import epoch_now
from conflicts.engine.bounds import PERCENT
from conflicts.models import FactChange, Interest
from marketplace.records import clock
from marketplace.records.models import LogEntry
from tests.conflicts.builders import footprint, holding, parties, party
from tests.marketplace.admin.desks import desk, list_page, rows, says, text_of

pytestmark = pytest.mark.django_db
URL = "https://news.example/deal"


def event(*, ends: list[dict[str, Any]] | None = None, begins: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """What the form sends; untouched fields say what a blank row says."""
    ended = [{"standing": "press", **row} for row in ends or []]
    begun = [{"type": "shareholding", **BLANK, **row} for row in begins or []]
    head = {"summary": "A deal", "source_url": URL, "standing": "press", "retrieved_on": "2025-06-12"}
    return {**head, **rows("ends", *ended), **rows("begins", *begun)}


BLANK = {"standing": "press", "certainty": "stated", "visibility": "public", "directness": "direct"}
ADDRESS = "/admin/conflicts/interest/event/"


def test_the_deal_is_one_change() -> None:
    meta, scale, wang = party("meta"), party("scale-ai"), party("wang", kind="person")
    old = holding(meta, scale, start="2024-05-21")
    before = epoch_now()
    stake = {"holder": meta.pk, "subject": scale.pk, "share_low": "49", "share_high": "49 %", "start": "2025-06-12"}
    post = {"holder": wang.pk, "subject": meta.pk, "type": "seniorManagingOfficial", "start": "2025-06-12"}
    response = desk().post(ADDRESS, event(ends=[{"interest": old.pk, "end": "2025-06-12"}], begins=[stake, post]))
    assert response.status_code == 302
    assert (epoch_now(), FactChange.objects.first().data["rows"]) == (before + 1, 3)  # type: ignore[union-attr]
    assert Interest.objects.get(start="2025-06-12", type="shareholding").share_low == 49 * PERCENT
    assert Interest.objects.current().get(series=old.series).end == "2025-06-12"


def test_the_log_names_who_recorded_it() -> None:
    meta, scale = parties("meta", "scale-ai")
    desk().post(ADDRESS, event(begins=[{"holder": meta.pk, "subject": scale.pk}]))
    entry = LogEntry.objects.get(action="event.recorded")
    assert entry.actor is not None
    assert entry.data["details"] == "A deal"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"share_low": "120"}, "A share of 120 percent is over 100"),
        ({"share_low": "many"}, "'many' is not a number"),
        ({"share_low": "30", "share_high": "20"}, "The low bound 30 is above the high bound 20"),
        ({"start": "2025-06-12", "end": "2025-06-11"}, "is before the start 2025-06-12"),
        ({"start": "June"}, "'June'"),
        ({"amount": "5"}, "is not a currency"),
        ({"source_url": "somewhere"}, "'somewhere' is not the address of a source"),
    ],
)
def test_one_wrong_row_leaves_nothing_behind(wrong: dict[str, str], sentence: str) -> None:
    meta, scale = parties("meta", "scale-ai")
    right, browser = {"holder": meta.pk, "subject": scale.pk}, desk()
    before = footprint()
    response = browser.post(ADDRESS, event(begins=[right, {**right, "start": "2025", **wrong}]))
    assert says(response, sentence)
    assert footprint() == before


def test_what_a_source_told_before_is_refused_with_a_sentence() -> None:
    meta, scale = parties("meta", "scale-ai")
    row, browser = {"holder": meta.pk, "subject": scale.pk, "start": "2025"}, desk()
    browser.post(ADDRESS, event(begins=[row]))
    before = footprint()
    assert says(browser.post(ADDRESS, event(begins=[row])), "This source already tells of shareholding")
    assert footprint() == before


def test_a_wrong_row_is_told_above_the_form_too() -> None:
    response = desk().post(ADDRESS, event(begins=[{"share_low": "120"}]))
    assert says(response, "Nothing was written: correct what is marked below.")


def test_an_event_without_rows_is_refused() -> None:
    browser = desk()
    before = footprint()
    assert says(browser.post(ADDRESS, event(begins=[{}])), "An event has at least one row")
    assert footprint() == before


def test_another_row_keeps_what_was_typed_and_writes_nothing() -> None:
    meta, scale = parties("meta", "scale-ai")
    browser, row = desk(), {"holder": meta.pk, "subject": scale.pk, "share_low": "4x"}
    before = footprint()
    response = browser.post(ADDRESS, {**event(begins=[row]), "more_begins": "1"})
    assert says(response, 'name="begins-1-holder"')
    assert 'value="4x"' in text_of(response)
    assert "is not a number" not in text_of(response)
    assert footprint() == before


def test_a_row_that_was_added_and_left_alone_is_left_out() -> None:
    clock.create_story(dt.date(2025, 6, 12))
    meta, scale = parties("meta", "scale-ai")
    browser, row = desk(), {"holder": meta.pk, "subject": scale.pk}
    grown = browser.post(ADDRESS, {**event(begins=[row]), "more_begins": "1"}).context["form"]
    added = {name: grown.begins[1][name].value() or "" for name in grown.begins[1].fields}
    assert added["start"] == "2025-06-12"
    assert browser.post(ADDRESS, event(begins=[row, added])).status_code == 302
    assert Interest.objects.get().holder == meta


def test_a_story_proposes_its_date() -> None:
    browser = desk()
    assert 'value="2025-06-12"' not in text_of(browser.get(ADDRESS))
    clock.create_story(dt.date(2025, 6, 12))
    assert 'name="begins-0-start" value="2025-06-12"' in text_of(browser.get(ADDRESS))


def test_chosen_interests_are_ended_by_an_event() -> None:
    old, browser = holding(party("meta"), party("scale-ai"), 10), desk()
    chosen = {"action": "end_in_event", "_selected_action": [str(old.pk)]}
    response = browser.post(list_page(Interest), chosen)
    assert response.headers["Location"] == f"{ADDRESS}?end={old.pk}"
    assert f'<option value="{old.pk}" selected>' in text_of(browser.get(response.headers["Location"]))


def test_a_running_interest_is_found_by_words() -> None:
    old, other = holding(party("meta"), party("scale-ai"), 10), holding(party("amazon"), party("anthropic"), 10)
    response = desk().get("/admin/conflicts/interest/choices/", {"term": "met scale"})
    assert [row["id"] for row in response.json()["results"]] == [str(old.pk)]
    assert response.json()["results"][0]["text"] == "Meta: shareholding in Scale Ai"
    assert other.is_current
