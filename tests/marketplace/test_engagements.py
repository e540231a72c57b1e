"""Declared engagements: begun before the client joined, watched from what is true now."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from marketplace.models import Client, Engagement
from marketplace.records import clock
from marketplace.records.models import LogEntry
from marketplace.records.refusals import Conflict, Invalid, Missing
from marketplace.services.engagements import EngagementDraft, declare_engagement, end_engagement
from tests.marketplace.market import catch_up, client, engagement, holds, member, vendor

pytestmark = pytest.mark.django_db


def declare(of: Client, **changes: Any) -> Engagement:
    draft = EngagementDraft(**{"title": "Old work", **changes})
    return declare_engagement(actor=None, client=of, vendor=vendor("lab"), draft=draft)


def test_running_work_is_declared_without_award_and_slot() -> None:
    made = declare(client("google"), start="2020-05", amount=Decimal(100), currency="USD", amount_per="year")
    assert (made.origin, made.status, made.award, made.slot) == ("declared", "running", None, None)
    assert LogEntry.objects.filter(action="engagement.declared", subject_id=made.pk).exists()


def test_it_starts_from_the_outcome_of_now() -> None:
    google = client("google", "meta")
    holds("meta", "lab", "10")
    made = declare(google)
    assert made.outcome == "review"
    catch_up()
    assert not made.alerts.exists()


def test_a_pair_that_is_blocked_already_is_alerted() -> None:
    google = client("google", "meta")
    holds("meta", "lab", "49")
    made = declare(google)
    catch_up()
    alert = made.alerts.get()
    assert (alert.before, alert.after, alert.rules) == ("unknown", "blocked", ["economic_line"])


@pytest.mark.parametrize("start", ["today", "tomorrow", "month", "year"])
def test_work_that_began_later_or_may_have_is_refused(start: str) -> None:
    today = clock.today()
    written = {
        "today": today.isoformat(),
        "tomorrow": (today + dt.timedelta(days=1)).isoformat(),
        "month": f"{today:%Y-%m}",
        "year": f"{today:%Y}",
    }
    with pytest.raises(Invalid, match="post a request"):
        declare(client("google"), start=written[start])
    assert not Engagement.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"start": "June 2020"}, "start"),
        ({"start": "2020", "end": "2021"}, "end"),
        ({"start": "2020-05", "end": "2019"}, "end"),
        ({"amount": Decimal(-1), "currency": "USD"}, "amount"),
        ({"amount": Decimal(1), "currency": "BTC"}, "currency"),
        ({"currency": "USD"}, "amount"),
        ({"amount": Decimal(1), "currency": "USD", "amount_per": "week"}, "amount_per"),
    ],
)
def test_a_wrong_field_declares_nothing(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        declare(client("google"), **changes)
    assert list(refusal.value.fields) == [field]
    assert not Engagement.objects.exists()


def test_the_same_work_is_declared_once() -> None:
    google, lab = client("google"), vendor("lab")
    engagement(google, lab)
    with pytest.raises(Conflict, match="is declared already"):
        engagement(google, lab)
    assert Engagement.objects.count() == 1


def test_an_end_is_recorded_once_and_closes_the_alert() -> None:
    google, lab = client("google", "meta"), vendor("lab")
    made = engagement(google, lab)
    holds("meta", "lab", "49")
    catch_up()
    ended = end_engagement(actor=member(google), engagement=made, end="2025-01")
    assert (ended.status, ended.end, made.alerts.get().status) == ("ended", "2025-01", "closed")
    with pytest.raises(Conflict, match="ended 2025-01"):
        end_engagement(actor=None, engagement=made, end="2025-02")


def test_an_end_to_come_or_of_a_stranger_is_refused() -> None:
    google = client("google")
    made = engagement(google, vendor("lab"))
    with pytest.raises(Invalid, match="still to come"):
        end_engagement(actor=None, engagement=made, end="2999")
    with pytest.raises(Missing):
        end_engagement(actor=member(client("openai")), engagement=made, end="2025")
    made.refresh_from_db()
    assert made.status == "running"
