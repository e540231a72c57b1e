"""Whether a decision covers what a screening found; one that does not is void (SEMANTICS 8.3)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from decimal import Decimal
from typing import Any

from django.db import transaction

from conflicts.changes import fact_change
from conflicts.engine.cover import Accepted, above_note, covers, route
from conflicts.engine.facts import CONTRACT, CUSTOMER, Fact
from conflicts.engine.findings import Finding, Outcome, Severity
from conflicts.loading import joint_members, load_commercial
from conflicts.models import AcceptedFinding, ChangeKind, Decider, FactChange, Party, ReviewDecision
from conflicts.screening import ScreeningResult
from conflicts.verdicts import told_verdict
from marketplace.accounts.models import User
from marketplace.records import clock

COMMERCIAL = frozenset({CONTRACT, CUSTOMER})
UNCOVERED = "The findings are no longer those that it accepted."


def decision_covers(decision: ReviewDecision, findings: Iterable[Finding]) -> bool:
    """Return whether every finding above note was accepted as it is or worse, by those whose review it is.

    What covers what is for the engine to say, commercial amounts apart: they are not above the accepted ones either. A
    decision is for reviews: a block is covered by a waiver or by nothing.
    """
    above = above_note(findings)
    if decision.decided_by != decider_of(above):
        return False
    rows = list(decision.accepted.select_related("holder", "subject"))
    if not above:
        return covers([_as_engine(row) for row in rows], ())
    return all(covers(_not_exceeded(rows, finding), [finding]) for finding in above)


def decider_of(findings: Iterable[Finding]) -> Decider:
    """Return whose review these findings make: a private fact behind one makes it compliance's (SEMANTICS 8.2)."""
    is_private = any(finding.severity is Severity.REVIEW and not finding.public for finding in findings)
    return Decider.COMPLIANCE if is_private else Decider.CLIENT


@transaction.atomic
def void_uncovered(result: ScreeningResult) -> bool:
    """Void the pair's decision for good where it does not cover what was found; return whether it was voided.

    An unknown outcome tells nothing of the findings, and a decision newer than the screening waits for its own.
    """
    if result.outcome not in {Outcome.REVIEW, Outcome.BLOCKED}:
        return False
    held = ReviewDecision.objects.select_for_update(of=("self",), no_key=True).select_related("principal", "subject")
    pair = held.of(tenant=result.tenant, principal=result.principal, subject=result.subject)
    decision = pair.approved().filter(recorded_by__epoch__lte=result.epoch).first()
    if decision is None or decision_covers(decision, result.findings):
        return False
    with decision_change(None, "decision.voided", decision, reason=UNCOVERED, verdict=told_verdict(result)):
        decision.void(actor=None, at=clock.now(), reason=UNCOVERED)
    return True


def decision_change(
    actor: User | None, action: str, decision: ReviewDecision, **more: Any
) -> AbstractContextManager[FactChange]:
    """Open the change by which a decision begins or ends; without an actor it ends by the facts."""
    return fact_change(
        kind=ChangeKind.DECISION,
        actor=actor,
        tenant=decision.tenant,
        log_action=action,
        parties=(decision.principal, decision.subject),
        subject=decision,
        data={
            "decision": decision.pk,
            "principal": decision.principal.slug,
            "subject": decision.subject.slug,
            **more,
        },
    )


def accepted_finding(decision: ReviewDecision, finding: Finding, parties: dict[str, Party]) -> AcceptedFinding:
    """Return the unsaved row by which a decision accepts a finding; `parties` are by slug."""
    return AcceptedFinding(
        decision=decision,
        tenant=decision.tenant,
        rule=finding.rule,
        axis=finding.axis,
        must=finding.must,
        holder=parties[finding.holder],
        subject=parties[finding.subject],
        low=finding.low,
        high=finding.high,
        competitors=list(finding.competitors),
        path=[list(step) for step in route(finding)],
        also=list(finding.also),
        amounts={kind: str(amount) for kind, amount in _amounts(finding).items()},
    )


def _not_exceeded(rows: Sequence[AcceptedFinding], finding: Finding) -> list[Accepted]:
    """The accepted findings whose commercial amounts the finding does not exceed."""
    amounts = _amounts(finding)
    return [_as_engine(row) for row in rows if _within(amounts, row)]


def _within(amounts: Mapping[str, Decimal], row: AcceptedFinding) -> bool:
    return all(amount <= Decimal(row.amounts.get(kind, 0)) for kind, amount in amounts.items())


def _as_engine(row: AcceptedFinding) -> Accepted:
    return Accepted(
        rule=row.rule,
        axis=row.axis,
        must=row.must,
        holder=row.holder.slug,
        subject=row.subject.slug,
        low=row.low,
        high=row.high,
        competitors=frozenset(row.competitors),
        path=tuple((holder, subject, type_) for holder, subject, type_ in row.path),
        also=frozenset(row.also),
    )


def _amounts(finding: Finding) -> dict[str, Decimal]:
    """Add up the commitments and shares of revenue of the path: `meta rightsGrantedByContract lab USD year`: 5000."""
    steps = [step for step in finding.path if step.type in COMMERCIAL]
    names = {step.fact for step in steps}
    found: dict[str, Decimal] = defaultdict(Decimal)
    if steps:
        for fact in load_commercial(_holders({step.holder for step in steps}), {step.subject for step in steps}):
            for kind, amount in _told_amounts(fact) if fact.id in names else ():
                found[kind] += amount
    return dict(found)


def _holders(buyers: set[str]) -> set[str]:
    """The buyers, and as whom they hold what they hold jointly: a step tells one member, the row the set (2.3)."""
    return buyers | {joint for joint, members in joint_members().items() if not buyers.isdisjoint(members)}


def _told_amounts(fact: Fact) -> Iterator[tuple[str, Decimal]]:
    tie = f"{fact.holder} {fact.type} {fact.subject}"
    # The amount of a customer tie is turnover, never a commitment (DESIGN 6).
    if fact.type == CONTRACT and fact.amount is not None:
        yield f"{tie} {fact.currency} {fact.amount_per}", fact.amount
    if fact.revenue_share is not None:
        yield f"{tie} share", Decimal(fact.revenue_share)
