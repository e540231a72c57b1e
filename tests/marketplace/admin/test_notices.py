"""Notices in the console: of alerts, decisions and waivers alike, with the e-mails that wait."""

import pytest
from django.core.mail import EmailMessage

from conflicts.services import Terms
from marketplace.models import ClientRole, Notice
from marketplace.notices import send_due
from marketplace.records import clock
from marketplace.services.decisions import approve_decision, request_decision, void_decision
from tests.marketplace.admin.desks import desk, list_page, page, says, text_of
from tests.marketplace.market import catch_up, client, compliance, engagement, holds, member, vendor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def told() -> None:
    """Google's two people are told of an alert and, their waiver being ended again, of that."""
    google, lab = client("google", "meta"), vendor("lab")
    asker, approver = member(google), member(google, ClientRole.APPROVER)
    engagement(google, lab)
    catch_up()
    holds("meta", "lab", "49")
    catch_up()
    terms = Terms(kind="waiver", conditions="No board contact", expires_on=clock.today())
    asked = request_decision(actor=asker, client=google, vendor=lab, reason="Rare", terms=terms)
    void_decision(actor=compliance(), decision=approve_decision(actor=approver, decision=asked), reason="No.")
    catch_up()


def listed(query: str) -> str:
    return text_of(desk().get(f"{list_page(Notice)}?{query}"))


def test_unsent_ones_of_both_are_listed() -> None:
    shown = listed("mail=unsent")
    assert ("Lab: waiver void" in shown, "Lab: alert opened" in shown) == (True, True)
    send_due()
    assert "Lab:" not in listed("mail=unsent")
    assert "Lab: waiver void" in listed("mail=sent")


def test_what_failed_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: EmailMessage) -> None:
        raise ConnectionRefusedError("no mail server")

    monkeypatch.setattr(EmailMessage, "send", refuse)
    send_due()
    assert "no mail server" in listed("mail=failed")


@pytest.mark.parametrize(("kind", "shown", "hidden"), [("void", "waiver void", "alert"), ("opened", "alert", "waiver")])
def test_they_are_filtered_by_kind_and_found_by_vendor(kind: str, shown: str, hidden: str) -> None:
    found = listed(f"kind={kind}&q=lab")
    assert f"Lab: {shown}" in found
    assert f"Lab: {hidden}" not in found
    assert "Lab:" not in listed(f"kind={kind}&q=nobody")


def test_each_has_its_page() -> None:
    for notice in Notice.objects.all():
        assert says(desk().get(page(notice)), str(notice.user))
