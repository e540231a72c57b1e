"""A review is decided by two people of the client; one that rests on a private fact by two of compliance."""

import pytest

from conflicts.models import ReviewDecision
from conflicts.services.facts import retract_interest
from marketplace.membership import is_compliance
from marketplace.models import Award, Client, ClientMember, ClientRole
from marketplace.records.refusals import Conflict, Forbidden, Missing
from marketplace.services.awards import AwardResult, award
from marketplace.services.decisions import approve_decision, request_decision, void_decision
from tests.marketplace.market import client, compliance, holds, member, party, request, slot, vendor
from vendors.models import Vendor

pytestmark = pytest.mark.django_db

WHY = "A firewall keeps the teams apart."


@pytest.fixture
def google() -> Client:
    return client("google", "meta")


@pytest.fixture
def lab() -> Vendor:
    """A vendor in which the rival publicly holds 6%: a review."""
    party("lab")
    holds("meta", "lab", "6", start="2020")
    return vendor("lab")


@pytest.fixture
def veiled() -> Vendor:
    """The same, and only the vendor's own declaration tells it."""
    party("veiled")
    holds("meta", "veiled", "6", visibility="private")
    return vendor("veiled")


def tried(of: Client, to: Vendor) -> AwardResult:
    return award(actor=member(of), slot_id=slot(request(of)).pk, vendor=to)


def decided(of: Client, to: Vendor) -> ReviewDecision:
    decision = request_decision(actor=member(of), client=of, vendor=to, reason=WHY)
    return approve_decision(actor=member(of, ClientRole.APPROVER), decision=decision)


def test_two_people_open_the_gate(google: Client, lab: Vendor) -> None:
    decision = decided(google, lab)
    made = tried(google, lab).award
    assert made is not None
    assert (made.outcome, made.decision) == ("review", decision)


def test_a_request_alone_opens_nothing(google: Client, lab: Vendor) -> None:
    request_decision(actor=member(google), client=google, vendor=lab, reason=WHY)
    assert tried(google, lab).refusal is not None
    assert not Award.objects.exists()


def test_one_person_is_not_two(google: Client, lab: Vendor) -> None:
    ari = member(google, ClientRole.APPROVER)
    decision = request_decision(actor=ari, client=google, vendor=lab, reason=WHY)
    with pytest.raises(Forbidden, match="two people"):
        approve_decision(actor=ari, decision=decision)
    assert ReviewDecision.objects.get().status == "requested"


def test_who_is_no_approver_of_this_client_cannot_approve(google: Client, lab: Vendor) -> None:
    decision = request_decision(actor=member(google), client=google, vendor=lab, reason=WHY)
    stranger = member(client("openai"), ClientRole.APPROVER)
    for actor, refusal in ((member(google), Forbidden), (compliance(), Forbidden), (stranger, Missing)):
        with pytest.raises(refusal):
            approve_decision(actor=actor, decision=decision)
    assert ReviewDecision.objects.get().status == "requested"


def test_a_worse_fact_shuts_the_gate_again(google: Client, lab: Vendor) -> None:
    decided(google, lab)
    holds("meta", "lab", "8", start="2021")
    refusal = tried(google, lab).refusal
    assert refusal is not None
    assert refusal.code == "review_undecided"
    assert not Award.objects.exists()


@pytest.mark.parametrize("who", ["member", "compliance"])
def test_a_void_decision_shuts_the_gate(google: Client, lab: Vendor, who: str) -> None:
    decision = decided(google, lab)
    actor = member(google) if who == "member" else compliance()
    void_decision(actor=actor, decision=decision, reason="The firewall has a hole.")
    assert tried(google, lab).award is None
    assert ReviewDecision.objects.get().status == "void"


def test_a_stranger_voids_and_requests_nothing(google: Client, lab: Vendor) -> None:
    decision, stranger = decided(google, lab), member(client("openai"))
    with pytest.raises(Missing):
        void_decision(actor=stranger, decision=decision, reason="Mischief.")
    with pytest.raises(Missing):
        request_decision(actor=stranger, client=google, vendor=lab, reason=WHY)
    assert ReviewDecision.objects.get().status == "approved"


def test_a_clear_vendor_needs_no_decision(google: Client) -> None:
    with pytest.raises(Conflict, match="for a vendor under review"):
        request_decision(actor=member(google), client=google, vendor=vendor("free"), reason=WHY)
    assert not ReviewDecision.objects.exists()


def test_a_client_cannot_decide_a_compliance_review(google: Client, veiled: Vendor) -> None:
    with pytest.raises(Conflict, match="under compliance review"):
        request_decision(actor=member(google), client=google, vendor=veiled, reason=WHY)
    refusal = tried(google, veiled).refusal
    assert refusal is not None
    assert (refusal.detail, refusal.extra["rules"]) == ("Veiled is under compliance review: wait for its end.", [])
    assert not ReviewDecision.objects.exists()


def test_two_of_compliance_decide_a_compliance_review(google: Client, veiled: Vendor) -> None:
    first, second = compliance(), compliance()
    decision = request_decision(actor=first, client=google, vendor=veiled, reason=WHY)
    with pytest.raises(Forbidden):
        approve_decision(actor=first, decision=decision)
    with pytest.raises(Missing):
        approve_decision(actor=member(google, ClientRole.APPROVER), decision=decision)
    approve_decision(actor=second, decision=decision)
    assert tried(google, veiled).award is not None


def test_a_client_review_is_not_for_compliance_to_request(google: Client, lab: Vendor) -> None:
    with pytest.raises(Forbidden, match="for Google to decide"):
        request_decision(actor=compliance(), client=google, vendor=lab, reason=WHY)
    assert not ReviewDecision.objects.exists()


def test_staff_that_acts_for_the_client_is_no_compliance(google: Client, veiled: Vendor) -> None:
    insider = compliance()
    assert is_compliance(insider)
    ClientMember.objects.create(client=google, user=insider, role=ClientRole.APPROVER)
    assert not is_compliance(insider)
    with pytest.raises(Conflict, match="under compliance review"):
        request_decision(actor=insider, client=google, vendor=veiled, reason=WHY)
    assert not ReviewDecision.objects.exists()


def test_a_compliance_decision_opens_no_review_of_the_client(google: Client, lab: Vendor) -> None:
    private = holds("meta", "lab", "7", start="2021", visibility="private")
    decision = request_decision(actor=compliance(), client=google, vendor=lab, reason=WHY)
    approve_decision(actor=compliance(), decision=decision)
    assert tried(google, lab).award is not None
    retract_interest(actor=None, interest=private, reason="Misread.")
    assert tried(google, lab).award is None


def test_a_client_voids_no_decision_of_compliance(google: Client, veiled: Vendor) -> None:
    decision = request_decision(actor=compliance(), client=google, vendor=veiled, reason=WHY)
    approve_decision(actor=compliance(), decision=decision)
    with pytest.raises(Forbidden, match="compliance review"):
        void_decision(actor=member(google), decision=decision, reason="Ours to say.")
    assert ReviewDecision.objects.get().status == "approved"
