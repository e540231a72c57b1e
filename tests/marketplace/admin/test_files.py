"""A client's confidential file opens with a reason, which is logged, and to nobody else."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import signing
from django.test import Client as Browser

from conflicts.models import CompetitorDeclaration, FactChange, Policy
from marketplace.admin import files
from marketplace.models import Client
from marketplace.records.models import LogEntry
from tests.conflicts.builders import footprint
from tests.marketplace.admin.desks import desk, operator, page, says, staff, text_of
from tests.marketplace.market import client, party

pytestmark = pytest.mark.django_db
DEFAULTS = {
    "economic_block": "25",
    "economic_review": "5",
    "voting_block": "10",
    "voting_review": "5",
    "control_line": "50",
    "commercial_share": "10",
}


@pytest.fixture
def google() -> Client:
    return client("google", "hidden-rival")


def key(browser: Browser, of: Client) -> str:
    """Give a reason; return the key that it buys."""
    address = browser.post(page(of, "open_file"), {"reason": "Yearly look"}).headers["Location"]
    return parse_qs(urlsplit(address).query)["key"][0]


def test_a_reason_opens_the_file_and_is_logged(google: Client) -> None:
    reader = staff()
    browser = desk(reader)
    assert "Hidden Rival" in text_of(browser.get(page(google, "file", key=key(browser, google))))
    entry = LogEntry.objects.get(action="client_file.opened")
    assert (entry.actor, entry.tenant, entry.data["reason"]) == (reader, google.pk, "Yearly look")


def test_without_a_reason_nothing_is_shown_or_logged(google: Client) -> None:
    browser = desk()
    assert "Hidden Rival" not in text_of(browser.get(page(google)))
    assert browser.get(page(google, "file")).headers["Location"] == page(google, "open_file")
    assert "Hidden Rival" not in text_of(browser.post(page(google, "open_file"), {"reason": " "}))
    assert not LogEntry.objects.filter(action="client_file.opened").exists()


def test_a_key_is_for_one_person_and_one_file(google: Client) -> None:
    browser, other = desk(), client("openai", "secret-rival")
    bought = key(browser, google)
    assert browser.get(page(other, "file", key=bought)).status_code == 302
    assert desk().get(page(google, "file", key=bought)).status_code == 302
    assert desk().post(page(google, "file_policy", key=bought), DEFAULTS).status_code == 302
    assert not Policy.objects.exists()


def test_a_key_ends(google: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = desk()
    bought = key(browser, google)
    monkeypatch.setattr(files, "OPEN_SECONDS", -1)
    assert browser.get(page(google, "file", key=bought)).status_code == 302


def test_a_forged_key_opens_nothing(google: Client) -> None:
    user = staff()
    forged = signing.dumps([str(user.pk), str(google.pk)], salt="something else")
    assert desk(user).get(page(google, "file", key=forged)).status_code == 302


def test_operators_cannot_even_ask(google: Client) -> None:
    browser, bought = operator(), files.key_of(staff(), google)
    pages = [page(google, "open_file"), page(google, "file", key=bought), page(google, "file_declare", key=bought)]
    assert [browser.get(address).status_code for address in pages] == [403, 403, 403]
    assert page(google, "open_file") not in text_of(browser.get(page(google)))


def test_a_competitor_is_declared_and_withdrawn(google: Client) -> None:
    browser = desk()
    bought = key(browser, google)
    browser.post(page(google, "file_declare", key=bought), {"competitor": party("meta").pk, "segment": "models"})
    declared = CompetitorDeclaration.objects.current().get(competitor__slug="meta")
    address = page(google, "file_withdraw", key=bought, item=str(declared.pk))
    assert "Meta as competitor of Google" in text_of(browser.get(address))
    assert browser.post(address, {"item": str(declared.pk)}).status_code == 302
    assert not CompetitorDeclaration.objects.current().filter(competitor__slug="meta").exists()


def test_a_declaration_of_another_client_cannot_be_withdrawn(google: Client) -> None:
    client("openai", "secret-rival")
    theirs = CompetitorDeclaration.objects.get(competitor__slug="secret-rival")
    browser = desk()
    address = page(google, "file_withdraw", key=key(browser, google), item=str(theirs.pk))
    assert "Secret Rival" not in text_of(browser.get(address))
    before = footprint()
    assert browser.post(address, {"item": str(theirs.pk)}).status_code == 200
    assert footprint() == before


def test_the_policy_is_set_in_percent(google: Client) -> None:
    browser = desk()
    browser.post(page(google, "file_policy", key=key(browser, google)), {**DEFAULTS, "economic_block": "12.5"})
    assert Policy.objects.get().economic_block == 12_500_000
    shown = text_of(browser.get(page(google, "file", key=key(browser, google))))
    assert "economic_block: 12.5 %" in shown
    assert "12500000" not in shown


def test_a_looser_policy_is_refused(google: Client) -> None:
    browser = desk()
    address = page(google, "file_policy", key=key(browser, google))
    before = footprint()
    assert says(browser.post(address, {**DEFAULTS, "economic_block": "30"}), "tightened, not loosened")
    assert footprint() == before


def test_the_log_keeps_the_list_to_the_file(google: Client) -> None:
    entry = LogEntry.objects.get(action="competitor_list.replaced")
    assert "hidden-rival" in json.dumps(entry.data)
    browser = desk()
    shown = text_of(browser.get(page(entry)))
    assert "hidden-rival" not in shown
    assert page(google, "open_file") in shown
    change = FactChange.objects.get(kind="competitor_list")
    assert "Hidden Rival" not in text_of(browser.get(page(change)))
    assert "hidden-rival" in text_of(browser.get(page(google, "file", key=key(browser, google))))
