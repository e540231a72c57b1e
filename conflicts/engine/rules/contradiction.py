"""Contradiction: what the sources say of one stake, or of one subject, cannot all be true."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from conflicts.engine.bounds import WHOLE
from conflicts.engine.control import above
from conflicts.engine.facts import Axis
from conflicts.engine.findings import Finding, Rule, Severity
from conflicts.engine.paths import steps
from conflicts.engine.snapshot import Group

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conflicts.engine.case import Case
    from conflicts.engine.holdings import Holding

AXES = {Group.ECONOMIC: Axis.ECONOMIC, Group.SHARES: Axis.ECONOMIC, Group.VOTES: Axis.VOTING}


def contradiction(case: Case) -> Iterator[Finding]:
    """Review where a member of either side holds in a subject above either side.

    Equal sources tell shares that do not meet (2.2c), or the stated lows sum past 100 (2.7).
    """
    holders = case.theirs.all | case.vendor.wide.all
    subjects = subjects_above(case)
    for key, holding in case.snap.holdings.items():
        if holding.contradictory and key.holder in holders and key.subject in subjects:
            yield _unmet(case, holding, AXES[key.group])
    for axis, faulted in case.snap.faults.items():
        for subject in sorted(faulted & subjects):
            yield from _past_whole(case, axis, subject, holders)


def subjects_above(case: Case) -> frozenset[str]:
    """The parties of both sides and everybody above them."""
    members = case.theirs.all | case.vendor.wide.all
    return frozenset().union(*(above(case.snap, member) for member in members))


def _unmet(case: Case, holding: Holding, axis: Axis) -> Finding:
    return Finding(
        rule=Rule.CONTRADICTION,
        axis=axis,
        severity=Severity.REVIEW,
        must=True,
        holder=holding.holder,
        subject=holding.subject,
        competitors=(case.competitor,),
        path=steps(holding.facts),
        low=holding.bounds.low,
        high=math.ceil(holding.bounds.high),
        edge=("contradiction", *(fact.id for fact in holding.facts)),
        topic=("contradiction", holding.holder, holding.subject, axis),
    )


def _past_whole(case: Case, axis: Axis, subject: str, holders: frozenset[str]) -> Iterator[Finding]:
    table = case.snap.economic if axis is Axis.ECONOMIC else case.snap.voting
    stakes = sorted(table[subject].values(), key=lambda stake: (-stake.stated.low, stake.holder))
    mine = [stake for stake in stakes if stake.holder in holders]
    if not mine:
        return
    total = sum(stake.stated.low for stake in stakes)
    yield Finding(
        rule=Rule.CONTRADICTION,
        axis=axis,
        severity=Severity.REVIEW,
        must=True,
        holder=mine[0].holder,
        subject=subject,
        competitors=(case.competitor,),
        path=steps(stake.facts[0] for stake in stakes if stake.stated.low > 0),
        low=total,
        high=total,
        line=WHOLE,
        edge=("contradiction", axis, subject),
        topic=("contradiction", axis, subject),
    )
