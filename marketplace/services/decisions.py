"""Deciding to work with a vendor under review. Two people, each time (SEMANTICS 8.2).

A client's review is requested by one of its members and approved by another who has the approver role; compliance may
void it, not approve it. A review that rests on a private fact is a compliance review, and two of compliance decide it.
"""

from django.db import transaction

from conflicts.findings import to_json
from conflicts.models import ReviewDecision
from conflicts.services import decisions
from conflicts.services.screenings import screen_pair
from marketplace.accounts.models import User
from marketplace.membership import NOT_FOUND, approver_of, is_compliance, member_of
from marketplace.models import Client
from marketplace.records.hints import hint
from marketplace.records.refusals import Conflict, Forbidden, Missing
from marketplace.redaction import needs_compliance
from vendors.models import Vendor


@transaction.atomic
def request_decision(*, actor: User, client: Client, vendor: Vendor, reason: str) -> ReviewDecision:
    """Ask a second person to accept what the screening finds now; it opens nothing yet.

    Raises Missing for a stranger, Invalid without a reason, Conflict where the pair is not under review or is under the
    review of others.
    """
    _may_ask(actor, client, vendor)
    return decisions.request_decision(
        actor=actor, tenant=client.pk, principal=client.party, subject=vendor.party, reason=reason
    )


@transaction.atomic
def approve_decision(*, actor: User, decision: ReviewDecision) -> ReviewDecision:
    """Be the second person: from now on the gate opens for the pair while every finding is covered.

    Raises Missing for a stranger, Forbidden for who lacks the role or requested it, Conflict if the findings changed.
    """
    if is_compliance(decision.requested_by):
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
    """Shut the gate again; for members of the client and for compliance. Raises as the others do."""
    if not is_compliance(actor):
        member_of(actor, _client_of(decision))
    return decisions.void_decision(actor=actor, decision=decision, reason=reason)


def _client_of(decision: ReviewDecision) -> Client:
    client = Client.objects.filter(pk=decision.tenant).first()
    if client is None:
        raise Missing(NOT_FOUND)
    return client


def _may_ask(actor: User, client: Client, vendor: Vendor) -> None:
    by_compliance = is_compliance(actor)
    if not by_compliance:
        member_of(actor, client)
    found = screen_pair(tenant=client.pk, principal=client.party, subject=vendor.party)
    is_theirs = needs_compliance([to_json(finding) for finding in found.findings])
    if by_compliance and not is_theirs:
        raise Forbidden(f"This review is for {client} to decide: compliance decides only compliance reviews.")
    if is_theirs and not by_compliance:
        raise Conflict(f"{vendor} is under compliance review: wait for its end.", code="compliance_review")
