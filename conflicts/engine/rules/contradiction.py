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
    from collections.abc import Iterable, Iterator

    from conflicts.engine.case import Case
    from conflicts.engine.holdings import Holding

AXES = {Group.ECONOMIC: Axis.ECONOMIC, Group.SHARES: Axis.ECONOMIC, Group.VOTES: Axis.VOTING}


def contradiction(case: Case) -> Iterator[Finding]:
    """Review where a member of either side holds in a subject above the vendor or the competitor.

    Equal sources tell shares that do not meet (2.2c), or the stated lows sum past 100 (2.7). Through the may sides it
    is a note.
    """
    subjects = above(case.snap, case.query.vendor) | above(case.snap, case.competitor)
    members = case.theirs.all | case.vendor.wide.all
    for key, holding in case.snap.holdings.items():
        if holding.contradictory and key.holder in members and key.subject in subjects:
            yield _unmet(case, holding, AXES[key.group])
    for axis, faulted in case.snap.faults.items():
        for subject in sorted(faulted & subjects):
            yield from _past_whole(case, axis, subject, members)


def _severity(case: Case, holders: Iterable[str]) -> Severity:
    proved = case.theirs.must | case.vendor.wide.must
    return Severity.REVIEW if any(holder in proved for holder in holders) else Severity.NOTE


def _unmet(case: Case, holding: Holding, axis: Axis) -> Finding:
    return Finding(
        rule=Rule.CONTRADICTION,
        axis=axis,
        severity=_severity(case, [holding.holder]),
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
        severity=_severity(case, [stake.holder for stake in mine]),
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
