"""A block is waived by two people of the client, and the gate opens for exactly what they saw."""

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest

from conflicts.models import DecisionNotice, Party, ReviewDecision
from conflicts.services import MitigationDraft, Terms
from conflicts.services.facts import retract_interest
from marketplace.accounts.models import User
from marketplace.models import Award, Client, ClientRole, Engagement
from marketplace.records import clock
from marketplace.records.models import LogEntry
from marketplace.records.refusals import Conflict, Forbidden, Invalid, Missing
from marketplace.services.awards import AwardResult, award
from marketplace.services.decisions import (
    add_mitigation,
    approve_decision,
    request_decision,
    verify_mitigation,
    veto_decision,
    void_decision,
    withdraw_decision,
)
from marketplace.services.requests import close_request
from tests.marketplace.market import client, compliance, holds, member, party, request, slot, vendor
from vendors.models import Vendor

pytestmark = pytest.mark.django_db

WHY = "Nobody else speaks the language."
WALL = MitigationDraft(kind="firewall", text="Two teams", responsible="Head of security")


@pytest.fixture
def google() -> Client:
    return client("google", "meta")


@pytest.fixture
def scale() -> Vendor:
    """A vendor of which the rival publicly holds 49%: blocked."""
    party("scale-ai")
    holds("meta", "scale-ai", "49", start="2020")
    return vendor("scale-ai")


@pytest.fixture
def hush() -> Vendor:
    """The same, and only the vendor's own declaration tells it."""
    party("hush")
    holds("meta", "hush", "49", visibility="private")
    return vendor("hush")


def terms(**told: Any) -> Terms:
    week = clock.today() + dt.timedelta(days=7)
    return Terms(**{"kind": "waiver", "conditions": "No board contact", "expires_on": week, **told})


def asked(of: Client, to: Vendor, by: User | None = None, **told: Any) -> ReviewDecision:
    return request_decision(actor=by or member(of), client=of, vendor=to, reason=WHY, terms=terms(**told))


def waived(of: Client, to: Vendor, **told: Any) -> ReviewDecision:
    return approve_decision(actor=member(of, ClientRole.APPROVER), decision=asked(of, to, **told))


def tried(of: Client, to: Vendor) -> AwardResult:
    return award(actor=member(of), slot_id=slot(request(of)).pk, vendor=to)


def refused(result: AwardResult, *, before: int = 0) -> bool:
    return result.refusal is not None and (Award.objects.count(), Engagement.objects.count()) == (before, before)


def test_a_valid_waiver_opens_the_gate_for_a_block(google: Client, scale: Vendor) -> None:
    assert refused(tried(google, scale))
    waiver = waived(google, scale)
    made = tried(google, scale).award
    assert made is not None
    assert (made.outcome, made.decision, made.engagement.outcome) == ("blocked", waiver, "blocked")


def test_a_request_alone_opens_nothing(google: Client, scale: Vendor) -> None:
    asked(google, scale)
    assert refused(tried(google, scale))


def test_compliance_neither_requests_nor_approves_a_waiver(google: Client, scale: Vendor) -> None:
    with pytest.raises(Forbidden, match="two people of Google"):
        asked(google, scale, compliance())
    assert not ReviewDecision.objects.exists()
    waiver = asked(google, scale)
    with pytest.raises(Forbidden, match="not approve"):
        approve_decision(actor=compliance(), decision=waiver)
    assert refused(tried(google, scale))


def test_only_an_approver_of_the_client_is_the_second_person(google: Client, scale: Vendor) -> None:
    ari = member(google, ClientRole.APPROVER)
    waiver = asked(google, scale, ari)
    stranger = member(client("openai"), ClientRole.APPROVER)
    for actor, refusal in ((ari, Forbidden), (member(google), Forbidden), (stranger, Missing)):
        with pytest.raises(refusal):
            approve_decision(actor=actor, decision=waiver)
    assert refused(tried(google, scale))


def test_a_block_that_rests_on_a_private_fact_is_refused_in_the_words_of_the_gate(google: Client, hush: Vendor) -> None:
    at_the_gate = tried(google, hush).refusal
    with pytest.raises(Conflict) as refusal:
        asked(google, hush)
    assert at_the_gate is not None
    told = refusal.value
    assert (told.detail, told.code, told.extra) == (at_the_gate.detail, at_the_gate.code, at_the_gate.extra)
    assert told.detail == "Hush is not available."
    assert not ReviewDecision.objects.exists()
    assert not LogEntry.objects.filter(action="waiver.requested").exists()


def test_a_private_block_beside_a_public_one_is_not_waived_either(google: Client, scale: Vendor) -> None:
    holds("meta", "scale-ai", "60", start="2021", visibility="private")
    with pytest.raises(Conflict):
        asked(google, scale)
    assert not ReviewDecision.objects.exists()


def test_a_private_fact_shuts_the_gate_of_a_waiver(google: Client, scale: Vendor) -> None:
    waived(google, scale)
    holds("meta", "scale-ai", "60", start="2021", visibility="private")
    assert refused(tried(google, scale))


def test_what_the_gate_finds_uncovered_is_void_for_good(google: Client, scale: Vendor) -> None:
    """The facts go back before anything was screened anew: only the gate saw them."""
    waiver = waived(google, scale)
    worse = holds("meta", "scale-ai", "50", start="2021")
    assert refused(tried(google, scale))
    retract_interest(actor=None, interest=worse, reason="Misread.")
    assert refused(tried(google, scale))
    waiver.refresh_from_db()
    assert waiver.status == "void"
    assert DecisionNotice.objects.due().get().decision == waiver


def test_a_waiver_for_one_request_awards_no_other(google: Client, scale: Vendor) -> None:
    one, other = request(google), request(google)
    waiver = waived(google, scale, scope=one.pk)
    buyer = member(google)
    assert refused(award(actor=buyer, slot_id=slot(other).pk, vendor=scale))
    made = award(actor=buyer, slot_id=slot(one).pk, vendor=scale).award
    assert made is not None
    assert made.decision == waiver


def test_a_scope_is_an_open_request_of_the_client(google: Client, scale: Vendor) -> None:
    foreign, closed = request(client("openai")), request(google)
    close_request(actor=None, request=closed)
    told = []
    for scope in (foreign.pk, uuid4(), closed.pk):
        with pytest.raises(Invalid) as refusal:
            asked(google, scale, scope=scope)
        told.append(refusal.value.fields["request"])
    assert told[0] == told[1] != told[2]
    assert not ReviewDecision.objects.exists()


def test_an_expired_waiver_awards_nothing_before_any_sweep(
    google: Client, scale: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiver = waived(google, scale)
    ended = clock.today() + dt.timedelta(days=8)
    monkeypatch.setattr(clock, "_read", lambda: (ended, dt.datetime.combine(ended, dt.time(12), dt.UTC)))
    assert refused(tried(google, scale))
    waiver.refresh_from_db()
    assert waiver.status == "approved"


def test_a_waiver_opens_nothing_for_an_unknown_outcome(google: Client, scale: Vendor) -> None:
    waived(google, scale)
    Party.objects.filter(pk=scale.party_id).update(resolved=False)
    result = tried(google, scale)
    assert refused(result)
    assert result.verdict is not None
    assert result.verdict.outcome == "unknown"


def test_compliance_vetoes_a_request_and_nobody_else_does(google: Client, scale: Vendor) -> None:
    waiver = asked(google, scale)
    for actor, refusal in ((member(google), Forbidden), (member(client("openai")), Missing)):
        with pytest.raises(refusal):
            veto_decision(actor=actor, decision=waiver, reason="Mischief.")
    veto_decision(actor=compliance(), decision=waiver, reason="No wall is that high.")
    with pytest.raises(Conflict, match="vetoed"):
        approve_decision(actor=member(google, ClientRole.APPROVER), decision=waiver)
    assert refused(tried(google, scale))


@pytest.mark.parametrize("who", ["member", "compliance"])
def test_a_void_waiver_shuts_the_gate(google: Client, scale: Vendor, who: str) -> None:
    waiver = waived(google, scale)
    actor = member(google) if who == "member" else compliance()
    void_decision(actor=actor, decision=waiver, reason="The firewall has a hole.")
    assert refused(tried(google, scale))


def test_a_request_is_taken_back_by_its_requester(google: Client, scale: Vendor) -> None:
    ann = member(google)
    waiver = asked(google, scale, ann)
    for actor, refusal in ((member(google), Forbidden), (member(client("openai")), Missing)):
        with pytest.raises(refusal):
            withdraw_decision(actor=actor, decision=waiver)
    assert withdraw_decision(actor=ann, decision=waiver).status == "withdrawn"


def test_an_approver_sees_what_changed_as_far_as_it_may(google: Client, scale: Vendor) -> None:
    waiver, ari = asked(google, scale), member(google, ClientRole.APPROVER)
    holds("scale-ai", "meta", "30")
    assert [one["rule"] for one in changed(waiver, ari)] == ["reverse"]
    holds("meta", "scale-ai", "60", start="2021", visibility="private")
    assert {"severity": "block", "word": "not available"} in changed(waiver, ari)
    assert refused(tried(google, scale))


def changed(waiver: ReviewDecision, approver: User) -> list[dict[str, object]]:
    """What the approver hears when it comes to the act."""
    with pytest.raises(Conflict, match="have changed") as refusal:
        approve_decision(actor=approver, decision=waiver)
    told: list[dict[str, object]] = refusal.value.extra["findings"]
    return told


def test_measures_are_added_and_seen_by_people_of_the_client_or_compliance(google: Client, scale: Vendor) -> None:
    waiver, stranger = asked(google, scale), member(client("openai"))
    with pytest.raises(Missing):
        add_mitigation(actor=stranger, decision=waiver, draft=WALL)
    measure = add_mitigation(actor=member(google), decision=waiver, draft=WALL)
    with pytest.raises(Missing):
        verify_mitigation(actor=stranger, mitigation=measure)
    measure.refresh_from_db()
    assert measure.verified_by is None
    staff = compliance()
    assert verify_mitigation(actor=staff, mitigation=measure).verified_by == staff
    told = LogEntry.objects.filter(action__startswith="waiver.mit").values_list("action", "tenant")
    assert set(told) == {("waiver.mitigated", google.pk), ("waiver.mitigation_verified", google.pk)}
