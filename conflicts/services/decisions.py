"""A client's recorded decision on a pair under review, or waiver of a block, by two of its people (SEMANTICS 8.1-8.3).

Who may request and who may approve is for the caller, who knows the client's members; here it takes two.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction

from conflicts.cover import (
    accepted_finding,
    decider_of,
    decision_change,
    decision_covers,
    decision_data,
    end_standing,
    rests_on_private,
    uncovered,
)
from conflicts.drafts import refuse
from conflicts.engine.cover import above_note
from conflicts.engine.findings import Finding, Outcome
from conflicts.models import AcceptedFinding, DecisionKind, DecisionStatus, Party, ReviewDecision
from conflicts.screening import ScreeningResult
from conflicts.services.mitigations import store_terms
from conflicts.services.screenings import screen_pair
from conflicts.services.watches import watch_pair
from conflicts.terms import Terms, far_columns, term_problems
from conflicts.verdicts import VERDICT, told_verdict
from conflicts.versions import hold_party
from marketplace.accounts.models import User
from marketplace.records import clock
from marketplace.records.refusals import Conflict, Forbidden
from marketplace.records.services import log

JUST_ACCEPTED = Terms()
OPENED_BY = {
    Outcome.REVIEW: (DecisionKind.DECISION, DecisionKind.WAIVER),
    Outcome.BLOCKED: (DecisionKind.WAIVER,),
}
"""What opens the gate for which outcome; nothing opens it for an unknown one (SEMANTICS 8.1)."""


class NotWaivable(Conflict):
    """The block rests on a private fact. What may be said of `result`, and to whom, is for the caller to know."""

    def __init__(self, result: ScreeningResult) -> None:
        super().__init__(f"{result.subject} is not available.", code="vendor_conflicted")
        self.result = result


class FindingsChanged(Conflict):
    """What is found now is not what was accepted; `findings` are those that nothing accepted covers."""

    def __init__(self, result: ScreeningResult, findings: Iterable[Finding]) -> None:
        detail = "The findings have changed since this decision was requested: look at them and request it anew."
        super().__init__(detail, code="findings_changed", extra={"outcome": result.outcome})
        self.findings = tuple(findings)


@transaction.atomic
def request_decision(
    *, actor: User, tenant: UUID, principal: Party, subject: Party, reason: str, terms: Terms = JUST_ACCEPTED
) -> ReviewDecision:
    """Request that the pair's findings of now be accepted; they are kept as rows, with whose review they make.

    It opens no gate yet.
    Raises Invalid without a reason or with terms that cannot be; Conflict where the pair is not under review, or for a
    waiver not blocked; NotWaivable where a finding of a block rests on a private fact.
    """
    problems = {} if reason.strip() else {"reason": "Say why working with this vendor is acceptable."}
    refuse({**problems, **term_problems(terms, today=clock.today())})
    result = screen_pair(tenant=tenant, principal=principal, subject=subject)
    _refuse_other_outcome(result, terms)
    decision = _requested(actor, result, reason, terms)
    AcceptedFinding.objects.bulk_create(_accepted(decision, result.findings))
    store_terms(decision, terms, actor=actor)
    _log("requested", actor, decision, epoch=result.epoch, reason=reason, **{VERDICT: told_verdict(result)})
    return decision


@transaction.atomic
def approve_decision(*, actor: User, decision: ReviewDecision) -> ReviewDecision:
    """Approve a requested one: from now on the gate opens for the pair while its findings are covered.

    Raises Forbidden for the person who requested it, Conflict where it is not waiting for approval or its last day has
    passed, FindingsChanged where it covers no more. One of the same kind and scope that stood before is void with it,
    and the pair is watched from now on.
    """
    # What nobody watches is not screened again; and a rescoring too takes the watch before the decision.
    watch_pair(tenant=decision.tenant, principal=decision.principal, subject=decision.subject)
    hold_party(decision.subject)
    decision = _fresh(decision)
    _refuse_unless_requested(decision, "approved")
    if decision.requested_by_id == actor.pk:
        raise Forbidden(
            "It takes two people: someone else than who requested this decision approves it.", code="two_people"
        )
    if decision.expires_on is not None and decision.expires_on < clock.today():
        raise Conflict(f"Its last day was {decision.expires_on}: request it anew with a later one.", code="expired")
    verdict = told_verdict(_covered(decision))
    with decision_change(actor, "approved", decision, verdict=verdict) as change:
        change.data["replaced"] = _replaced(decision, actor)
        decision.status = DecisionStatus.APPROVED
        decision.approved_by, decision.approved_at, decision.recorded_by = actor, clock.now(), change
        decision.save(update_fields=["status", "approved_by", "approved_at", "recorded_by"])
    return decision


@transaction.atomic
def void_decision(*, actor: User, decision: ReviewDecision, reason: str) -> ReviewDecision:
    """Void it for good; the gate shuts. Raises Invalid without a reason, Conflict where it has ended already."""
    refuse({} if reason.strip() else {"reason": "Say why the decision is void."})
    decision = _fresh(decision)
    if decision.status == DecisionStatus.APPROVED:
        end_standing(decision, DecisionStatus.VOID, actor=actor, reason=reason)
        return decision
    if not decision.is_open:
        raise Conflict(f"This decision is {decision.status} already.", code="wrong_status")
    return _ended_request(decision, DecisionStatus.VOID, "voided", actor=actor, reason=reason)


@transaction.atomic
def withdraw_decision(*, actor: User, decision: ReviewDecision, reason: str = "") -> ReviewDecision:
    """Take one's own request back. Raises Forbidden for anyone else, Conflict where it waits for approval no more."""
    decision = _fresh(decision)
    if decision.requested_by_id != actor.pk:
        raise Forbidden("Only who requested this takes it back: void it, if it should not stand.", code="not_yours")
    _refuse_unless_requested(decision, "withdrawn")
    return _ended_request(decision, DecisionStatus.WITHDRAWN, "withdrawn", actor=actor, reason=reason)


@transaction.atomic
def veto_decision(*, actor: User, decision: ReviewDecision, reason: str) -> ReviewDecision:
    """Refuse a request before anyone approves it. Raises Invalid without a reason, Conflict where none waits."""
    refuse({} if reason.strip() else {"reason": "Say why this must not be approved."})
    decision = _fresh(decision)
    _refuse_unless_requested(decision, "vetoed")
    return _ended_request(decision, DecisionStatus.VETOED, "vetoed", actor=actor, reason=reason)


def standing_decision(
    *,
    tenant: UUID,
    principal: Party,
    subject: Party,
    outcome: Outcome,
    findings: Iterable[Finding],
    scope: UUID | None = None,
) -> ReviewDecision | None:
    """Return what opens the gate for this outcome, None where nothing does.

    Approved, not past its last day, for the whole pair or this labeling request, and it covers all these findings: a
    decision or a waiver for a review, a waiver for a block. A decision comes before a waiver, one for the whole pair
    before one for the request.
    """
    kinds = OPENED_BY.get(Outcome(outcome), ())
    if not kinds:
        return None
    found = tuple(findings)
    standing = ReviewDecision.objects.of(tenant=tenant, principal=principal, subject=subject).approved()
    open_now = standing.unexpired(on=clock.today()).open_for(scope).filter(kind__in=kinds)
    ordered = sorted(open_now, key=lambda one: (one.is_waiver, one.scope is not None))
    return next((one for one in ordered if decision_covers(one, found)), None)


def _replaced(decision: ReviewDecision, actor: User) -> list[str]:
    """Void what stood in its place, and return the ids."""
    # Held while their status is asked for: whom somebody voids in this moment keeps that reason.
    others = ReviewDecision.objects.select_for_update(no_key=True).rivals_of(decision).approved()
    for other in others:
        other.end(DecisionStatus.VOID, actor=actor, at=clock.now(), reason="Replaced by a later decision.")
    return [str(other.pk) for other in others]


def _refuse_other_outcome(result: ScreeningResult, terms: Terms) -> None:
    if result.outcome is (Outcome.BLOCKED if terms.is_waiver else Outcome.REVIEW):
        if terms.is_waiver and rests_on_private(result.findings):
            raise NotWaivable(result)
        return
    purpose = (
        "a waiver is for a vendor that is blocked" if terms.is_waiver else "a decision is for a vendor under review"
    )
    raise Conflict(
        f"{result.subject} is {result.outcome} for {result.principal}: {purpose}.",
        code="not_blocked" if terms.is_waiver else "not_under_review",
        extra={"outcome": result.outcome},
    )


def _covered(decision: ReviewDecision) -> ScreeningResult:
    """Screen the pair again and return what was found; raises Conflict where the decision does not cover it."""
    result = screen_pair(tenant=decision.tenant, principal=decision.principal, subject=decision.subject)
    is_same = result.outcome is (Outcome.BLOCKED if decision.is_waiver else Outcome.REVIEW)
    if not is_same or not decision_covers(decision, result.findings):
        raise FindingsChanged(result, uncovered(decision, result.findings))
    return result


def _refuse_unless_requested(decision: ReviewDecision, act: str) -> None:
    if decision.status != DecisionStatus.REQUESTED:
        raise Conflict(f"This decision is {decision.status}: only a requested one can be {act}.", code="wrong_status")


def _ended_request(
    decision: ReviewDecision, status: DecisionStatus, action: str, *, actor: User, reason: str
) -> ReviewDecision:
    """End what opened nothing yet, so no outcome changes and no epoch rises."""
    decision.end(status, actor=actor, at=clock.now(), reason=reason)
    _log(action, actor, decision, reason=reason)
    return decision


def _log(action: str, actor: User, decision: ReviewDecision, *, epoch: int | None = None, **told: Any) -> None:
    log(
        action=f"{decision.kind}.{action}",
        actor=actor,
        tenant=decision.tenant,
        subject=decision,
        epoch=epoch,
        data=decision_data(decision, **told),
    )


def _requested(actor: User, result: ScreeningResult, reason: str, terms: Terms) -> ReviewDecision:
    return ReviewDecision.objects.create(
        tenant=result.tenant,
        principal=result.principal,
        subject=result.subject,
        kind=terms.kind,
        scope=terms.scope,
        decided_by=decider_of(result.findings),
        reason=reason,
        conditions=terms.conditions.strip(),
        expires_on=terms.expires_on,
        is_mitigated=bool(terms.mitigations),
        epoch=result.epoch,
        requested_by=actor,
        requested_at=clock.now(),
        **far_columns(terms, result.findings),
    )


def _accepted(decision: ReviewDecision, findings: Iterable[Finding]) -> list[AcceptedFinding]:
    above = above_note(findings)
    slugs = {slug for finding in above for slug in (finding.holder, finding.subject)}
    parties = {party.slug: party for party in Party.objects.filter(slug__in=slugs)}
    return [accepted_finding(decision, finding, parties) for finding in above]


def _fresh(decision: ReviewDecision) -> ReviewDecision:
    # An award that rests on it takes a key share at its commit, while holding the epoch that a writer here waits for.
    held = ReviewDecision.objects.select_for_update(of=("self",), no_key=True)
    return held.select_related("principal", "subject").get(pk=decision.pk)
