"""Rows that a better source set aside: a lower standing can worsen a verdict to review (2.2d)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conflicts.engine.findings import Finding, Rule, Severity
from conflicts.engine.paths import steps
from conflicts.engine.proof import proof_parties
from conflicts.engine.rules.contradiction import AXES
from conflicts.engine.snapshot import Group

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conflicts.engine.case import Query
    from conflicts.engine.facts import Fact
    from conflicts.engine.snapshot import HoldingKey, Snapshot

    Judge = Callable[[Snapshot, Query], tuple[Finding, ...]]


def aside_contradictions(snap: Snapshot, query: Query, found: tuple[Finding, ...], judge: Judge) -> Iterator[Finding]:
    """Tell a contradiction where a row that was set aside would make the verdict severer.

    The pair is judged again with each such row in the place of what is in force there, and with all of them.
    """
    settled = _worst(found)
    if settled is Severity.BLOCK:
        return
    rows = _relevant(snap, query)
    alone = [(key, aside) for key, aside in rows if _worst(judge(snap.with_asides([aside]), query)).rank > settled.rank]
    if not alone and len(rows) > 1:
        together = judge(snap.with_asides([aside for _, aside in rows]), query)
        alone = rows if _worst(together).rank > settled.rank else []
    for key, aside in alone:
        yield _finding(snap, query, key, aside)


def _relevant(snap: Snapshot, query: Query) -> list[tuple[HoldingKey, Fact]]:
    rows = [
        (key, aside)
        for key, holding in snap.holdings.items()
        if key.group is not Group.SHARES
        for aside in holding.asides
    ]
    reached = proof_parties(snap, query) if rows else frozenset()
    return [(key, aside) for key, aside in rows if key.subject in reached]


def _worst(found: tuple[Finding, ...]) -> Severity:
    return max((finding.severity for finding in found), key=_rank, default=Severity.NOTE)


def _rank(severity: Severity) -> int:
    return severity.rank


def _finding(snap: Snapshot, query: Query, key: HoldingKey, aside: Fact) -> Finding:
    holding = snap.holdings[key]
    return Finding(
        rule=Rule.CONTRADICTION,
        axis=AXES[key.group],
        severity=Severity.REVIEW,
        must=True,
        holder=key.holder,
        subject=key.subject,
        competitors=query.competitors,
        path=steps((*holding.facts, aside)),
        low=aside.low,
        high=aside.high,
        edge=("contradiction", aside.id),
        topic=("contradiction", aside.id),
    )
