"""Two people let a vendor under review through, for what they saw and no more."""

from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from conflicts.changes import epoch_now
from conflicts.cover import void_uncovered
from conflicts.drafts import InterestDraft
from conflicts.engine.facts import CONTRACT
from conflicts.engine.findings import Outcome
from conflicts.models import AcceptedFinding, FactChange, Party, Reach, ReviewDecision
from conflicts.services import (
    approve_decision,
    correct_interest,
    record_interest,
    request_decision,
    retract_interest,
    screen_pair,
    standing_decision,
    void_decision,
    watch_pair,
)
from conflicts.sweeping import sweep_conflicts
from marketplace.records.models import LogEntry
from marketplace.records.refusals import Conflict, Forbidden, Invalid
from tests.conflicts.builders import OTHER_TENANT, PRESS, REGISTER, TENANT, compete, footprint, holding, parties, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def google() -> Party:
    google, meta, scale = parties("google", "meta", "scale-ai")
    compete(google, meta)
    holding(meta, scale, 10)
    return google


def scale() -> Party:
    return Party.objects.get(slug="scale-ai")


def requested(google: Party, email: str = "ann@example.org") -> ReviewDecision:
    return request_decision(
        actor=person(email), tenant=TENANT, principal=google, subject=scale(), reason="Public data only"
    )


def opens(google: Party) -> bool:
    return standing(google) is not None


def standing(google: Party, tenant: UUID = TENANT) -> ReviewDecision | None:
    found = screen_pair(tenant=TENANT, principal=google, subject=scale())
    return standing_decision(
        tenant=tenant, principal=google, subject=scale(), outcome=found.outcome, findings=found.findings
    )


def test_a_request_keeps_the_findings_and_opens_nothing(google: Party) -> None:
    before = epoch_now()
    decision = requested(google)
    (accepted,) = AcceptedFinding.objects.filter(decision=decision)
    assert (accepted.rule, accepted.holder.slug, decision.epoch) == ("economic_line", "meta", before)
    assert LogEntry.objects.get(action="decision.requested").subject_id == decision.pk
    assert (opens(google), epoch_now()) == (False, before)


def test_another_person_approves_and_the_gate_may_open(google: Party) -> None:
    decision = approve_decision(actor=person("bob@example.org"), decision=requested(google))
    change = FactChange.objects.get(epoch=epoch_now())
    assert (change.kind, change.reach, decision.recorded_by) == ("decision", Reach.TENANT, change)
    assert opens(google)
    assert standing(google, OTHER_TENANT) is None


def test_it_takes_two_people(google: Party) -> None:
    decision = requested(google)
    before = footprint()
    with pytest.raises(Forbidden, match="someone else"):
        approve_decision(actor=decision.requested_by, decision=decision)
    decision.refresh_from_db()
    assert (footprint(), decision.status, opens(google)) == (before, "requested", False)


def test_only_a_vendor_under_review_is_decided_on(google: Party) -> None:
    holding("meta", "scale-ai", 49, start="2025")
    before = footprint()
    with pytest.raises(Conflict, match="Scale Ai is blocked for Google"):
        requested(google)
    assert {**footprint()} == before


def test_a_reason_is_asked_for(google: Party) -> None:
    ann = person("ann@example.org")
    before = footprint()
    with pytest.raises(Invalid, match="Say why"):
        request_decision(actor=ann, tenant=TENANT, principal=google, subject=scale(), reason=" ")
    assert footprint() == before


def test_what_changed_since_the_request_is_looked_at_anew(google: Party) -> None:
    decision = requested(google)
    holding("meta", "scale-ai", 12, start="2025")
    before = footprint()
    with pytest.raises(Conflict, match="have changed"):
        approve_decision(actor=person("bob@example.org"), decision=decision)
    assert (footprint(), opens(google)) == (before, False)


def test_more_than_was_accepted_shuts_the_gate_and_less_does_not(google: Party) -> None:
    approve_decision(actor=person("bob@example.org"), decision=requested(google))
    holding("meta", "scale-ai", 8, start="2024")
    assert opens(google)
    holding("meta", "scale-ai", 12, start="2025")
    assert not opens(google)


def test_a_new_tie_that_makes_another_review_shuts_the_gate(google: Party) -> None:
    approve_decision(actor=person("bob@example.org"), decision=requested(google))
    holding("scale-ai", "meta", None, source=REGISTER)
    assert not opens(google)


def test_a_void_decision_opens_nothing_for_good(google: Party) -> None:
    bob = person("bob@example.org")
    decision = approve_decision(actor=bob, decision=requested(google))
    with pytest.raises(Invalid, match="Say why"):
        void_decision(actor=bob, decision=decision, reason="")
    assert opens(google)
    void_decision(actor=bob, decision=decision, reason="Firewall broken")
    assert not opens(google)
    with pytest.raises(Conflict, match="void already"):
        void_decision(actor=bob, decision=decision, reason="Again")
    with pytest.raises(Conflict, match="is void"):
        approve_decision(actor=bob, decision=decision)


def test_a_later_decision_takes_the_place_of_the_one_that_stood(google: Party) -> None:
    bob = person("bob@example.org")
    first = approve_decision(actor=bob, decision=requested(google))
    second = approve_decision(actor=bob, decision=requested(google, "cid@example.org"))
    first.refresh_from_db()
    assert (first.status, second.status, opens(google)) == ("void", "approved", True)


def test_a_decision_that_a_rescoring_finds_uncovered_is_void_for_good(google: Party) -> None:
    watch_pair(tenant=TENANT, principal=google, subject=scale())
    decision = approve_decision(actor=person("bob@example.org"), decision=requested(google))
    sweep_conflicts()
    assert opens(google)
    worse = holding("meta", "scale-ai", 12, start="2025")
    sweep_conflicts()
    retract_interest(actor=None, interest=worse, reason="Misread")
    decision.refresh_from_db()
    assert (decision.status, decision.voided_by, opens(google)) == ("void", None, False)
    assert LogEntry.objects.get(action="decision.voided").data["reason"] == decision.void_reason
    sweep_conflicts()
    assert not FactChange.objects.unexpanded().exists()


def test_a_decision_is_not_judged_by_an_older_screening(google: Party) -> None:
    older = screen_pair(tenant=TENANT, principal=google, subject=scale())
    holding("meta", "scale-ai", 12, start="2025")
    approve_decision(actor=person("bob@example.org"), decision=requested(google))
    assert not void_uncovered(replace(older, outcome=Outcome.BLOCKED))
    assert opens(google)


def test_a_larger_commitment_than_was_accepted_shuts_the_gate(google: Party) -> None:
    def told(amount: int) -> InterestDraft:
        terms: dict[str, Any] = {"amount": Decimal(amount), "currency": "USD", "amount_per": "year"}
        return InterestDraft(holder="meta", subject="scale-ai", type=CONTRACT, source=PRESS, **terms)

    row = record_interest(actor=None, **vars(told(5000)))
    approve_decision(actor=person("bob@example.org"), decision=requested(google))
    for amount, is_open in ((5000, True), (4000, True), (5001, False)):
        row = correct_interest(actor=None, interest=row, draft=told(amount))
        assert opens(google) is is_open


def test_a_request_tells_whose_review_it_is(google: Party) -> None:
    assert requested(google).decided_by == "client"
    holding("meta", "scale-ai", 12, start="2025", visibility="private")
    assert requested(google, "cid@example.org").decided_by == "compliance"
