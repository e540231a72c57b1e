"""Rows that a better source set aside: a lower standing can worsen a verdict to review (2.2d)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conflicts.engine.findings import Finding, Rule, Severity
from conflicts.engine.paths import steps
from conflicts.engine.proof import proof_parties
from conflicts.engine.stakes import Group

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from conflicts.engine.case import Query
    from conflicts.engine.facts import Fact
    from conflicts.engine.snapshot import Snapshot
    from conflicts.engine.stakes import HoldingKey

    Judge = Callable[[Snapshot, Query], tuple[Finding, ...]]


def aside_contradictions(snap: Snapshot, query: Query, found: tuple[Finding, ...], judge: Judge) -> Iterator[Finding]:
    """Tell a contradiction where a row that was set aside would make the verdict severer.

    The pair is judged again with each such row in the place of what is in force there, and with all of them.
    """
    settled = worst(found)
    if settled is Severity.BLOCK:
        return
    rows = _relevant(snap, query)
    alone = [row for row in rows if worst(judge(snap.with_asides([row]), query)).rank > settled.rank]
    if not alone and len(rows) > 1:
        together = judge(snap.with_asides(rows), query)
        alone = rows if worst(together).rank > settled.rank else []
    for key, aside in alone:
        yield _finding(snap, query, key, aside)


def _relevant(snap: Snapshot, query: Query) -> list[tuple[HoldingKey, Fact]]:
    return [
        (key, aside)
        for key, holding in snap.holdings_in(sorted(proof_parties(snap, query)))
        if key.group not in {Group.SHARES, Group.ASSERTED_SHARES}
        for aside in holding.asides
    ]


def worst(found: Iterable[Finding]) -> Severity:
    """The severity of the worst finding, of none that of a note (7.3)."""
    return max((finding.severity for finding in found), key=lambda severity: severity.rank, default=Severity.NOTE)


def _finding(snap: Snapshot, query: Query, key: HoldingKey, aside: Fact) -> Finding:
    holding = snap.holding(key)
    settled = holding.facts if holding is not None else ()
    return Finding(
        rule=Rule.CONTRADICTION,
        axis=key.group.axis,
        severity=Severity.REVIEW,
        must=True,
        holder=(aside.members or (aside.holder,))[0],
        subject=key.subject,
        competitors=query.competitors,
        path=steps((*settled, aside)),
        low=aside.low,
        high=aside.high,
        edge=("contradiction", aside.id),
        topic=("contradiction", aside.id),
    )
