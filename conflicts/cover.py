"""Whether a decision covers what a screening found (SEMANTICS 8.3)."""

from collections.abc import Iterable

from conflicts.engine.bounds import WHOLE
from conflicts.engine.findings import Finding, Severity
from conflicts.models import AcceptedFinding, Party, ReviewDecision

Path = list[list[str]]


def decision_covers(decision: ReviewDecision, findings: Iterable[Finding]) -> bool:
    """Return whether every finding above note was accepted as it is or worse.

    Same rule, axis and parties, bounds not above the accepted ones, no new path. A decision is for reviews: a block is
    covered by a waiver or by nothing.
    """
    accepted = list(decision.accepted.select_related("holder", "subject"))
    return all(_is_covered(finding, accepted) for finding in findings if finding.severity is not Severity.NOTE)


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
        path=_path(finding),
        also=list(finding.also),
    )


def _is_covered(finding: Finding, accepted: Iterable[AcceptedFinding]) -> bool:
    return finding.severity is Severity.REVIEW and any(_covers(row, finding) for row in accepted)


def _covers(row: AcceptedFinding, finding: Finding) -> bool:
    same = (row.rule, row.axis, row.holder.slug, row.subject.slug, row.path)
    return (
        same == (finding.rule, finding.axis, finding.holder, finding.subject, _path(finding))
        and (row.must or not finding.must)
        and set(finding.competitors) <= set(row.competitors)
        and set(finding.also) <= set(row.also)
        and (finding.low or 0) <= (row.low or 0)
        and _high(finding.high) <= _high(row.high)
    )


def _high(share: int | None) -> int:
    """A high bound that nobody states excludes nothing."""
    return WHOLE if share is None else share


def _path(finding: Finding) -> Path:
    return [[step.holder, step.subject, step.type] for step in finding.path]
