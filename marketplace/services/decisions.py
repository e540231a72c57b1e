"""Deciding to work with a vendor under review, or waiving a block. Two people, each time (SEMANTICS 8.2).

Both are requested by one of the client's members and approved by another who has the approver role; compliance may veto
or void, not approve. A review that rests on a private fact is a compliance review, and two of compliance decide it; a
block that rests on one nobody waives.
"""

from django.db import transaction

from conflicts.findings import to_json
from conflicts.models import Decider, Mitigation, ReviewDecision
from conflicts.services import decisions, mitigations
from conflicts.services.decisions import JUST_ACCEPTED, FindingsChanged, NotWaivable
from conflicts.terms import MitigationDraft, Terms
from marketplace.accounts.models import User
from marketplace.gate import refusal_of, verdict_of
from marketplace.membership import NOT_FOUND, approver_of, is_compliance, member_of
from marketplace.models import Client, LabelingRequest, RequestStatus
from marketplace.records.hints import hint
from marketplace.records.refusals import Conflict, Forbidden, Invalid, Missing
from marketplace.redaction import Reader, visible_findings
from vendors.models import Vendor

COMPLIANCE_DECIDES = "This is a compliance review: only compliance decides it and voids what it decided."


@transaction.atomic
def request_decision(
    *, actor: User, client: Client, vendor: Vendor, reason: str, terms: Terms = JUST_ACCEPTED
) -> ReviewDecision:
    """Ask a second person to accept what the screening finds now; it opens nothing yet.

    Raises Missing for a stranger, Forbidden for compliance that asks for a waiver, Invalid without a reason or with
    terms that cannot be, Conflict where the pair is not under review (not blocked, for a waiver) or is under the review
    of others. A block that rests on a private fact is refused in the words of the gate, which tell nothing more.
    """
    if not is_compliance(actor):
        member_of(actor, client)
    elif terms.is_waiver:
        raise Forbidden(f"A waiver is for two people of {client}: compliance may veto or void it.")
    _refuse_other_scope(client, terms)
    try:
        decision = decisions.request_decision(
            actor=actor, tenant=client.pk, principal=client.party, subject=vendor.party, reason=reason, terms=terms
        )
    except NotWaivable as refusal:
        raise refusal_of(verdict_of(refusal.result), vendor) from None
    _refuse_review_of_others(actor, client, vendor, decision)
    return decision


@transaction.atomic
def approve_decision(*, actor: User, decision: ReviewDecision) -> ReviewDecision:
    """Be the second person: from now on the gate opens for the pair while every finding is covered.

    Raises Missing for a stranger, Forbidden for who lacks the role or requested it, and Conflict if the findings
    changed, with those that are new as far as the actor may see them.
    """
    if decision.decided_by == Decider.COMPLIANCE:
        if not is_compliance(actor):
            raise Missing(NOT_FOUND)
    elif is_compliance(actor):
        raise Forbidden("Compliance may void a client's decision, not approve it: that takes two of the client.")
    else:
        approver_of(actor, _client_of(decision))
    try:
        approved = decisions.approve_decision(actor=actor, decision=decision)
    except FindingsChanged as refusal:
        reader = Reader.COMPLIANCE if is_compliance(actor) else Reader.CLIENT
        refusal.extra["findings"] = visible_findings([to_json(finding) for finding in refusal.findings], reader)
        raise
    hint("marketplace.tasks.pull")
    return approved


@transaction.atomic
def void_decision(*, actor: User, decision: ReviewDecision, reason: str) -> ReviewDecision:
    """Shut the gate again: compliance voids any decision or waiver, a member of the client one of its own.

    Raises as the others do.
    """
    _refuse_strangers(actor, decision)
    voided = decisions.void_decision(actor=actor, decision=decision, reason=reason)
    hint("marketplace.tasks.pull")
    return voided


@transaction.atomic
def veto_decision(*, actor: User, decision: ReviewDecision, reason: str) -> ReviewDecision:
    """Let compliance refuse a request before it is approved.

    Raises Missing for a stranger, Forbidden for the client, Invalid without a reason, Conflict where none waits.
    """
    if not is_compliance(actor):
        member_of(actor, _client_of(decision))
        raise Forbidden("Only compliance vetoes: withdraw a request of yours, or void it.")
    return decisions.veto_decision(actor=actor, decision=decision, reason=reason)


@transaction.atomic
def withdraw_decision(*, actor: User, decision: ReviewDecision, reason: str = "") -> ReviewDecision:
    """Take one's own request back. Raises Missing for a stranger, Forbidden for others, Conflict where none waits."""
    _refuse_strangers(actor, decision)
    return decisions.withdraw_decision(actor=actor, decision=decision, reason=reason)


@transaction.atomic
def add_mitigation(*, actor: User, decision: ReviewDecision, draft: MitigationDraft) -> Mitigation:
    """Attach a measure to what waits or stands. Raises as the others do, and Invalid for a draft that cannot be."""
    _refuse_strangers(actor, decision)
    return mitigations.add_mitigation(actor=actor, decision=decision, draft=draft)


@transaction.atomic
def verify_mitigation(*, actor: User, mitigation: Mitigation) -> Mitigation:
    """Record that a second person saw the measure in place. Raises as the others do."""
    _refuse_strangers(actor, mitigation.decision)
    return mitigations.verify_mitigation(actor=actor, mitigation=mitigation)


def _refuse_strangers(actor: User, decision: ReviewDecision) -> None:
    """Let compliance act on any, and members of the client on its own but for compliance reviews."""
    if is_compliance(actor):
        return
    member_of(actor, _client_of(decision))
    if decision.decided_by == Decider.COMPLIANCE:
        raise Forbidden(COMPLIANCE_DECIDES)


def _client_of(decision: ReviewDecision) -> Client:
    client = Client.objects.filter(pk=decision.tenant).first()
    if client is None:
        raise Missing(NOT_FOUND)
    return client


def _refuse_other_scope(client: Client, terms: Terms) -> None:
    """A scope is an open request of this client; another's reads as one of nobody."""
    if terms.scope is None:
        return
    request = LabelingRequest.objects.filter(pk=terms.scope, client=client).first()
    if request is None:
        raise Invalid({"request": "There is no such request: write the id of one of the client's open requests."})
    if request.status != RequestStatus.OPEN:
        raise Invalid({"request": "This request is not open: name an open one, or none for the whole pair."})


def _refuse_review_of_others(actor: User, client: Client, vendor: Vendor, decision: ReviewDecision) -> None:
    is_theirs = decision.decided_by == Decider.COMPLIANCE
    if is_compliance(actor) and not is_theirs:
        raise Forbidden(f"This review is for {client} to decide: compliance decides only compliance reviews.")
    if is_theirs and not is_compliance(actor):
        raise Conflict(f"{vendor} is under compliance review: wait for its end.", code="compliance_review")
