"""Alerts do not repeat for the same facts, open again when facts grow, and ease when facts are loosened."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from conflicts.drafts import InterestDraft
from conflicts.engine.policy import Policy
from conflicts.models import Interest, ReviewDecision
from conflicts.services import correct_interest, record_draft, record_interest, retract_interest
from conflicts.services.policies import set_policy
from conflicts.shares import from_percent
from marketplace.growth import Told
from marketplace.models import AlertEvent, AlertStatus, Client, ClientRole, ConflictAlert, Engagement
from marketplace.models.alerts import EDGES
from marketplace.records.models import LogEntry
from marketplace.services.alerts import acknowledge_alert
from marketplace.services.awards import award
from marketplace.services.decisions import approve_decision, request_decision, void_decision
from tests.marketplace.market import (
    PRESS,
    catch_up,
    client,
    compliance,
    engagement,
    holds,
    member,
    party,
    request,
    slot,
    vendor,
)
from vendors.models import Vendor

pytestmark = pytest.mark.django_db


@pytest.fixture
def running() -> Engagement:
    """Google works with lab, which is clear; Meta and xAI are its rivals."""
    google = client("google", "meta", "xai")
    vendor("crowd")
    made = engagement(google, vendor("lab"))
    catch_up()
    return made


def alert() -> ConflictAlert:
    return ConflictAlert.objects.get()


def stands() -> tuple[str, str, str]:
    return (alert().before, alert().after, alert().status)


def actions() -> list[str]:
    rows = LogEntry.objects.filter(action__startswith="alert.").order_by("position")
    return [action.removeprefix("alert.") for action in rows.values_list("action", flat=True)]


def seen_by_a_member(of: Engagement) -> None:
    acknowledge_alert(actor=member(of.client), alert=alert())


def restated(row: Interest, percent: str, **news: Any) -> Interest:
    """A source corrects what was told of a stake."""
    share = from_percent(percent)
    told: dict[str, Any] = {"source": PRESS, "share_low": share, "share_high": share, "start": row.start, **news}
    draft = InterestDraft(holder=row.holder, subject=row.subject, type=row.type, **told)
    return correct_interest(actor=None, interest=row, draft=draft)


def seated(person: str, company: str) -> Interest:
    return record_interest(
        actor=None, holder=party(person, "person"), subject=party(company), type="boardMember", source=PRESS
    )


def test_a_correction_to_the_same_figure_leaves_an_acknowledged_alert_alone(running: Engagement) -> None:
    stake = holds("meta", "lab", "49")
    catch_up()
    seen_by_a_member(running)
    restated(stake, "49", details="The filing says the same.")
    catch_up()
    assert stands() == ("clear", "blocked", "acknowledged")
    assert actions() == ["opened", "acknowledged"]


def test_a_block_that_grows_is_told_again(running: Engagement) -> None:
    stake = holds("meta", "lab", "49")
    catch_up()
    seen_by_a_member(running)
    restated(stake, "51")
    catch_up()
    assert stands() == ("clear", "blocked", "open")
    assert actions() == ["opened", "acknowledged", "reopened"]
    assert alert().rules == ["same_party"]


def test_a_second_competitor_in_a_review_is_told(running: Engagement) -> None:
    holds("meta", "lab", "10")
    catch_up()
    seen_by_a_member(running)
    holds("xai", "lab", "10")
    catch_up()
    assert stands() == ("clear", "review", "open")
    assert {found["holder"] for found in alert().findings} >= {"meta", "xai"}


def test_the_log_names_what_is_new(running: Engagement) -> None:
    holds("meta", "lab", "10")
    catch_up()
    holds("xai", "lab", "10")
    catch_up()
    row = LogEntry.objects.get(action="alert.reopened")
    assert {found["rule"] for found in row.data["untold"]} >= {"economic_line"}
    assert all(len(found["fingerprint"]) == 32 for found in row.data["untold"])
    assert (row.data["before"], row.data["after"], row.data["status"]) == ("review", "review", "open")


def test_a_second_competitor_is_told_to_who_began_under_review() -> None:
    """No outcome worsens, but the work began when there was one."""
    google = client("google", "meta", "xai")
    holds("meta", "lab", "10")
    engagement(google, vendor("lab"))
    catch_up()
    assert not ConflictAlert.objects.exists()
    holds("xai", "lab", "10")
    catch_up()
    assert stands() == ("review", "review", "open")


def test_what_an_award_was_decided_on_is_no_news_and_what_comes_later_is() -> None:
    google = client("google", "meta", "xai")
    lab = vendor("lab")
    holds("meta", "lab", "10")
    catch_up()
    decided(google, lab)
    assert award(actor=member(google), slot_id=slot(request(google)).pk, vendor=lab).award
    catch_up()
    assert not ConflictAlert.objects.exists()
    holds("xai", "lab", "10")
    catch_up()
    assert stands() == ("review", "review", "open")


def test_a_loosened_fact_lowers_the_alert_and_leaves_it_acknowledged(running: Engagement) -> None:
    holds("xai", "lab", "10")
    stake = holds("meta", "lab", "10")
    catch_up()
    seen_by_a_member(running)
    retract_interest(actor=None, interest=stake, reason="It never was.")
    catch_up()
    assert stands() == ("clear", "review", "acknowledged")
    assert actions() == ["opened", "acknowledged", "lowered"]
    assert {found["holder"] for found in alert().findings} == {"xai"}
    gone = LogEntry.objects.get(action="alert.lowered").data["gone"]
    assert "economic_line" in {found["rule"] for found in gone}


def test_it_closes_when_only_what_was_known_before_is_left() -> None:
    google = client("google", "meta", "xai")
    holds("meta", "lab", "10")
    engagement(google, vendor("lab"))
    stake = holds("xai", "lab", "10")
    catch_up()
    assert stands() == ("review", "review", "open")
    retract_interest(actor=None, interest=stake, reason="It never was.")
    catch_up()
    assert stands() == ("review", "review", "closed")
    assert actions() == ["opened", "closed"]


def test_what_eased_and_grows_back_is_told_again(running: Engagement) -> None:
    stake = holds("meta", "lab", "49")
    catch_up()
    less = restated(stake, "4")
    catch_up()
    assert stands() == ("clear", "blocked", "closed")
    restated(less, "49")
    catch_up()
    assert [row.status for row in ConflictAlert.objects.order_by("epoch")] == ["closed", "open"]


def test_tighter_lines_make_a_block_of_a_review_and_are_told(running: Engagement) -> None:
    holds("meta", "lab", "20")
    catch_up()
    seen_by_a_member(running)
    google = running.client
    lines = Policy(economic_block=from_percent("15"))
    set_policy(actor=None, tenant=google.pk, principal=google.party, lines=lines)
    catch_up()
    assert stands() == ("clear", "blocked", "open")


def test_a_commitment_that_grows_is_told_again(running: Engagement) -> None:
    row = record_draft(actor=None, draft=bought(5_000))
    catch_up()
    seen_by_a_member(running)
    row = correct_interest(actor=None, interest=row, draft=bought(4_000))
    catch_up()
    assert stands() == ("clear", "review", "acknowledged")
    correct_interest(actor=None, interest=row, draft=bought(9_000))
    catch_up()
    assert stands() == ("clear", "review", "open")


def bought(amount: int) -> InterestDraft:
    return InterestDraft(
        holder=party("meta"),
        subject="lab",
        type="rightsGrantedByContract",
        source=PRESS,
        amount=Decimal(amount),
        currency="USD",
        amount_per="year",
    )


def decided(of: Client, lab: Vendor) -> ReviewDecision:
    asked = request_decision(actor=member(of), client=of, vendor=lab, reason="The stake is small.")
    return approve_decision(actor=member(of, ClientRole.APPROVER), decision=asked)


def test_a_decision_waives_the_alert_until_it_is_void(running: Engagement) -> None:
    holds("meta", "lab", "10")
    catch_up()
    decision = decided(running.client, running.vendor)
    catch_up()
    assert stands() == ("clear", "review", "waived")
    void_decision(actor=compliance(), decision=decision, reason="It was not theirs to take.")
    catch_up()
    assert stands() == ("clear", "review", "open")
    assert actions() == ["opened", "waived", "reopened"]


def test_facts_that_outgrow_the_decision_open_the_waived_alert(running: Engagement) -> None:
    holds("meta", "lab", "10")
    catch_up()
    decided(running.client, running.vendor)
    catch_up()
    holds("xai", "lab", "10")
    catch_up()
    assert stands() == ("clear", "review", "open")
    assert actions() == ["opened", "waived", "reopened"]


def test_an_event_tells_which_facts_did_it(running: Engagement) -> None:
    stake = holds("meta", "lab", "49")
    catch_up()
    event = AlertEvent.objects.get()
    assert (event.kind, event.before, event.after) == ("opened", "clear", "blocked")
    assert event.from_epoch < stake.recorded_by.epoch <= event.epoch


def test_alerts_of_an_older_release_still_tell_what_they_tell(running: Engagement) -> None:
    """It kept no amounts and nothing of what was seen."""
    stake = holds("meta", "lab", "49")
    catch_up()
    ConflictAlert.objects.update(amounts=None, known=None)
    Engagement.objects.update(seen=None)
    seen_by_a_member(running)
    stake = restated(stake, "49")
    catch_up()
    assert stands() == ("clear", "blocked", "acknowledged")
    restated(stake, "4")
    catch_up()
    assert stands() == ("clear", "blocked", "closed")


@pytest.mark.parametrize("before", list(AlertStatus))
def test_the_database_keeps_to_the_edges(running: Engagement, before: AlertStatus) -> None:
    holds("meta", "lab", "49")
    catch_up()
    if before != AlertStatus.OPEN:
        moved(before)
    taken = {after for after in AlertStatus if after != before and may_move(after)}
    assert taken == EDGES[before]


def moved(to: AlertStatus) -> None:
    at = alert().opened_at if to == AlertStatus.CLOSED else None
    said = {"measure": "A firewall.", "mitigated_by": compliance(), "mitigated_at": alert().opened_at}
    ConflictAlert.objects.update(status=to, closed_at=at, **said)


def may_move(to: AlertStatus) -> bool:
    try:
        with transaction.atomic():
            moved(to)
            transaction.set_rollback(True)
    except DatabaseError:
        return False
    return True


def test_comparing_outcomes_alone_would_miss_the_second_competitor(
    running: Engagement, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Teeth: the alert as it was before, which looked at outcomes only."""
    monkeypatch.setattr(Told, "lacks", lambda *_: [])
    holds("meta", "lab", "10")
    catch_up()
    holds("xai", "lab", "10")
    catch_up()
    assert actions() == ["opened"]


def test_a_majority_that_shrinks_to_a_block_of_its_own_is_lowered(running: Engagement) -> None:
    """49% goes by another rule than 51% did, and is less all the same."""
    stake = holds("meta", "lab", "51")
    catch_up()
    seen_by_a_member(running)
    restated(stake, "49")
    catch_up()
    assert stands() == ("clear", "blocked", "acknowledged")
    assert actions() == ["opened", "acknowledged", "lowered"]
    assert alert().rules == ["economic_line"]
