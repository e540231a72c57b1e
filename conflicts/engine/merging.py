"""One edge that crosses several lines gives one finding (SEMANTICS 6)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conflicts.engine.bounds import PERCENT
from conflicts.engine.findings import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Iterable


def merged(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Tell findings of one edge as one: the severest, and of those the first in the order of the table.

    It keeps the competitors for whom it is as severe and lists the other lines that the edge crosses.
    An unstated holding tells its own edge, whatever lines it may cross (7.2).
    """
    edges: dict[tuple[str, ...], list[Finding]] = {}
    for finding in findings:
        edges.setdefault(finding.edge, []).append(finding)
    told = [_one(group) for group in edges.values()]
    return tuple(sorted(told, key=_order))


def _one(group: list[Finding]) -> Finding:
    first = min(group, key=_precedence)
    others = sorted((f for f in group if f is not first), key=lambda f: f.rule.order)
    also = [*first.also, *(line for f in others for line in (line_name(f, beside=first), *f.also) if line)]
    return replace(
        first,
        competitors=tuple(sorted({c for f in group if f.severity is first.severity for c in f.competitors})),
        also=tuple(line for line in dict.fromkeys(also) if line != line_name(first, beside=first)),
    )


def _precedence(finding: Finding) -> tuple[int, bool, bool, int]:
    teller = finding.rule is Rule.UNSTATED_HOLDING
    return (-finding.severity.rank, not finding.must, not teller, finding.rule.order)


def line_name(finding: Finding, *, beside: Finding) -> str:
    """Return the line that the finding crosses as `also` of the other names it, empty where it crosses none."""
    if finding.line is None or finding.rule is Rule.UNSTATED_HOLDING:
        return ""
    may = "may cross " if beside.must and not finding.must else ""
    return f"{may}{finding.rule} {finding.line / PERCENT:g}"


def _order(finding: Finding) -> tuple[int, int, str, str]:
    return (-finding.severity.rank, finding.rule.order, finding.holder, finding.subject)
