"""Deciding to work with a vendor under review. Two people, each time (SEMANTICS 8.2).

A client's review is requested by one of its members and approved by another who has the approver role; compliance may
void it, not approve it. A review that rests on a private fact is a compliance review, and two of compliance decide it.
"""

from django.db import transaction

from conflicts.models import Decider, ReviewDecision
from conflicts.services import decisions
from marketplace.accounts.models import User
from marketplace.membership import NOT_FOUND, approver_of, is_compliance, member_of
from marketplace.models import Client
from marketplace.records.hints import hint
from marketplace.records.refusals import Conflict, Forbidden, Missing
from vendors.models import Vendor


@transaction.atomic
def request_decision(*, actor: User, client: Client, vendor: Vendor, reason: str) -> ReviewDecision:
    """Ask a second person to accept what the screening finds now; it opens nothing yet.

    Raises Missing for a stranger, Invalid without a reason, Conflict where the pair is not under review or is under the
    review of others.
    """
    if not is_compliance(actor):
        member_of(actor, client)
    decision = decisions.request_decision(
        actor=actor, tenant=client.pk, principal=client.party, subject=vendor.party, reason=reason
    )
    _refuse_review_of_others(actor, client, vendor, decision)
    return decision


@transaction.atomic
def approve_decision(*, actor: User, decision: ReviewDecision) -> ReviewDecision:
    """Be the second person: from now on the gate opens for the pair while every finding is covered.

    Raises Missing for a stranger, Forbidden for who lacks the role or requested it, Conflict if the findings changed.
    """
    if decision.decided_by == Decider.COMPLIANCE:
        if not is_compliance(actor):
            raise Missing(NOT_FOUND)
    elif is_compliance(actor):
        raise Forbidden("Compliance may void a client's decision, not approve it: that takes two of the client.")
    else:
        approver_of(actor, _client_of(decision))
    approved = decisions.approve_decision(actor=actor, decision=decision)
    hint("marketplace.tasks.pull")
    return approved


@transaction.atomic
def void_decision(*, actor: User, decision: ReviewDecision, reason: str) -> ReviewDecision:
    """Shut the gate again: compliance voids any decision, a member of the client one of its own.

    Raises as the others do.
    """
    if not is_compliance(actor):
        member_of(actor, _client_of(decision))
        if decision.decided_by == Decider.COMPLIANCE:
            raise Forbidden("This is a compliance review: only compliance decides it and voids what it decided.")
    return decisions.void_decision(actor=actor, decision=decision, reason=reason)


def _client_of(decision: ReviewDecision) -> Client:
    client = Client.objects.filter(pk=decision.tenant).first()
    if client is None:
        raise Missing(NOT_FOUND)
    return client


def _refuse_review_of_others(actor: User, client: Client, vendor: Vendor, decision: ReviewDecision) -> None:
    is_theirs = decision.decided_by == Decider.COMPLIANCE
    if is_compliance(actor) and not is_theirs:
        raise Forbidden(f"This review is for {client} to decide: compliance decides only compliance reviews.")
    if is_theirs and not is_compliance(actor):
        raise Conflict(f"{vendor} is under compliance review: wait for its end.", code="compliance_review")
