"""A client's people are told of every event once: in the app at once, by e-mail until it has gone out."""

import datetime as dt
from collections.abc import Callable
from typing import NoReturn
from uuid import UUID

import pytest
from celery import current_app
from django.core import mail
from django.core.mail import EmailMessage
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from conflicts.services import retract_interest
from marketplace import notices, tasks, watching
from marketplace.accounts.models import User
from marketplace.models import AlertEvent, Client, ConflictAlert, Engagement, Notice
from marketplace.notices import BATCH, FAILURES_THAT_STOP, send_due, wait_after
from marketplace.records import clock
from marketplace.records.models import LogEntry
from marketplace.records.refusals import Missing
from marketplace.services.engagements import end_engagement
from marketplace.services.notices import email_settings, read_notice, set_email
from tests.marketplace.market import catch_up, client, compliance, engagement, holds, member, vendor
from tests.worker import Process, wait_until

pytestmark = pytest.mark.django_db


@pytest.fixture
def google() -> Client:
    """Google, whose rival is Meta, works with lab; two people act for it."""
    made = client("google", "meta")
    engagement(made, vendor("lab"))
    catch_up()
    for _ in range(2):
        member(made)
    return made


def people(of: Client) -> set[str]:
    return {one.user.email for one in of.members.all()}


def someone(of: Client) -> User:
    found = of.members.order_by("user__email").first()
    assert found
    return found.user


def deal() -> None:
    holds("meta", "lab", "49")
    catch_up()


def later(minutes: int = 60 * 24) -> None:
    """Time passes, as the rows have it."""
    Notice.objects.update(next_try_at=F("next_try_at") - dt.timedelta(minutes=minutes))


@pytest.fixture
def broken_mail(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """The mail server is down until somebody mends it."""

    def refuse(_: EmailMessage) -> NoReturn:
        raise ConnectionRefusedError("no mail server")

    monkeypatch.setattr(EmailMessage, "send", refuse)
    return monkeypatch.undo


def test_each_person_of_the_client_is_told_once(google: Client) -> None:
    member(client("openai", "meta"))
    deal()
    catch_up()
    told = Notice.objects.all()
    assert {notice.user.email for notice in told} == people(google)
    assert len(told) == 2
    assert send_due() == {"sent": 2}
    assert {address for message in mail.outbox for address in message.to} == people(google)
    assert send_due() == {}
    assert len(mail.outbox) == 2


def test_every_kind_of_event_is_told(google: Client) -> None:
    deal()
    stake = holds("meta", "lab", "51", start="2025")
    catch_up()
    retract_interest(actor=None, interest=stake, reason="It never was.")
    catch_up()
    end_engagement(actor=someone(google), engagement=Engagement.objects.get(), end="2025-01")
    mine = Notice.objects.filter(user=someone(google)).order_by("event__at")
    assert [notice.kind for notice in mine] == ["opened", "reopened", "lowered", "closed"]


def test_the_mail_says_where_to_look_and_nothing_of_what_was_found(google: Client) -> None:
    deal()
    send_due()
    message, alert = mail.outbox[0], ConflictAlert.objects.get()
    assert message.subject == "Lab: alert opened"
    assert f"http://127.0.0.1:8000/api/v1/alerts/{alert.pk}" in message.body
    told = f"{message.subject} {message.body}".lower()
    assert not [word for word in ("meta", "49%", "economic", "blocked", "review", "press.example") if word in told]
    assert len(message.to) == 1


def test_a_vendor_s_name_cannot_write_headers(google: Client) -> None:
    deal()
    supplier = ConflictAlert.objects.get().vendor
    supplier.name = "Lab\r\nBcc: someone@else.example"
    supplier.save(update_fields=["name"])
    assert send_due() == {"sent": 2}
    assert mail.outbox[0].subject == "Lab Bcc: someone@else.example: alert opened"
    assert mail.outbox[0].recipients() == mail.outbox[0].to


def test_work_that_is_rolled_back_tells_nobody(google: Client) -> None:
    holds("meta", "lab", "49")
    with transaction.atomic():
        catch_up()
        assert Notice.objects.exists()
        transaction.set_rollback(True)
    assert not Notice.objects.exists()
    assert send_due() == {}
    assert mail.outbox == []


def test_a_mail_server_that_fails_leaves_the_rows_and_says_why(google: Client, broken_mail: Callable[[], None]) -> None:
    deal()
    assert send_due() == {"failed": 2}
    row = Notice.objects.unsent().first()
    assert row
    assert (Notice.objects.unsent().count(), row.tries, row.sent_at) == (2, 1, None)
    assert row.error == "ConnectionRefusedError: no mail server"
    assert send_due() == {}
    later()
    broken_mail()
    assert send_due() == {"sent": 2}
    assert not Notice.objects.unsent().exists()
    assert set(Notice.objects.values_list("tries", "error")) == {(2, "")}


def test_it_waits_longer_each_time_and_never_for_good() -> None:
    waits = [wait_after(tries).total_seconds() / 60 for tries in (0, 1, 2, 8, 9, 1_000)]
    assert waits == [1, 2, 4, 256, 360, 360]


def test_a_server_that_is_down_is_not_asked_for_every_row(google: Client, broken_mail: Callable[[], None]) -> None:
    for _ in range(5):
        member(google)
    deal()
    assert send_due() == {"failed": FAILURES_THAT_STOP}
    assert Notice.objects.filter(tries=0).count() == 7 - FAILURES_THAT_STOP


def test_one_run_sends_so_many(google: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notices, "BATCH", 1)
    assert BATCH > 1
    deal()
    assert [send_due(), send_due(), send_due()] == [{"sent": 1}, {"sent": 1}, {}]


def test_a_row_that_another_worker_has_taken_is_left_to_it(google: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both saw it due; the other counted its try first."""
    deal()
    claim = notices._claimed

    def outrun(notice_id: UUID) -> Notice | None:
        Notice.objects.filter(pk=notice_id).update(tries=F("tries") + 1, next_try_at=clock.now() + wait_after(0))
        return claim(notice_id)

    monkeypatch.setattr(notices, "_claimed", outrun)
    assert send_due() == {"outrun": 2}
    assert mail.outbox == []


def test_a_worker_that_dies_while_sending_leaves_the_row_to_be_sent_again(
    google: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    class KilledError(BaseException):
        """The process ends here, after the server has taken the mail."""

    def die(message: EmailMessage) -> NoReturn:
        mail.outbox.append(message)
        raise KilledError

    deal()
    with monkeypatch.context() as patch:
        patch.setattr(EmailMessage, "send", die)
        with pytest.raises(KilledError):
            send_due()
    later()
    assert send_due() == {"sent": 2}
    first, *others = (message.extra_headers["Message-ID"] for message in mail.outbox)
    assert first in others


def test_who_left_or_may_not_log_in_gets_no_mail(google: Client) -> None:
    deal()
    gone, locked = (one.user for one in google.members.all())
    google.members.filter(user=gone).delete()
    User.objects.filter(pk=locked.pk).update(is_active=False)
    assert send_due() == {}
    assert not Notice.objects.unsent().exists()


def test_whoever_switched_a_kind_off_is_told_in_the_app_alone(google: Client) -> None:
    quiet, other = (one.user for one in google.members.order_by("user__email"))
    assert set_email(actor=quiet, client=google, wanted={"opened": False})["opened"] is False
    deal()
    send_due()
    assert [message.to for message in mail.outbox] == [[other.email]]
    assert Notice.objects.filter(user=quiet, email=False).count() == 1
    assert LogEntry.objects.get(action="notice.settings_changed").data == {"opened": False}


def test_everything_is_on_until_it_is_switched_off(google: Client) -> None:
    mira = someone(google)
    kinds = ("opened", "reopened", "lowered", "closed", "void", "expired", "reminder")
    assert email_settings(mira) == dict.fromkeys(kinds, True)
    set_email(actor=mira, client=google, wanted={"closed": False})
    set_email(actor=mira, client=google, wanted={"closed": True, "lowered": False})
    assert email_settings(mira) == {**dict.fromkeys(kinds, True), "lowered": False}


def test_only_the_person_itself_reads_and_sets(google: Client) -> None:
    deal()
    mira, other = (one.user for one in google.members.all())
    own = Notice.objects.get(user=mira)
    for stranger in (other, compliance()):
        with pytest.raises(Missing):
            read_notice(actor=stranger, notice=own)
    with pytest.raises(Missing):
        set_email(actor=member(client("openai")), client=google, wanted={"opened": False})
    own.refresh_from_db()
    assert own.read_at is None
    first = read_notice(actor=mira, notice=own).read_at
    assert first
    assert read_notice(actor=mira, notice=own).read_at == first


def test_the_database_keeps_one_notice_for_a_person_and_an_event(google: Client) -> None:
    deal()
    row = Notice.objects.first()
    assert row
    with pytest.raises(DatabaseError), transaction.atomic():
        Notice.objects.create(
            client=row.client,
            user=row.user,
            event=row.event,
            created_at=row.created_at,
            email=True,
            next_try_at=row.created_at,
        )
    with pytest.raises(DatabaseError), transaction.atomic():
        Notice.objects.filter(pk=row.pk).update(sent_at=row.created_at, tries=0)


def test_more_people_ask_for_no_more_queries(google: Client) -> None:
    deal()
    event = AlertEvent.objects.get()
    few = asked(event)
    for _ in range(5):
        member(google)
    assert asked(event) == few


def asked(event: AlertEvent) -> int:
    Notice.objects.all().delete()
    with CaptureQueriesContext(connection) as queries:
        notices.notify(event)
    return len(queries)


def test_the_task_is_on_the_queue_for_notices() -> None:
    routed = current_app.amqp.router.route({}, "marketplace.notices.send")
    assert (routed["queue"].name, tasks.send_notices.name) == ("notices", "marketplace.notices.send")
    assert current_app.conf.beat_schedule["notices"]["task"] == "marketplace.notices.send"


@pytest.mark.django_db(transaction=True)
def test_a_worker_sends_what_was_committed(worker: Process) -> None:
    made = client("google", "meta")
    engagement(made, vendor("lab"))
    catch_up()
    member(made)
    holds("meta", "lab", "49")
    wait_until(lambda: Notice.objects.filter(sent_at__isnull=False).count() == 1, "the mail has gone out", seconds=30)
    assert Notice.objects.get().tries == 1
    assert watching.pull().observed == 0
