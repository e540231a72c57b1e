"""The decision log is read at the console and never written there."""

import pytest

from marketplace.records.chain import head
from marketplace.records.models import LogEntry
from marketplace.records.sealing import seal
from tests.marketplace.admin.desks import desk, list_page, page, text_of
from tests.marketplace.market import client, holds, party

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry() -> LogEntry:
    client("google", "meta")
    return LogEntry.objects.get(action="client.created")


def test_a_row_tells_who_did_what_to_what(entry: LogEntry) -> None:
    shown = text_of(desk().get(page(entry)))
    assert "client.created" in shown
    assert "system" in shown
    assert f"/admin/marketplace/client/{entry.subject_id}/change/" in shown
    assert "&quot;party&quot;: &quot;google&quot;" in shown


def test_the_log_is_filtered_by_action_and_searched_by_id(entry: LogEntry) -> None:
    other = LogEntry.objects.filter(action="party.added").first()
    assert other is not None
    for asked in ({"action": "client.created"}, {"q": str(entry.subject_id)}, {"q": "client.created"}):
        shown = text_of(desk().get(list_page(LogEntry), asked))
        assert page(entry) in shown
        assert page(other) not in shown


def test_shares_are_shown_in_percent() -> None:
    holds("meta", "scale-ai", "12.5")
    shown = text_of(desk().get(page(LogEntry.objects.get(action="interest.recorded"))))
    assert "&quot;share_low&quot;: &quot;12.5 %&quot;" in shown
    assert "12500000" not in shown


def test_the_search_does_not_look_into_what_was_recorded() -> None:
    client("google", "hidden-rival")
    shown = desk().get(list_page(LogEntry), {"q": "hidden-rival"})
    assert shown.context["cl"].result_count == 0


def test_a_row_shows_its_seal_and_the_list_the_head(entry: LogEntry) -> None:
    assert "Nothing is sealed yet." in text_of(desk().get(list_page(LogEntry)))
    assert "Not sealed yet" in text_of(desk().get(page(entry)))
    seal()
    sealed = LogEntry.objects.get(pk=entry.pk).seal
    assert f"{sealed.number}, {sealed.hash}" in text_of(desk().get(page(entry)))
    assert f"Sealed up to number {head().number}, hash <code>{head().hash}" in text_of(desk().get(list_page(LogEntry)))


def test_nothing_is_added_changed_or_deleted(entry: LogEntry) -> None:
    browser, before = desk(), LogEntry.objects.count()
    answers = [
        browser.get(list_page(LogEntry, "add")),
        browser.post(list_page(LogEntry, "add"), {"action": "made.up"}),
        browser.post(page(entry), {"action": "made.up"}),
        browser.post(page(entry, "delete"), {"post": "yes"}),
    ]
    assert [answer.status_code for answer in answers] == [403] * 4
    browser.post(list_page(LogEntry), {"action": "delete_selected", "_selected_action": [str(entry.pk)]})
    assert LogEntry.objects.count() == before


def test_a_row_about_a_party_leads_to_it() -> None:
    meta = party("meta")
    entry = LogEntry.objects.get(action="party.added")
    assert page(meta) in text_of(desk().get(page(entry)))
