"""Requests, awards, engagements and alerts at the console."""

import pytest

from marketplace.models import Award, Client, ConflictAlert, Engagement, LabelingRequest, Match
from marketplace.records.models import LogEntry
from tests.conflicts.builders import footprint
from tests.marketplace.admin.desks import Answer, desk, list_page, page, says, text_of
from tests.marketplace.market import catch_up, client, engagement, holds, request, slot, vendor
from vendors.models import Vendor

pytestmark = pytest.mark.django_db
ASKED = {"title": "Rank answers", "modality": "text", "slots": "1"}


@pytest.fixture
def scale() -> Vendor:
    return vendor("scale-ai")


@pytest.fixture
def google(scale: Vendor) -> Client:
    return client("google", "meta")


def award_to(asked: LabelingRequest, vendor: Vendor) -> Answer:
    return desk().post(page(asked, "award"), {"slot": slot(asked).pk, "vendor": vendor.pk})


def test_a_request_is_posted_for_a_client(google: Client) -> None:
    told = {**ASKED, "client": google.pk, "tasks": "rlhf, sft", "budget": "5000", "currency": "USD"}
    assert desk().post(list_page(LabelingRequest, "add"), told).status_code == 302
    assert LabelingRequest.objects.get().tasks == ["rlhf", "sft"]


def test_a_misspelt_modality_is_refused_with_the_nearest(google: Client) -> None:
    told = {**ASKED, "client": google.pk, "modality": "txt"}
    assert says(
        desk().post(list_page(LabelingRequest, "add"), told), "Nobody lists the modality 'txt': did you mean text?"
    )
    assert not LabelingRequest.objects.exists()


def test_an_edit_of_an_old_version_is_refused(google: Client) -> None:
    asked, browser = request(google), desk()
    browser.post(page(asked, "edit"), {**ASKED, "version": "1"})
    response = browser.post(page(asked, "edit"), {**ASKED, "title": "Too late", "version": "1"})
    assert says(response, "The request was saved meanwhile and is at version 2")
    asked.refresh_from_db()
    assert asked.title == "Rank answers"


def test_a_closed_request_offers_no_acts(google: Client) -> None:
    asked, browser = request(google), desk()
    browser.post(page(asked, "close"))
    shown = text_of(browser.get(page(asked)))
    assert [name for name in ("award", "edit", "close") if page(asked, name) in shown] == []
    assert says(browser.post(page(asked, "close")), "This request is closed")


def test_a_request_shows_its_ranked_matches(google: Client, scale: Vendor) -> None:
    asked = request(google)
    assert "not made yet" in text_of(desk().get(page(asked)))
    catch_up()
    shown = text_of(desk().get(page(asked)))
    assert "up to date" in shown
    assert "modality 100 of 100" in shown
    assert page(Match.objects.get()) in text_of(desk().get(list_page(Match), {"q": "scale"}))


def test_a_clear_vendor_is_awarded(google: Client, scale: Vendor) -> None:
    asked = request(google)
    assert award_to(asked, scale).status_code == 302
    made = Award.objects.get()
    assert (made.vendor, made.client, made.awarded_by.is_staff) == (scale, google, True)


def test_a_blocked_vendor_is_refused_with_the_proof(google: Client, scale: Vendor) -> None:
    asked = request(google)
    holds("meta", "scale-ai", "49")
    response = award_to(asked, scale)
    assert says(response, "Scale Ai cannot be awarded: economic line")
    assert "Meta &rarr; Scale Ai: <strong>49 %</strong>" in text_of(response)
    assert not Award.objects.exists()
    assert not Engagement.objects.exists()
    assert LogEntry.objects.get(action="award.refused").data["rules"] == ["economic_line"]


def test_looking_at_the_award_page_awards_nothing(google: Client, scale: Vendor) -> None:
    asked, browser = request(google), desk()
    before = footprint()
    assert "Scale Ai" in text_of(browser.get(page(asked, "award")))
    assert footprint() == before
    assert not Award.objects.exists()


def test_an_award_is_not_written_anywhere_else(google: Client, scale: Vendor) -> None:
    browser = desk()
    assert browser.get(list_page(Award, "add")).status_code == 403
    assert browser.post(list_page(Award, "add"), {"vendor": scale.pk}).status_code == 403
    assert not Award.objects.exists()


def test_an_engagement_is_declared_and_ended(google: Client, scale: Vendor) -> None:
    told = {"client": google.pk, "vendor": scale.pk, "title": "Ranking", "start": "2020"}
    browser = desk()
    assert browser.post(list_page(Engagement, "add"), told).status_code == 302
    running = Engagement.objects.get()
    assert says(browser.post(page(running, "end"), {"end": "2019"}), "The end 2019 is before the start 2020")
    browser.post(page(running, "end"), {"end": "2024"})
    running.refresh_from_db()
    assert (running.status, running.end) == ("ended", "2024")


def test_an_engagement_that_began_after_joining_is_refused(google: Client, scale: Vendor) -> None:
    told = {"client": google.pk, "vendor": scale.pk, "title": "Ranking", "start": str(google.joined_on)}
    assert says(desk().post(list_page(Engagement, "add"), told), "post a request")
    assert not Engagement.objects.exists()


def test_an_alert_shows_its_findings_and_substitutes(google: Client, scale: Vendor) -> None:
    engagement(google, scale)
    surge = vendor("surge-ai")
    catch_up()
    holds("meta", "scale-ai", "49")
    catch_up()
    alert = ConflictAlert.objects.get()
    shown = text_of(desk().get(page(alert)))
    assert "<strong>49 %</strong>" in shown
    assert surge.name in shown
    assert page(alert) in text_of(desk().get(list_page(ConflictAlert), {"status__exact": "open"}))
