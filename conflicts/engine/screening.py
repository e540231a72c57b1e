"""One screening: every rule on every competitor, may-findings weighed, edges merged, an outcome."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conflicts.engine.asides import aside_contradictions
from conflicts.engine.case import Query, build_case
from conflicts.engine.coverage import coverage_of
from conflicts.engine.findings import Answer, Coverage, Finding, Outcome, Rule, Severity
from conflicts.engine.memo import kept_with_snapshot
from conflicts.engine.merging import merged
from conflicts.engine.own_stakes import own_stakes
from conflicts.engine.proof import proof_parties
from conflicts.engine.rules import RULES, findings_of
from conflicts.engine.vanishing import weighed, weighed_together
from conflicts.engine.walks import EngineRefusalError

if TYPE_CHECKING:
    from conflicts.engine.snapshot import Snapshot

__all__ = ["RULE_VERSION", "Query", "screen"]

RULE_VERSION = "2026.11.2"
"""Changes with every change of a verdict; stored with each screening and award."""


def screen(snap: Snapshot, query: Query) -> Answer:
    """Answer a query on a snapshot (SEMANTICS 7.3); never raises on a question it cannot answer.

    `unknown`, with the problem told, where a party is unresolved or the engine refuses.
    """
    problem = _unresolved(snap, query)
    if problem:
        return Answer(Outcome.UNKNOWN, Coverage.NONE, None, (), problem)
    covered = coverage_of(snap, query.vendor, line=query.policy.control)
    try:
        found, aged = _found(snap, query)
        outcome = _outcome(found)
        found, aged = _with_privacy(snap, query, found), _with_privacy(snap, query, aged)
    except EngineRefusalError as refusal:
        return Answer(Outcome.UNKNOWN, covered.coverage, covered.newest_source, (), str(refusal))
    if aged and covered.coverage is Coverage.MAJORITY:
        covered = replace(covered, coverage=Coverage.PARTIAL)
    if outcome is Outcome.CLEAR and query.policy.uncovered_to_review:
        outcome = Outcome.REVIEW if covered.coverage is Coverage.NONE else outcome
    return Answer(outcome, covered.coverage, covered.newest_source, (*found, *aged))


def _found(snap: Snapshot, query: Query) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    found = (*_assessed(snap, query), *own_stakes(snap, query))
    return found, _aged(snap, query, clear=_outcome(found) is Outcome.CLEAR)


def _with_privacy(snap: Snapshot, query: Query, found: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Mark as private what would not be found just so without the private facts (DESIGN 6).

    A path of public facts alone does not make a finding public: its numbers can rest on others.
    """
    hidden = _private(snap, query)
    if not hidden:
        return found
    public = _public_findings(snap, query, hidden)
    return tuple(replace(finding, private=finding not in public) for finding in found)


@kept_with_snapshot
def _public_findings(snap: Snapshot, query: Query, hidden: frozenset[str]) -> frozenset[Finding]:
    found, aged = _found(snap.with_facts((), hidden), query)
    return frozenset((*found, *aged))


def _private(snap: Snapshot, query: Query) -> frozenset[str]:
    """The private facts on which the verdict can rest."""
    ground, proof = snap.ground, proof_parties(snap, query)
    tables = (ground.rows, ground.tie_rows)
    held = (fact for table in tables for party in proof for fact in table.get(party, ()))
    pending = (fact for fact in ground.pending if fact.subject in proof)
    return frozenset(fact.id for facts in (held, pending) for fact in facts if not fact.public)


def _aged(snap: Snapshot, query: Query, *, clear: bool) -> tuple[Finding, ...]:
    """What rests on sources that are too old, which leaves the outcome and lowers the coverage (6, 7.5)."""
    cases = [build_case(snap, query, competitor) for competitor in query.competitors]
    return merged(RULES[Rule.STALE](cases, snap, query.vendor, clear=clear))


def _unresolved(snap: Snapshot, query: Query) -> str:
    for party in (query.vendor, query.principal, *query.competitors):
        node = snap.nodes.get(party)
        if node is None or not node.resolved:
            return f"Party {party} is not resolved to a known party."
    return ""


def _assessed(snap: Snapshot, query: Query) -> tuple[Finding, ...]:
    found = judged(snap, query)
    return merged((*found, *aside_contradictions(snap, query, found, judged)))


def judged(snap: Snapshot, query: Query) -> tuple[Finding, ...]:
    """Judge the pair against all competitors.

    With a data fault it is judged also in the world that the stated lows support, and the severer
    counts (2.7).
    """
    found = _judged_in(snap, query)
    if any(True for _ in snap.faults_in(proof_parties(snap, query))):
        supported = _judged_in(snap.with_supported_lows(), query)
        severer = (finding for finding in supported if finding.must or finding.severity is not Severity.NOTE)
        found = merged((*found, *severer))
    return found


def _judged_in(snap: Snapshot, query: Query) -> tuple[Finding, ...]:
    cases = [build_case(snap, query, competitor) for competitor in query.competitors]
    found = [finding for case in cases for finding in weighed(case, findings_of(case))]
    together = list(RULES[Rule.AGGREGATE](cases))
    return merged((*found, *weighed_together(cases, together)))


def _outcome(found: tuple[Finding, ...]) -> Outcome:
    worst = max((finding.severity for finding in found), key=_rank, default=Severity.NOTE)
    return {
        Severity.NOTE: Outcome.CLEAR,
        Severity.REVIEW: Outcome.REVIEW,
        Severity.BLOCK: Outcome.BLOCKED,
    }[worst]


def _rank(severity: Severity) -> int:
    return severity.rank
