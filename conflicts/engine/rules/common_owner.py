"""Common owner: one party outside both sides has a large or an unknown part of both."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from conflicts.engine.bounds import PERCENT
from conflicts.engine.control import above
from conflicts.engine.facts import Axis
from conflicts.engine.findings import Finding, Rule, Severity
from conflicts.engine.ownership import integrated_ownership, low_reaches
from conflicts.engine.paths import economic_path, steps
from conflicts.engine.visits import expected_visits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conflicts.engine.case import Case
    from conflicts.engine.facts import Fact

LARGE_PART = 25 * PERCENT
ALMOST_LARGE = 0.249
"""A walk meets a party at least as often as it meets it at all; the rest is for rounding."""


def common_owner(case: Case) -> Iterator[Finding]:
    """A note for each party with at least 25% low, or a part of unstated size, in vendor and competitor."""
    both = above(case.snap, case.query.vendor) & above(case.snap, case.competitor)
    outside = both - case.theirs.must - case.vendor.wide.must - case.client
    for party in sorted(_perhaps_large(case, outside)):
        ours, theirs = _part(case, party, case.query.vendor), _part(case, party, case.competitor)
        if ours and theirs:
            yield _finding(case, party, (*theirs, *ours))


def _perhaps_large(case: Case, parties: frozenset[str]) -> frozenset[str]:
    """Those whom a walk from the vendor is expected to meet at least a quarter of a time, or whose part is unstated."""
    met = expected_visits(case.snap, case.query.vendor, stop=case.client)
    held = case.snap.economic.into(case.query.vendor).values()
    unstated = {member for stake in held if stake.unstated for member in stake.members}
    return frozenset(party for party in parties if party in unstated or met.get(party, 0.0) >= ALMOST_LARGE)


def _part(case: Case, party: str, subject: str) -> tuple[Fact, ...]:
    """The facts by which the party has such a part of the subject; empty where it has none."""
    for stake in case.snap.economic.into(subject).values():
        if stake.unstated and stake.touches({party}) and stake.bounds.high > 0:
            return stake.facts[:1]
    if not low_reaches(case.snap, frozenset({party}), subject, line=LARGE_PART, stop=case.client).yes:
        return ()
    return economic_path(case.snap, frozenset({party}), subject, must=True, stop=case.client)


def _finding(case: Case, party: str, facts: tuple[Fact, ...]) -> Finding:
    owned = integrated_ownership(case.snap, frozenset({party}), case.query.vendor, stop=case.client)
    return Finding(
        rule=Rule.COMMON_OWNER,
        axis=Axis.ECONOMIC,
        severity=Severity.NOTE,
        must=all(fact.low for fact in facts),
        holder=party,
        subject=case.query.vendor,
        competitors=(case.competitor,),
        path=steps(facts),
        low=math.floor(owned.low),
        high=math.ceil(owned.high),
        line=LARGE_PART,
        edge=("common owner", party),
        topic=("common_owner", party),
    )
