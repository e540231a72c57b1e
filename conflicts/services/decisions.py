"""A client's recorded decision on a pair under review, by two of its people (SEMANTICS 8.2, 8.3).

Who may request and who may approve is for the caller, who knows the client's members; here it takes two.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from conflicts.cover import accepted_finding, decider_of, decision_change, decision_covers
from conflicts.drafts import refuse
from conflicts.engine.findings import Finding, Outcome, Severity
from conflicts.models import AcceptedFinding, DecisionStatus, Party, ReviewDecision
from conflicts.screening import ScreeningResult
from conflicts.services.screenings import screen_pair
from conflicts.verdicts import VERDICT, told_verdict
from conflicts.versions import hold_party
from marketplace.accounts.models import User
from marketplace.records import clock
from marketplace.records.refusals import Conflict, Forbidden
from marketplace.records.services import log


@transaction.atomic
def request_decision(*, actor: User, tenant: UUID, principal: Party, subject: Party, reason: str) -> ReviewDecision:
    """Request that the pair's findings of now be accepted; they are kept as rows, with whose review they make.

    It opens no gate yet.
    Raises Invalid without a reason and Conflict where the pair is not under review.
    """
    refuse({} if reason.strip() else {"reason": "Say why working with this vendor is acceptable."})
    result = screen_pair(tenant=tenant, principal=principal, subject=subject)
    _refuse_other_outcome(result)
    decision = ReviewDecision.objects.create(
        tenant=tenant,
        principal=principal,
        subject=subject,
        decided_by=decider_of(result.findings),
        reason=reason,
        epoch=result.epoch,
        requested_by=actor,
        requested_at=clock.now(),
    )
    AcceptedFinding.objects.bulk_create(_accepted(decision, result.findings))
    told = {"principal": principal.slug, "subject": subject.slug, "reason": reason, VERDICT: told_verdict(result)}
    log(action="decision.requested", actor=actor, tenant=tenant, subject=decision, epoch=result.epoch, data=told)
    return decision


@transaction.atomic
def approve_decision(*, actor: User, decision: ReviewDecision) -> ReviewDecision:
    """Approve a requested decision: from now on the gate opens for the pair while its findings are covered.

    Raises Forbidden for the person who requested it and Conflict where it is not waiting for approval or the findings
    have changed since. A decision that stood before is void with it.
    """
    hold_party(decision.subject)
    decision = _fresh(decision)
    if decision.status != DecisionStatus.REQUESTED:
        raise Conflict(
            f"This decision is {decision.status}: only a requested one can be approved.", code="wrong_status"
        )
    if decision.requested_by_id == actor.pk:
        raise Forbidden(
            "It takes two people: someone else than who requested this decision approves it.", code="two_people"
        )
    result = _covered(decision)
    with decision_change(actor, "decision.approved", decision, verdict=told_verdict(result)) as change:
        # Held while their status is asked for: whom somebody voids in this moment keeps that reason.
        others = ReviewDecision.objects.select_for_update(no_key=True).approved()
        for other in others.of(tenant=decision.tenant, principal=decision.principal, subject=decision.subject):
            other.void(actor=actor, at=clock.now(), reason="Replaced by a later decision.")
        decision.status = DecisionStatus.APPROVED
        decision.approved_by, decision.approved_at, decision.recorded_by = actor, clock.now(), change
        decision.save(update_fields=["status", "approved_by", "approved_at", "recorded_by"])
    return decision


@transaction.atomic
def void_decision(*, actor: User, decision: ReviewDecision, reason: str) -> ReviewDecision:
    """Void a decision for good; the gate shuts. Raises Invalid without a reason, Conflict where it is void already."""
    refuse({} if reason.strip() else {"reason": "Say why the decision is void."})
    decision = _fresh(decision)
    if decision.status == DecisionStatus.VOID:
        raise Conflict("This decision is void already.", code="wrong_status")
    with decision_change(actor, "decision.voided", decision, reason=reason):
        decision.void(actor=actor, at=clock.now(), reason=reason)
    return decision


def standing_decision(
    *, tenant: UUID, principal: Party, subject: Party, findings: Iterable[Finding]
) -> ReviewDecision | None:
    """Return the approved decision that covers all these findings, None where there is none."""
    approved = ReviewDecision.objects.of(tenant=tenant, principal=principal, subject=subject).approved().first()
    return approved if approved is not None and decision_covers(approved, findings) else None


def _refuse_other_outcome(result: ScreeningResult) -> None:
    if result.outcome is Outcome.REVIEW:
        return
    raise Conflict(
        f"{result.subject} is {result.outcome} for {result.principal}: a decision is for a vendor under review.",
        code="not_under_review",
        extra={"outcome": result.outcome},
    )


def _covered(decision: ReviewDecision) -> ScreeningResult:
    """Screen the pair again and return what was found; raises Conflict where the decision does not cover it."""
    result = screen_pair(tenant=decision.tenant, principal=decision.principal, subject=decision.subject)
    if result.outcome is not Outcome.REVIEW or not decision_covers(decision, result.findings):
        raise Conflict(
            "The findings have changed since this decision was requested: look at them and request it anew.",
            code="findings_changed",
            extra={"outcome": result.outcome},
        )
    return result


def _accepted(decision: ReviewDecision, findings: Iterable[Finding]) -> list[AcceptedFinding]:
    reviews = [finding for finding in findings if finding.severity is Severity.REVIEW]
    slugs = {slug for finding in reviews for slug in (finding.holder, finding.subject)}
    parties = {party.slug: party for party in Party.objects.filter(slug__in=slugs)}
    return [accepted_finding(decision, finding, parties) for finding in reviews]


def _fresh(decision: ReviewDecision) -> ReviewDecision:
    # An award that rests on it takes a key share at its commit, while holding the epoch that a writer here waits for.
    held = ReviewDecision.objects.select_for_update(of=("self",), no_key=True)
    return held.select_related("principal", "subject").get(pk=decision.pk)
