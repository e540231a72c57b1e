"""One screening: every rule on every competitor, may-findings weighed, edges merged, an outcome."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from conflicts.engine.asides import aside_contradictions, worst
from conflicts.engine.case import Query, build_case
from conflicts.engine.coverage import coverage_of
from conflicts.engine.findings import Answer, Coverage, Coverages, Finding, Outcome, Rule, Severity
from conflicts.engine.merging import merged
from conflicts.engine.own_stakes import own_stakes
from conflicts.engine.privacy import rests_on_public, without_private
from conflicts.engine.proof import proof_parties
from conflicts.engine.rules import RULES, findings_of
from conflicts.engine.sides import group
from conflicts.engine.vanishing import weighed, weighed_together
from conflicts.engine.walks import EngineRefusalError

if TYPE_CHECKING:
    from conflicts.engine.snapshot import Snapshot

__all__ = ["RULE_VERSION", "Query", "screen"]

RULE_VERSION = "2026.11.3"
"""Changes with every change of a verdict; stored with each screening and award."""


@dataclass(frozen=True, slots=True)
class _Judged:
    """What is found of a pair in one world, what of it rests on sources that are too old, and the coverage."""

    found: tuple[Finding, ...]
    aged: tuple[Finding, ...]
    covered: Coverages

    @property
    def findings(self) -> tuple[Finding, ...]:
        return (*self.found, *self.aged)


def screen(snap: Snapshot, query: Query) -> Answer:
    """Answer a query on a snapshot (SEMANTICS 7.3); never raises on a question it cannot answer.

    `unknown`, with the problem told, where a party is unresolved or the engine refuses.
    """
    problem = _unresolved(snap, query)
    if problem:
        return Answer(Outcome.UNKNOWN, Coverage.NONE, None, (), problem)
    try:
        public = _public(snap, query)
        full = _found(snap, query)
        told = full if public is snap else _found(public, query)
    except EngineRefusalError as refusal:
        return _refused(snap, query, str(refusal))
    findings = full.findings if public is snap else _with_privacy(full.findings, told.findings)
    return _answer(_told_outcome(query, full, told), findings, covered=full.covered, public=told.covered)


def _answer(
    outcome: Outcome, findings: tuple[Finding, ...], *, covered: Coverages, public: Coverages, problem: str = ""
) -> Answer:
    return Answer(
        outcome,
        covered.coverage,
        covered.newest_source,
        findings,
        problem,
        public_coverage=public.coverage,
        public_newest_source=public.newest_source,
    )


def _refused(snap: Snapshot, query: Query, problem: str) -> Answer:
    line = query.policy.control
    covered = coverage_of(snap, query.vendor, line=line)
    public = coverage_of(without_private(snap), query.vendor, line=line)
    return _answer(Outcome.UNKNOWN, (), covered=covered, public=public, problem=problem)


def _told_outcome(query: Query, full: _Judged, told: _Judged) -> Outcome:
    """The outcome, raised where the client wants that of a vendor without ownership facts (7.5).

    A vendor whose facts are all private looks so too, else `clear` would tell of them.
    """
    outcome = _outcome(full.found)
    is_uncovered = Coverage.NONE in {full.covered.coverage, told.covered.coverage}
    if outcome is Outcome.CLEAR and query.policy.uncovered_to_review and is_uncovered:
        return Outcome.REVIEW
    return outcome


def _found(snap: Snapshot, query: Query) -> _Judged:
    found = (*_assessed(snap, query), *own_stakes(snap, query))
    aged = _aged(snap, query, clear=_outcome(found) is Outcome.CLEAR)
    covered = coverage_of(snap, query.vendor, line=query.policy.control)
    if aged and covered.coverage is Coverage.MAJORITY:
        covered = replace(covered, coverage=Coverage.PARTIAL)
    return _Judged(found, aged, covered)


def _with_privacy(found: tuple[Finding, ...], public: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Mark as private what is not found just so without any private fact (DESIGN 6).

    A path of public facts alone does not make a finding public: its numbers can rest on others.
    """
    told = frozenset(public)
    return tuple(replace(finding, private=finding not in told) for finding in found)


def _public(snap: Snapshot, query: Query) -> Snapshot:
    """The world without private facts; the snapshot itself where the verdict can rest on none (8.5)."""
    return snap if rests_on_public(snap, proof_parties(snap, query)) else without_private(snap)


def _aged(snap: Snapshot, query: Query, *, clear: bool) -> tuple[Finding, ...]:
    """What rests on sources that are too old, which leaves the outcome and lowers the coverage (6, 7.5)."""
    line = query.policy.control
    client = group(snap, query.principal, line=line)
    cases = [build_case(snap, query, competitor) for competitor in query.competitors]
    return merged(RULES[Rule.STALE](cases, snap, query.vendor, clear=clear, client=client, line=line))


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
    return {
        Severity.NOTE: Outcome.CLEAR,
        Severity.REVIEW: Outcome.REVIEW,
        Severity.BLOCK: Outcome.BLOCKED,
    }[worst(found)]
