"""The client's own stakes in the vendor are notes (SEMANTICS 5.2, 7.2)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from conflicts.engine.findings import Finding, Rule, Severity
from conflicts.engine.paths import steps
from conflicts.engine.sides import group, vendor_side

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conflicts.engine.case import Query
    from conflicts.engine.snapshot import Snapshot
    from conflicts.engine.stakes import Stake


def own_stakes(snap: Snapshot, query: Query) -> Iterator[Finding]:
    """A note for each share that the client's side holds directly in the vendor's side."""
    line = query.policy.control
    client = group(snap, query.principal, line=line)
    side = vendor_side(snap, query.vendor, client=client, line=line)
    for member in sorted((side.must - client) | {query.vendor}):
        for _, stake in sorted(snap.economic.into(member).items()):
            if stake.touches(client) and stake.bounds.high > 0:
                yield _note(stake, min(member for member in stake.members if member in client))


def _note(stake: Stake, holder: str) -> Finding:
    return Finding(
        rule=Rule.UNSTATED_HOLDING if stake.unstated else Rule.ECONOMIC_LINE,
        axis=stake.axis,
        severity=Severity.NOTE,
        must=True,
        holder=holder,
        subject=stake.subject,
        competitors=(),
        path=steps(stake.facts),
        low=stake.bounds.low,
        high=math.ceil(stake.bounds.high),
        edge=("own", *(fact.id for fact in stake.facts)),
        topic=("own stake", stake.holder, stake.subject),
    )
