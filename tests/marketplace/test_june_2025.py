"""June 2025 as Google's alert tells it: a deal, the same deal again, a director, and the way back."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core import mail

from conflicts.drafts import InterestDraft
from conflicts.models import Interest
from conflicts.services import correct_interest, record_interest, retract_interest
from conflicts.shares import from_percent
from marketplace.accounts.models import User
from marketplace.models import Client, ConflictAlert, Notice
from marketplace.notices import send_due
from marketplace.records import clock
from marketplace.records.models import LogEntry
from marketplace.services.alerts import acknowledge_alert, mitigate_alert
from marketplace.services.dominoes import domino
from marketplace.services.engagements import EngagementDraft, declare_engagement
from tests.marketplace.market import PRESS, catch_up, client, holds, member, party, vendor

pytestmark = pytest.mark.django_db


@pytest.fixture
def google() -> Client:
    """On 11 June Google works with Scale AI for 200 million a year; two other vendors are clear."""
    clock.create_story(dt.date(2025, 6, 11))
    made = client("google", "meta")
    scale = vendor("scale-ai")
    for other in ("surge-ai", "turing"):
        vendor(other)
    work = EngagementDraft(title="Labeling", amount=Decimal(200_000_000), currency="USD", amount_per="year")
    declare_engagement(actor=None, client=made, vendor=scale, draft=work)
    catch_up()
    clock.advance_story(dt.date(2025, 6, 12))
    catch_up()
    return made


@pytest.fixture
def mira(google: Client) -> User:
    return member(google)


def stake_is(row: Interest, percent: str) -> Interest:
    share = from_percent(percent)
    draft = InterestDraft(
        holder=row.holder,
        subject=row.subject,
        type=row.type,
        source=PRESS,
        start=row.start,
        share_low=share,
        share_high=share,
    )
    corrected = correct_interest(actor=None, interest=row, draft=draft)
    catch_up()
    return corrected


def alert() -> ConflictAlert:
    return ConflictAlert.objects.get()


def posts_of(who: str, *companies: str) -> list[Interest]:
    """The founder becomes an officer of the one and stays a director of the other."""
    rows = [
        record_interest(
            actor=None, holder=party(who, "person"), subject=party(company), type=post, start="2025-06-12", source=PRESS
        )
        for company, post in zip(companies, ("seniorManagingOfficial", "boardMember"), strict=True)
    ]
    catch_up()
    return rows


def test_the_alert_of_june_2025(google: Client, mira: User) -> None:
    stake = holds("meta", "scale-ai", "49", start="2025-06-12")
    catch_up()
    assert (alert().after, alert().status, alert().rules) == ("blocked", "open", ["economic_line"])
    assert [one.vendor.slug for one in alert().substitutes.all()] == ["surge-ai", "turing"]
    assert (alert().amount, alert().currency) == (Decimal(200_000_000), "USD")
    assert alert().checklist.count() == 4
    acknowledge_alert(actor=mira, alert=alert())

    stake = stake_is(stake, "49")
    assert alert().status == "acknowledged"

    _, seat = posts_of("alexandr-wang", "meta", "scale-ai")
    assert (alert().status, alert().rules) == ("open", ["economic_line", "personnel"])
    mitigate_alert(actor=mira, alert=alert(), measure="Tooling moves to another vendor; no new data is sent.")

    stake_is(stake, "4")
    assert (alert().after, alert().status, alert().rules) == ("blocked", "mitigated", ["personnel"])
    retract_interest(actor=None, interest=seat, reason="He never took the seat.")
    catch_up()
    assert alert().status == "closed"

    log = LogEntry.objects.filter(action__startswith="alert.").order_by("position")
    acts = ["opened", "acknowledged", "reopened", "mitigated", "lowered", "closed"]
    assert [row.action.removeprefix("alert.") for row in log] == acts
    assert [row.action for row in log if row.actor] == ["alert.acknowledged", "alert.mitigated"]


def test_mira_hears_of_each_turn_once_and_the_deal_is_a_domino(google: Client, mira: User) -> None:
    stake = holds("meta", "scale-ai", "49", start="2025-06-12")
    catch_up()
    correction = stake_is(stake, "49")
    stake_is(correction, "4")
    assert list(Notice.objects.filter(user=mira).order_by("event__epoch").values_list("event__kind", flat=True)) == [
        "opened",
        "closed",
    ]
    assert send_due() == {"sent": 2}
    assert {message.subject for message in mail.outbox} == {"Scale Ai: alert opened", "Scale Ai: alert closed"}
    (part,) = domino(stake.recorded_by).parts
    assert (part.client, part.touched[0].before, part.touched[0].after) == (google, "clear", "blocked")
    assert domino(correction.recorded_by).parts == ()
