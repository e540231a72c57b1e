"""Common controller: one party controls both the vendor and the competitor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conflicts.engine.control import controllers_of, is_state_body
from conflicts.engine.control_paths import control_path
from conflicts.engine.facts import Axis
from conflicts.engine.findings import Finding, Rule, Severity
from conflicts.engine.paths import steps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conflicts.engine.case import Case


def common_controller(case: Case) -> Iterator[Finding]:
    """Must blocks, may is review; through a state body it is a note."""
    certain = _shared(case, may=False)
    for party in sorted(certain):
        yield _finding(case, party, must=True)
    for party in sorted(_shared(case, may=True) - certain):
        yield _finding(case, party, must=False)


def _shared(case: Case, *, may: bool) -> frozenset[str]:
    line = case.policy.control
    over_vendor = controllers_of(case.snap, case.query.vendor, may=may, line=line)
    over_competitor = controllers_of(case.snap, case.competitor, may=may, line=line)
    return (over_vendor & over_competitor) - case.client


def _finding(case: Case, party: str, *, must: bool) -> Finding:
    line = case.policy.control
    to_vendor = control_path(case.snap, party, case.query.vendor, may=not must, line=line)
    to_theirs = control_path(case.snap, party, case.competitor, may=not must, line=line)
    return Finding(
        rule=Rule.COMMON_CONTROLLER,
        axis=Axis.CONTROL,
        severity=_severity(case, party, must=must),
        must=must,
        holder=party,
        subject=case.query.vendor,
        competitors=(case.competitor,),
        path=steps((*to_theirs, *to_vendor)),
        line=line,
        edge=tuple(fact.id for fact in to_vendor[:1]),
        topic=("common_controller", party),
    )


def _severity(case: Case, party: str, *, must: bool) -> Severity:
    if is_state_body(case.snap, party):
        return Severity.NOTE
    return Severity.BLOCK if must else Severity.REVIEW
