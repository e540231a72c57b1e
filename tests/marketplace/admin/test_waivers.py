"""Waivers in a client's file: compliance reads them whole, vetoes, voids, attaches measures, and approves none."""

import datetime as dt
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client as Browser

from conflicts.models import Mitigation, ReviewDecision
from conflicts.services import Terms
from marketplace.admin import files
from marketplace.models import Client, ClientRole
from marketplace.records import clock
from marketplace.records.models import LogEntry
from marketplace.services.awards import award
from marketplace.services.decisions import approve_decision, request_decision
from tests.conflicts.builders import footprint
from tests.marketplace.admin.desks import desk, operator, page, says, staff, text_of
from tests.marketplace.market import client, holds, member, party, request, slot, vendor

pytestmark = pytest.mark.django_db
MEASURE = {"kind": "firewall", "text": "Two teams", "responsible": "Head of security"}


@pytest.fixture
def google() -> Client:
    return client("google", "meta")


@pytest.fixture
def waiver(google: Client) -> ReviewDecision:
    """A request for a waiver of Scale AI, of which Meta holds 49%."""
    party("scale-ai")
    holds("meta", "scale-ai", "49")
    terms = Terms(kind="waiver", conditions="No board contact", expires_on=clock.today() + dt.timedelta(days=7))
    return request_decision(
        actor=member(google), client=google, vendor=vendor("scale-ai"), reason="Rare language", terms=terms
    )


def key(browser: Browser, of: Client) -> str:
    address = browser.post(page(of, "open_file"), {"reason": "Yearly look"}).headers["Location"]
    return parse_qs(urlsplit(address).query)["key"][0]


def test_the_file_tells_a_waiver_whole(google: Client, waiver: ReviewDecision) -> None:
    browser = desk()
    shown = text_of(browser.get(page(google, "file", key=key(browser, google))))
    for told in ("Waiver", "Rare language", "No board contact", f"until {waiver.expires_on}", "Scale Ai, 49 %"):
        assert told in shown
    assert "unequal access to information" in shown
    assert page(google, "file_approve") not in shown


def test_compliance_cannot_approve_a_waiver(google: Client, waiver: ReviewDecision) -> None:
    browser = desk()
    address = page(google, "file_approve", key=key(browser, google), item=str(waiver.pk))
    before = footprint()
    assert says(browser.post(address, {"item": str(waiver.pk)}), "not approve")
    waiver.refresh_from_db()
    assert (footprint(), waiver.status) == (before, "requested")


def test_a_request_is_vetoed_with_a_reason(google: Client, waiver: ReviewDecision) -> None:
    browser = desk()
    address = page(google, "file_veto", key=key(browser, google), item=str(waiver.pk))
    assert browser.post(address, {"item": str(waiver.pk), "reason": " "}).status_code == 200
    assert ReviewDecision.objects.get().status == "requested"
    browser.post(address, {"item": str(waiver.pk), "reason": "Too near"})
    assert ReviewDecision.objects.get().status == "vetoed"
    assert LogEntry.objects.get(action="waiver.vetoed").data["reason"] == "Too near"


def test_a_standing_waiver_is_voided(google: Client, waiver: ReviewDecision) -> None:
    approve_decision(actor=member(google, ClientRole.APPROVER), decision=waiver)
    browser = desk()
    address = page(google, "file_void", key=key(browser, google), item=str(waiver.pk))
    browser.post(address, {"item": str(waiver.pk), "reason": "A hole"})
    assert ReviewDecision.objects.get().status == "void"


def test_an_award_tells_that_it_rests_on_a_waiver(google: Client, waiver: ReviewDecision) -> None:
    approve_decision(actor=member(google, ClientRole.APPROVER), decision=waiver)
    made = award(actor=member(google), slot_id=slot(request(google)).pk, vendor=waiver.subject.vendor).award
    assert made is not None
    assert "a waiver of two people" in text_of(desk().get(page(made)))


def test_a_measure_is_added_by_one_and_verified_by_another(google: Client, waiver: ReviewDecision) -> None:
    adder = desk()
    address = page(google, "file_mitigate", key=key(adder, google), item=str(waiver.pk))
    adder.post(
        address, {**MEASURE, "item": str(waiver.pk), "document_title": "Memo", "document_url": "https://a.example"}
    )
    measure = Mitigation.objects.get()
    verify = {"item": str(measure.pk)}
    assert says(adder.post(page(google, "file_verify", key=key(adder, google), **verify), verify), "Someone else")
    other = desk()
    other.post(page(google, "file_verify", key=key(other, google), **verify), verify)
    measure.refresh_from_db()
    assert (measure.verified_at is not None, str(measure.document)) == (True, "Memo")


def test_a_measure_of_another_client_cannot_be_verified(google: Client, waiver: ReviewDecision) -> None:
    browser, other = desk(), client("openai")
    browser.post(
        page(google, "file_mitigate", key=key(browser, google), item=str(waiver.pk)),
        {**MEASURE, "item": str(waiver.pk)},
    )
    measure, reader = Mitigation.objects.get(), desk()
    reader.post(page(other, "file_verify", key=key(reader, other)), {"item": str(measure.pk)})
    measure.refresh_from_db()
    assert measure.verified_at is None


def test_the_log_keeps_a_waiver_to_the_file(google: Client, waiver: ReviewDecision) -> None:
    entry = LogEntry.objects.get(action="waiver.requested")
    shown = text_of(desk().get(page(entry)))
    assert "Rare language" not in shown
    assert page(google, "open_file") in shown


def test_operators_reach_no_act(google: Client, waiver: ReviewDecision) -> None:
    bought = files.key_of(staff(), google)
    for name in ("file_veto", "file_void", "file_mitigate", "file_verify"):
        address = page(google, name, key=bought, item=str(waiver.pk))
        assert operator().post(address, {"item": str(waiver.pk), "reason": "Mischief"}).status_code == 403
    assert ReviewDecision.objects.get().status == "requested"
