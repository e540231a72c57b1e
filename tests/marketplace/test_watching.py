"""From a newer screening to an alert: a worsening is told once, an improvement lowers or closes it."""

import pytest

from conflicts.models import Interest, Screening
from conflicts.services import end_interest, retract_interest
from marketplace import alerting, watching
from marketplace.growth import Told
from marketplace.matching import requests_behind
from marketplace.models import ConflictAlert, Engagement, RequestStatus
from marketplace.records.models import LogEntry
from marketplace.records.refusals import Conflict, Missing
from marketplace.services.alerts import acknowledge_alert
from marketplace.services.requests import close_request
from tests.marketplace.market import catch_up, client, engagement, holds, member, request, vendor

pytestmark = pytest.mark.django_db


@pytest.fixture
def running() -> Engagement:
    """Google works with lab, which is clear; Meta is its rival; crowd could take over, studio only pictures."""
    google = client("google", "meta")
    vendor("crowd")
    vendor("studio", modality=["image"])
    made = engagement(google, vendor("lab"))
    catch_up()
    return made


def alerts() -> list[tuple[str, str, str]]:
    return list(ConflictAlert.objects.order_by("opened_at").values_list("before", "after", "status"))


def actions() -> list[str]:
    return list(
        LogEntry.objects.filter(action__startswith="alert.").order_by("position").values_list("action", flat=True)
    )


def test_a_worsening_is_alerted_with_findings_rules_and_substitutes(running: Engagement) -> None:
    holds("meta", "lab", "49")
    catch_up()
    alert = ConflictAlert.objects.get()
    assert (alert.engagement, alert.before, alert.after) == (running, "clear", "blocked")
    assert (alert.rules, alert.findings[0]["holder"]) == (["economic_line"], "meta")
    assert list(alert.substitutes.values_list("rank", "vendor__slug")) == [(1, "crowd"), (2, "studio")]


def test_the_same_facts_do_not_alert_twice(running: Engagement) -> None:
    holds("meta", "lab", "49")
    for _ in range(3):
        catch_up()
    holds("someone", "studio", "10")
    catch_up()
    assert alerts() == [("clear", "blocked", "open")]
    assert actions() == ["alert.opened"]


def test_what_stays_as_it_was_is_no_alert(running: Engagement) -> None:
    holds("meta", "lab", "1")
    catch_up()
    assert alerts() == []
    running.refresh_from_db()
    assert running.seen_epoch == Screening.objects.get(subject__slug="lab").epoch


def test_getting_worse_tells_more_in_the_same_alert(running: Engagement) -> None:
    holds("meta", "lab", "6", start="2020")
    catch_up()
    holds("meta", "lab", "49", start="2021")
    catch_up()
    assert alerts() == [("clear", "blocked", "open")]
    assert actions() == ["alert.opened", "alert.reopened"]


def test_an_improvement_lowers_the_alert_then_closes_it(running: Engagement) -> None:
    holds("meta", "lab", "6", start="2020")
    deal = holds("meta", "lab", "49", start="2021")
    catch_up()
    retract_interest(actor=None, interest=deal, reason="It never was.")
    catch_up()
    assert alerts() == [("clear", "review", "open")]
    end_interest(actor=None, interest=Interest.objects.current().get(), end="2022-01-01")
    catch_up()
    assert alerts() == [("clear", "review", "closed")]
    assert actions() == ["alert.opened", "alert.lowered", "alert.closed"]


def test_an_unknown_outcome_tells_nothing(running: Engagement) -> None:
    holds("meta", "lab", "49")
    catch_up()
    Screening.objects.filter(subject__slug="lab").update(outcome="unknown", epoch=1_000)
    watching.pull()
    running.refresh_from_db()
    assert (running.outcome, running.seen_epoch) == ("blocked", 1_000)
    assert alerts() == [("clear", "blocked", "open")]


def test_an_older_screening_is_not_looked_at(running: Engagement) -> None:
    Engagement.objects.update(seen_epoch=1_000)
    holds("meta", "lab", "49")
    catch_up()
    watching.observe(running.pk)
    running.refresh_from_db()
    assert (running.outcome, running.seen_epoch, alerts()) == ("clear", 1_000, [])


def test_an_open_request_says_what_a_substitute_must_do(running: Engagement) -> None:
    asked = request(running.client)
    holds("meta", "lab", "49")
    catch_up()
    alert = ConflictAlert.objects.get()
    assert (alert.request, list(alert.substitutes.values_list("vendor__slug", flat=True))) == (asked, ["crowd"])
    close_request(actor=None, request=asked)
    catch_up()
    assert alert.substitutes.count() == 2


def test_substitutes_follow_the_facts(running: Engagement) -> None:
    holds("meta", "lab", "49")
    catch_up()
    holds("meta", "crowd", "6")
    vendor("newcomer")
    catch_up()
    found = ConflictAlert.objects.get().substitutes.values_list("vendor__slug", "outcome")
    assert list(found) == [("newcomer", "clear"), ("studio", "clear"), ("crowd", "review")]


def test_a_row_that_fails_does_not_hold_up_the_others(running: Engagement, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = request(running.client)

    def fail(_: object) -> None:
        raise RuntimeError("this row is broken")

    monkeypatch.setattr(watching, "observe", fail)
    holds("meta", "lab", "49")
    catch_up()
    assert alerts() == []
    assert not requests_behind().exists()
    monkeypatch.undo()
    catch_up()
    assert alerts() == [("clear", "blocked", "open")]
    assert asked.status == RequestStatus.OPEN


def test_a_member_acknowledges_an_alert_that_stands_on(running: Engagement) -> None:
    holds("meta", "lab", "49")
    catch_up()
    alert = ConflictAlert.objects.get()
    mira = member(running.client)
    with pytest.raises(Missing):
        acknowledge_alert(actor=member(client("openai")), alert=alert)
    assert acknowledge_alert(actor=mira, alert=alert).acknowledged_by == mira
    with pytest.raises(Conflict, match="acknowledged already"):
        acknowledge_alert(actor=mira, alert=alert)
    assert ConflictAlert.objects.active().get().status == "acknowledged"


def test_an_acknowledgement_outlives_the_easing_that_it_meets(
    running: Engagement, monkeypatch: pytest.MonkeyPatch
) -> None:
    holds("meta", "lab", "6", start="2020")
    deal = holds("meta", "lab", "49", start="2021")
    catch_up()
    alert, mira, tell = ConflictAlert.objects.get(), member(running.client), alerting._tell

    def acknowledge_then_tell(row: ConflictAlert, screening: Screening, now: Told) -> None:
        acknowledge_alert(actor=mira, alert=alert)
        tell(row, screening, now)

    monkeypatch.setattr(alerting, "_tell", acknowledge_then_tell)
    retract_interest(actor=None, interest=deal, reason="It never was.")
    catch_up()
    alert.refresh_from_db()
    assert (alert.after, alert.status, alert.acknowledged_by) == ("review", "acknowledged", mira)
