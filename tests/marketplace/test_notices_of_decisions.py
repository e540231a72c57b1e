"""What becomes of a decision or waiver is told to its client's people once: in the app at once, and by e-mail."""

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import DatabaseError, transaction

from conflicts.expiring import remind_of_expiry
from conflicts.models import DecisionNotice, ReviewDecision
from conflicts.services import Terms
from conflicts.sweeping import sweep_conflicts
from marketplace import watching
from marketplace.accounts.models import User
from marketplace.models import Client, ClientRole, Notice
from marketplace.notices import oldest_waiting, send_due, tell, untold
from marketplace.records import clock
from marketplace.services.decisions import approve_decision, request_decision, void_decision
from marketplace.services.notices import set_email
from tests.marketplace.market import catch_up, client, compliance, holds, member, party, vendor
from vendors.models import Vendor

pytestmark = pytest.mark.django_db

WHY = "Nobody else speaks the language."


@pytest.fixture
def google() -> Client:
    return client("google", "meta")


@pytest.fixture
def scale() -> Vendor:
    """A vendor of which the rival publicly holds 49%: blocked."""
    party("scale-ai")
    holds("meta", "scale-ai", "49", start="2020")
    return vendor("scale-ai")


def waived(of: Client, to: Vendor, *, days: int = 90) -> ReviewDecision:
    """A waiver by two people of the client, with its last day so many days from now."""
    terms = Terms(kind="waiver", conditions="No board contact", expires_on=clock.today() + dt.timedelta(days=days))
    asked = request_decision(actor=member(of), client=of, vendor=to, reason=WHY, terms=terms)
    waiver = approve_decision(actor=member(of, ClientRole.APPROVER), decision=asked)
    catch_up()
    return waiver


def reviewed(of: Client) -> ReviewDecision:
    """A compliance review, of what a vendor told in private, that two of compliance decided."""
    party("hush")
    holds("meta", "hush", "6", start="2020", visibility="private")
    asked = request_decision(actor=compliance(), client=of, vendor=vendor("hush"), reason=WHY)
    decision = approve_decision(actor=compliance(), decision=asked)
    catch_up()
    return decision


def worse(slug: str = "scale-ai", percent: str = "60", **told: Any) -> None:
    """The facts are no longer those that were accepted."""
    holds("meta", slug, percent, start="2021", **told)
    catch_up()


def people(of: Client) -> set[User]:
    return {one.user for one in of.members.all()}


def told() -> set[User]:
    return {notice.user for notice in Notice.objects.select_related("user")}


def days_pass(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    then = clock.now() + dt.timedelta(days=days)
    monkeypatch.setattr(clock, "_read", lambda: (None, then))


def test_a_waiver_that_the_facts_leave_uncovered_tells_its_people_once(google: Client, scale: Vendor) -> None:
    waiver = waived(google, scale)
    assert told() == set()
    worse()
    catch_up()
    assert (told(), Notice.objects.count()) == (people(google), 2)
    notice = Notice.objects.first()
    assert notice
    assert (notice.kind, notice.of, notice.decision, notice.vendor) == ("void", "waiver", waiver, scale)
    assert send_due() == {"sent": 2}
    assert send_due() == {}
    assert {address for message in mail.outbox for address in message.to} == {user.email for user in people(google)}
    assert DecisionNotice.objects.get().told_at is not None


def test_one_sweep_tells_and_mails(google: Client, scale: Vendor) -> None:
    waived(google, scale)
    holds("meta", "scale-ai", "60", start="2021")
    for _ in range(2):
        call_command("sweep")
        assert len(mail.outbox) == 2


def test_two_workers_tell_it_once(google: Client, scale: Vendor) -> None:
    waiver = waived(google, scale)
    void_decision(actor=compliance(), decision=waiver, reason="The wall has a hole.")
    (row,) = untold()
    assert [tell(row.pk), tell(row.pk)] == [True, False]
    assert Notice.objects.count() == 2


def test_a_stranger_is_told_nothing(google: Client, scale: Vendor) -> None:
    rival = client("openai", "meta")
    outsiders = {member(rival), compliance()}
    waived(google, scale)
    gone = member(google)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    worse()
    assert told() == people(google) - {gone}
    assert not told() & outsiders


def test_a_voiding_that_is_rolled_back_tells_nobody(google: Client, scale: Vendor) -> None:
    waiver = waived(google, scale)
    holds("meta", "scale-ai", "60", start="2021")
    with transaction.atomic():
        catch_up()
        assert Notice.objects.count() == 2
        transaction.set_rollback(True)
    waiver.refresh_from_db()
    assert waiver.status == "approved"
    assert (Notice.objects.count(), DecisionNotice.objects.count()) == (0, 0)
    assert send_due() == {}


def test_what_fails_half_way_is_told_by_the_next_pull(
    google: Client, scale: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows commit with the mark that they are written, or neither does."""
    waived(google, scale)
    holds("meta", "scale-ai", "60", start="2021")
    with monkeypatch.context() as patch:
        patch.setattr(DecisionNotice, "save", broken_save)
        catch_up()
    assert (Notice.objects.count(), untold().count()) == (0, 1)
    assert watching.pull().told == 1
    assert (told(), untold().count()) == (people(google), 0)


def broken_save(_: DecisionNotice, *__: Any, **told: Any) -> None:
    if "update_fields" in told:
        raise ConnectionResetError("the worker dies here")
    DecisionNotice.save_base(_, **told)


def test_the_mail_says_what_became_of_it_and_nothing_of_why(google: Client, scale: Vendor) -> None:
    waiver = waived(google, scale)
    worse()
    send_due()
    message = mail.outbox[0]
    assert message.subject == "Scale Ai: waiver void"
    assert "the facts are no longer those that it accepted" in message.body
    assert f"http://127.0.0.1:8000/api/v1/decisions/{waiver.pk}" in message.body
    assert '{"void": false}' in message.body
    text = f"{message.subject} {message.body}".lower()
    assert not [
        word for word in ("meta", "60%", "49%", "economic", "blocked", "press.example", "board") if word in text
    ]


def test_what_a_person_ended_is_told_in_other_words(google: Client, scale: Vendor) -> None:
    void_decision(actor=compliance(), decision=waived(google, scale), reason="The wall has a hole.")
    catch_up()
    assert send_due() == {"sent": 2}
    assert "somebody ended it" in mail.outbox[0].body
    assert "wall" not in mail.outbox[0].body


def test_a_reminder_comes_thirty_days_before(google: Client, scale: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    waiver = waived(google, scale, days=40)
    days_pass(monkeypatch, 9)
    catch_up()
    assert told() == set()
    days_pass(monkeypatch, 1)
    catch_up()
    catch_up()
    assert (told(), {notice.kind for notice in Notice.objects.all()}) == (people(google), {"reminder"})
    assert send_due() == {"sent": 2}
    assert mail.outbox[0].subject == "Scale Ai: waiver expires within 30 days"
    assert f"its last day is {waiver.expires_on}" in mail.outbox[0].body


def test_no_reminder_comes_after_it_ended(google: Client, scale: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither one that nobody was told of yet, nor the e-mail of one that was told."""
    waiver = waived(google, scale, days=40)
    days_pass(monkeypatch, 10)
    catch_up()
    days_pass(monkeypatch, 23)
    assert remind_of_expiry() == 1
    void_decision(actor=compliance(), decision=waiver, reason="The wall has a hole.")
    catch_up()
    assert sorted(Notice.objects.values_list("decision_notice__kind", "decision_notice__days")) == [
        *[("reminder", 30)] * 2,
        *[("void", 0)] * 2,
    ]
    assert send_due() == {"sent": 2}
    assert {message.subject for message in mail.outbox} == {"Scale Ai: waiver void"}
    assert oldest_waiting() is None


def test_the_end_by_the_calendar_is_told(google: Client, scale: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    waiver = waived(google, scale, days=1)
    days_pass(monkeypatch, 2)
    catch_up()
    assert send_due() == {"sent": 2}
    assert mail.outbox[0].subject == "Scale Ai: waiver expired"
    assert f"its last day was {waiver.expires_on}" in mail.outbox[0].body


def test_whoever_wants_no_mails_of_a_kind_reads_it_in_the_app(google: Client, scale: Vendor) -> None:
    waiver = waived(google, scale)
    quiet = waiver.requested_by
    set_email(actor=quiet, client=google, wanted={"void": False})
    worse()
    assert told() == people(google)
    assert send_due() == {"sent": 1}
    assert quiet.email not in mail.outbox[0].to


def test_a_compliance_review_is_told_to_compliance_alone(google: Client) -> None:
    decision, mira = reviewed(google), member(google)
    worse("hush", "8", visibility="private")
    assert told() == {decision.requested_by, decision.approved_by}
    assert mira not in told()
    assert send_due() == {"sent": 2}
    message = mail.outbox[0]
    assert message.subject == "Hush: compliance decision void"
    assert "notice-settings" not in message.body
    text = message.body.lower()
    assert not [word for word in ("google", "meta", "language", "8%") if word in text]


def test_who_left_compliance_gets_no_mail_of_its_reviews(google: Client) -> None:
    decision = reviewed(google)
    worse("hush", "8", visibility="private")
    User.objects.filter(pk=decision.requested_by_id).update(staff_role="operator")
    assert send_due() == {"sent": 1}
    assert Notice.objects.filter(user=decision.requested_by, sent_at=None).exists()


def test_the_database_takes_a_notice_of_exactly_one_thing(google: Client, scale: Vendor) -> None:
    waived(google, scale)
    worse()
    notice = Notice.objects.first()
    assert notice
    same = {name: getattr(notice, name) for name in ("client", "created_at", "email", "next_try_at")}
    for wrong in ({"user": notice.user, "decision_notice": notice.decision_notice}, {"user": member(google)}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Notice.objects.create(**{**same, **wrong})
    assert Notice.objects.count() == 2


def test_what_is_of_no_client_waits_for_nobody(google: Client, scale: Vendor) -> None:
    """Conflicts knows tenants, not clients; a row of one that is none holds up nothing."""
    waiver = waived(google, scale)
    worse()
    ReviewDecision.objects.filter(pk=waiver.pk).update(tenant=waiver.pk)
    DecisionNotice.objects.create(decision=waiver, tenant=waiver.pk, kind="expired", at=clock.now())
    sweep_conflicts()
    assert watching.pull().told == 0
    assert Notice.objects.count() == 2
