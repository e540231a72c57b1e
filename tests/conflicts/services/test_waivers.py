"""A waiver opens a block for what two people saw, and for nothing worse (SEMANTICS 8.1-8.3)."""

from decimal import Decimal
from typing import Any

import pytest

from conflicts.changes import epoch_now
from conflicts.models import (
    AcceptedFinding,
    DecisionNotice,
    FactChange,
    Party,
    Reach,
    RulesSeen,
)
from conflicts.services import (
    approve_decision,
    hold_jointly,
    record_interest,
    retract_interest,
    screen_pair,
    unwatch_pair,
    veto_decision,
    void_decision,
    withdraw_decision,
)
from conflicts.sweeping import sweep_conflicts
from marketplace.records.models import LogEntry
from marketplace.records.refusals import Conflict, Forbidden, Invalid
from tests.conflicts.builders import PRESS, REGISTER, TENANT, compete, footprint, holding, party, person
from tests.conflicts.waivers import blocked_google, corrected, opener, requested, scale, seated, stake, status, waived

SUM: dict[str, Any] = {"amount": Decimal(5000), "currency": "USD", "amount_per": "year"}
pytestmark = pytest.mark.django_db


@pytest.fixture
def google() -> Party:
    return blocked_google()


def test_a_waiver_of_two_people_opens_a_block(google: Party) -> None:
    assert opener(google) is None
    waiver = waived(google)
    change = FactChange.objects.get(epoch=epoch_now())
    assert (change.kind, change.reach, change.tenant) == ("waiver", Reach.TENANT, TENANT)
    assert LogEntry.objects.get(action="waiver.approved").actor_id == waiver.approved_by_id
    assert opener(google) == waiver
    (accepted,) = AcceptedFinding.objects.filter(decision=waiver)
    assert (accepted.rule, accepted.holder.slug, accepted.low, accepted.high) == (
        "economic_line",
        "meta",
        49_000_000,
        49_000_000,
    )


def test_a_request_alone_and_one_person_open_nothing(google: Party) -> None:
    waiver = requested(google)
    before = footprint()
    with pytest.raises(Forbidden, match="two people"):
        approve_decision(actor=waiver.requested_by, decision=waiver)
    assert (footprint(), opener(google)) == (before, None)


def test_a_waiver_for_49_percent_is_void_at_50(google: Party) -> None:
    waiver = waived(google)
    sweep_conflicts()
    assert status(waiver) == "approved"
    corrected(50)
    assert opener(google) is None
    sweep_conflicts()
    assert status(waiver) == "void"


def test_a_waiver_for_49_percent_is_void_when_a_director_appears(google: Party) -> None:
    waiver = waived(google)
    sweep_conflicts()
    seated()
    assert opener(google) is None
    sweep_conflicts()
    assert status(waiver) == "void"


def test_a_waiver_stands_when_a_source_is_corrected_to_the_same_figure(google: Party) -> None:
    waiver = waived(google)
    sweep_conflicts()
    corrected(49, REGISTER)
    sweep_conflicts()
    assert (status(waiver), opener(google)) == ("approved", waiver)


def test_a_void_waiver_stands_again_only_by_a_new_decision(google: Party) -> None:
    waiver = waived(google)
    corrected(50)
    sweep_conflicts()
    corrected(49)
    sweep_conflicts()
    assert (status(waiver), opener(google)) == ("void", None)
    assert opener(google) is None
    assert (anew := waived(google)) == opener(google)
    assert anew != waiver


def test_a_void_waiver_is_logged_and_its_client_is_to_hear_of_it_once(google: Party) -> None:
    waiver = waived(google)
    corrected(50)
    sweep_conflicts()
    sweep_conflicts()
    notice = DecisionNotice.objects.due().get()
    assert (notice.decision, notice.kind, notice.tenant) == (waiver, "void", TENANT)
    row = LogEntry.objects.get(action="waiver.voided")
    assert (row.actor_id, row.tenant, row.data["reason"]) == (
        None,
        TENANT,
        "The findings are no longer those that it accepted.",
    )
    assert FactChange.objects.filter(kind="waiver", data__reason=row.data["reason"]).count() == 1


def test_new_rules_evaluate_cover_again(google: Party) -> None:
    waiver = waived(google)
    sweep_conflicts()
    # As if the rules of then had told the same facts by another name.
    AcceptedFinding.objects.filter(decision=waiver).update(rule="economic_stake")
    sweep_conflicts()
    assert status(waiver) == "approved"
    RulesSeen.objects.update(version="2000.1.1")
    sweep_conflicts()
    assert status(waiver) == "void"


def test_the_same_figure_known_in_private_only_is_covered_no_more(google: Party) -> None:
    waiver = waived(google)
    retract_interest(actor=None, interest=stake(), reason="The article was withdrawn")
    holding("meta", "scale-ai", 49, visibility="private")
    assert opener(google) is None
    sweep_conflicts()
    assert status(waiver) == "void"


def test_a_waived_pair_that_nobody_watched_is_screened_from_then_on(google: Party) -> None:
    unwatch_pair(tenant=TENANT, principal=google, subject=scale())
    waiver = waived(google)
    corrected(50)
    sweep_conflicts()
    assert status(waiver) == "void"


def test_less_than_was_waived_still_opens_as_a_review(google: Party) -> None:
    waiver = waived(google)
    corrected(10)
    sweep_conflicts()
    assert screen_pair(tenant=TENANT, principal=google, subject=scale()).outcome == "review"
    assert opener(google) == waiver


def test_a_waiver_covers_the_reviews_beside_the_block(google: Party) -> None:
    record_interest(actor=None, holder="meta", subject="scale-ai", type="rightsGrantedByContract", source=PRESS, **SUM)
    found = screen_pair(tenant=TENANT, principal=google, subject=scale()).findings
    assert {one.severity for one in found} >= {"block", "review"}
    assert (waiver := waived(google)) == opener(google)
    assert set(waiver.accepted.values_list("rule", flat=True)) == {"economic_line", "commercial"}


def test_what_rivals_hold_jointly_can_be_waived(google: Party) -> None:
    xai = party("xai")
    compete(google, Party.objects.get(slug="meta"), xai)
    holding(hold_jointly(actor=None, members=["meta", "xai"]), "scale-ai", 30, start="2025")
    assert (waiver := waived(google)) == opener(google)
    assert waiver.accepted.count() >= 1


def test_a_decision_opens_no_block(google: Party) -> None:
    before = footprint()
    with pytest.raises(Conflict, match="a decision is for a vendor under review"):
        requested(google, kind="decision")
    assert (footprint(), opener(google)) == (before, None)


def test_a_vendor_under_review_needs_no_waiver(google: Party) -> None:
    corrected(10)
    before = footprint()
    with pytest.raises(Conflict, match="a waiver is for a vendor that is blocked"):
        requested(google)
    assert footprint() == before


def test_a_block_that_rests_on_a_private_fact_is_not_waivable(google: Party) -> None:
    holding("meta", "scale-ai", 60, start="2025", visibility="private")
    before = footprint()
    with pytest.raises(Conflict, match=r"^Scale Ai is not available\.$"):
        requested(google)
    assert footprint() == before


def test_a_private_fact_that_comes_later_voids_a_waiver(google: Party) -> None:
    waiver = waived(google)
    private = holding("meta", "scale-ai", 60, start="2025", visibility="private")
    assert opener(google) is None
    sweep_conflicts()
    retract_interest(actor=None, interest=private, reason="Misread")
    assert (status(waiver), opener(google)) == ("void", None)


def test_an_approver_hears_what_changed_since_the_request(google: Party) -> None:
    waiver = requested(google)
    seated()
    bob, before = person("bob@example.org"), footprint()
    with pytest.raises(Conflict, match="have changed") as refusal:
        approve_decision(actor=bob, decision=waiver)
    assert {one.rule for one in refusal.value.findings} & {"board", "personnel"}  # type: ignore[attr-defined]
    assert (footprint(), opener(google)) == (before, None)


def test_who_requested_takes_it_back_and_nobody_else(google: Party) -> None:
    waiver, epoch = requested(google), epoch_now()
    with pytest.raises(Forbidden, match="Only who requested"):
        withdraw_decision(actor=person("bob@example.org"), decision=waiver)
    assert status(waiver) == "requested"
    withdraw_decision(actor=waiver.requested_by, decision=waiver)
    assert (status(waiver), epoch_now()) == ("withdrawn", epoch)
    assert LogEntry.objects.filter(action="waiver.withdrawn").exists()
    with pytest.raises(Conflict, match="is withdrawn"):
        approve_decision(actor=person("cid@example.org"), decision=waiver)


def test_a_veto_takes_a_reason_and_ends_the_request(google: Party) -> None:
    waiver, staff = requested(google), person("staff@example.org")
    with pytest.raises(Invalid, match="Say why"):
        veto_decision(actor=staff, decision=waiver, reason=" ")
    assert status(waiver) == "requested"
    veto_decision(actor=staff, decision=waiver, reason="No wall is that high")
    assert status(waiver) == "vetoed"
    assert LogEntry.objects.get(action="waiver.vetoed").data["reason"] == "No wall is that high"
    for act in (veto_decision, void_decision):
        with pytest.raises(Conflict, match="vetoed"):
            act(actor=staff, decision=waiver, reason="Again")
