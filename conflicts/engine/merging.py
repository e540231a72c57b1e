"""One edge that crosses several lines gives one finding (SEMANTICS 6)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conflicts.engine.bounds import PERCENT
from conflicts.engine.findings import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Iterable


def merged(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Tell findings of one edge as one, under the first rule of the table that applies.

    It has the severest of their severities, the competitors that this holds for, and the other
    lines listed.
    An unstated holding tells its own edge, whatever lines it may cross (7.2).
    """
    edges: dict[tuple[str, ...], list[Finding]] = {}
    for finding in findings:
        edges.setdefault(finding.edge, []).append(finding)
    told = [_one(group) for group in edges.values()]
    return tuple(sorted(told, key=_order))


def _one(group: list[Finding]) -> Finding:
    group = sorted(group, key=_precedence)
    first = group[0]
    worst = max(group, key=lambda f: (f.severity.rank, f.must))
    also = [*first.also]
    also.extend(line for f in group[1:] for line in (_named(f), *f.also) if line)
    return replace(
        first,
        severity=worst.severity,
        must=any(finding.must for finding in group),
        competitors=tuple(sorted({c for f in group if f.severity is worst.severity for c in f.competitors})),
        also=tuple(line for line in dict.fromkeys(also) if line != _named(first)),
    )


def _precedence(finding: Finding) -> tuple[bool, int, int]:
    teller = finding.rule is Rule.UNSTATED_HOLDING
    return (not teller, finding.rule.order, -finding.severity.rank)


def _named(finding: Finding) -> str:
    if finding.line is None or finding.rule is Rule.UNSTATED_HOLDING:
        return ""
    return f"{finding.rule} {finding.line / PERCENT:g}"


def _order(finding: Finding) -> tuple[int, int, str, str]:
    return (-finding.severity.rank, finding.rule.order, finding.holder, finding.subject)
