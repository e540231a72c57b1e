"""Whether a decision or waiver covers what a screening found; one that does not is void (SEMANTICS 8.3)."""

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
from conflicts.models import (
    AcceptedFinding,
    ChangeKind,
    Decider,
    DecisionNotice,
    DecisionStatus,
    FactChange,
    NoticeKind,
    Party,
    ReviewDecision,
)
from conflicts.screening import ScreeningResult
from conflicts.verdicts import told_verdict
from marketplace.accounts.models import User
from marketplace.records import clock

COMMERCIAL = frozenset({CONTRACT, CUSTOMER})
UNCOVERED = "The findings are no longer those that it accepted."


def decision_covers(decision: ReviewDecision, findings: Iterable[Finding]) -> bool:
    """Return whether every finding above note was accepted as it is or worse, by those whose review it is.

    What covers what is for the engine to say, commercial amounts apart: they are not above the accepted ones either. A
    block is covered by a waiver or by nothing; what rests on a private fact no waiver covers (DESIGN 6).
    """
    above = above_note(findings)
    rows = list(decision.accepted.select_related("holder", "subject"))
    if not above:
        return decision.decided_by == Decider.CLIENT and covers([_as_engine(row) for row in rows], ())
    return not _uncovered(decision, rows, above)


def uncovered(decision: ReviewDecision, findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings above note that the decision does not cover."""
    rows = list(decision.accepted.select_related("holder", "subject"))
    return _uncovered(decision, rows, above_note(findings))


def decider_of(findings: Iterable[Finding]) -> Decider:
    """Return whose review these findings make: a private fact behind one makes it compliance's (SEMANTICS 8.2)."""
    is_private = any(finding.severity is Severity.REVIEW and not finding.public for finding in findings)
    return Decider.COMPLIANCE if is_private else Decider.CLIENT


def rests_on_private(findings: Iterable[Finding]) -> bool:
    """Whether a finding above note rests on a private fact: no client can waive what it may not know."""
    return any(not finding.public for finding in above_note(findings))


@transaction.atomic
def void_uncovered(result: ScreeningResult) -> bool:
    """Void for good what of the pair does not cover what was found; return whether anything was voided.

    An unknown outcome tells nothing of the findings, and a decision newer than the screening waits for its own.
    """
    if result.outcome not in {Outcome.REVIEW, Outcome.BLOCKED}:
        return False
    held = ReviewDecision.objects.select_for_update(of=("self",), no_key=True).select_related("principal", "subject")
    pair = held.of(tenant=result.tenant, principal=result.principal, subject=result.subject)
    standing = pair.approved().filter(recorded_by__epoch__lte=result.epoch).order_by("pk")
    fallen = [decision for decision in standing if not decision_covers(decision, result.findings)]
    for decision in fallen:
        end_standing(decision, DecisionStatus.VOID, actor=None, reason=UNCOVERED, verdict=told_verdict(result))
    return bool(fallen)


def end_standing(
    decision: ReviewDecision, status: DecisionStatus, *, actor: User | None, reason: str, **more: Any
) -> None:
    """End one that stands, for good: the gate shuts, and there is a notice for its client. The row is held."""
    action = "expired" if status == DecisionStatus.EXPIRED else "voided"
    kind = NoticeKind.EXPIRED if status == DecisionStatus.EXPIRED else NoticeKind.VOID
    with decision_change(actor, action, decision, reason=reason, **more) as change:
        decision.end(status, actor=actor, at=clock.now(), reason=reason)
        DecisionNotice.objects.create(decision=decision, tenant=decision.tenant, kind=kind, at=change.at)


def decision_change(
    actor: User | None, action: str, decision: ReviewDecision, **more: Any
) -> AbstractContextManager[FactChange]:
    """Open the change by which a decision or waiver begins or ends; without an actor it ends by itself."""
    return fact_change(
        kind=ChangeKind.WAIVER if decision.is_waiver else ChangeKind.DECISION,
        actor=actor,
        tenant=decision.tenant,
        log_action=f"{decision.kind}.{action}",
        parties=(decision.principal, decision.subject),
        subject=decision,
        data=decision_data(decision, **more),
    )


def decision_data(decision: ReviewDecision, **more: Any) -> dict[str, object]:
    """Return what a log row tells of a decision or waiver."""
    told = {"decision": decision.pk, "principal": decision.principal.slug, "subject": decision.subject.slug}
    terms = {"scope": decision.scope, "expires_on": decision.expires_on}
    return {**told, **{name: value for name, value in terms.items() if value is not None}, **more}


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


def _uncovered(decision: ReviewDecision, rows: Sequence[AcceptedFinding], above: Iterable[Finding]) -> list[Finding]:
    """The findings above note that no accepted one covers, or that are others' to decide on."""
    found = list(above)
    if decision.is_waiver:
        return [one for one in found if not (one.public and covers(_not_exceeded(rows, one), [one], waiver=True))]
    if decision.decided_by != decider_of(found):
        return found
    return [one for one in found if not covers(_not_exceeded(rows, one), [one])]


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


def stated_amounts(finding: Finding) -> dict[str, str]:
    """What the commercial ties of the finding's path come to by what is known now, as a decision keeps it, by kind."""
    return {kind: str(amount) for kind, amount in _amounts(finding).items()}
