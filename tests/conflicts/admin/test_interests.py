"""Interests are looked at, ended, corrected and retracted at the console, never edited."""

import pytest

from conflicts.models import Interest
from conflicts.services import end_interest
from marketplace.records.models import LogEntry
from tests.conflicts.builders import footprint, holding, party
from tests.marketplace.admin.desks import desk, list_page, page, says, text_of

pytestmark = pytest.mark.django_db
SOURCE = {"source_url": "https://news.example/other", "standing": "filing"}


@pytest.fixture
def stake() -> Interest:
    return holding(party("meta"), party("scale-ai"), 49, start="2025-06")


def test_the_list_shows_percent_and_dates_as_written(stake: Interest) -> None:
    shown = text_of(desk().get(list_page(Interest)))
    assert "49 %" in shown
    assert "2025-06<" in shown
    assert "49000000" not in shown


def test_the_list_shows_newest_versions_and_others_when_asked(stake: Interest) -> None:
    ended = end_interest(actor=None, interest=stake, end="2026")
    browser, addresses = desk(), {stake: page(stake), ended: page(ended)}
    newest = text_of(browser.get(list_page(Interest)))
    superseded = text_of(browser.get(list_page(Interest), {"version": "superseded"}))
    assert (addresses[ended] in newest, addresses[stake] in newest) == (True, False)
    assert (addresses[ended] in superseded, addresses[stake] in superseded) == (False, True)


def test_the_list_is_searched_by_party(stake: Interest) -> None:
    other = holding(party("amazon"), party("anthropic"), 10)
    shown = text_of(desk().get(list_page(Interest), {"q": "scale"}))
    assert page(stake) in shown
    assert page(other) not in shown


def test_an_end_becomes_a_new_version(stake: Interest) -> None:
    assert desk().post(page(stake, "end"), {"end": "2025-12", **SOURCE}).status_code == 302
    stake.refresh_from_db()
    newest = Interest.objects.current().get()
    assert (stake.is_current, newest.end, newest.share_low) == (False, "2025-12", stake.share_low)
    assert newest.end_source is not None
    assert newest.end_source.url == SOURCE["source_url"]


def test_an_end_before_the_start_is_refused(stake: Interest) -> None:
    browser = desk()
    before = footprint()
    response = browser.post(page(stake, "end"), {"end": "2024", "standing": "press"})
    assert says(response, "The end 2024 is before the start 2025-06")
    assert footprint() == before


def test_a_correction_starts_from_what_the_version_says(stake: Interest) -> None:
    browser = desk()
    form = browser.get(page(stake, "correct")).context["form"]
    assert form["share_low"].value() == "49"
    told = {name: form[name].value() or "" for name in form.fields}
    browser.post(page(stake, "correct"), {**told, "share_low": "48.5", "share_high": "48.5"})
    assert Interest.objects.current().get().share_low == 48_500_000


def test_a_retraction_needs_a_reason(stake: Interest) -> None:
    browser = desk()
    before = footprint()
    assert browser.post(page(stake, "retract"), {"reason": ""}).status_code == 200
    assert footprint() == before
    browser.post(page(stake, "retract"), {"reason": "Another company of that name"})
    assert not Interest.objects.current().exists()
    assert LogEntry.objects.get(action="interest.retracted").data["reason"] == "Another company of that name"


def test_a_superseded_version_cannot_be_ended_again(stake: Interest) -> None:
    end_interest(actor=None, interest=stake, end="2026")
    browser = desk()
    before = footprint()
    assert page(stake, "end") not in text_of(browser.get(page(stake)))
    assert says(browser.post(page(stake, "end"), {"end": "2027", "standing": "press"}), "was superseded")
    assert footprint() == before


def test_nothing_is_edited_or_deleted(stake: Interest) -> None:
    browser = desk()
    before = footprint()
    assert browser.post(page(stake), {"share_low": "1"}).status_code == 403
    assert browser.post(page(stake, "delete"), {"post": "yes"}).status_code == 403
    bulk = {"action": "delete_selected", "_selected_action": [str(stake.pk)], "post": "yes"}
    browser.post(list_page(Interest), bulk)
    assert footprint() == before


def test_both_versions_lead_to_each_other(stake: Interest) -> None:
    ended = end_interest(actor=None, interest=stake, end="2026")
    browser = desk()
    assert f"?series={stake.series}" in text_of(browser.get(page(ended)))
    both = text_of(browser.get(list_page(Interest), {"series": str(stake.series)}))
    assert page(stake) in both
    assert page(ended) in both


def test_a_post_has_no_share_to_state() -> None:
    holding(party("wang", kind="person"), party("meta"), type="seniorManagingOfficial")
    assert "not stated" not in text_of(desk().get(list_page(Interest)))


def test_an_unstated_share_is_said_and_never_zero() -> None:
    holding(party("amazon"), party("scale-ai"))
    assert "not stated" in text_of(desk().get(list_page(Interest)))
