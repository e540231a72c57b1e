"""Contradiction: what the sources say of one stake, or of one subject, cannot all be true."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from conflicts.engine.assertions import unsupported_assertions
from conflicts.engine.bounds import WHOLE
from conflicts.engine.control import above
from conflicts.engine.facts import Axis
from conflicts.engine.findings import Finding, Rule, Severity
from conflicts.engine.paths import steps

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conflicts.engine.case import Case
    from conflicts.engine.holdings import Holding
    from conflicts.engine.stakes import Stake


def contradiction(case: Case) -> Iterator[Finding]:
    """Review where a member of either side holds in a subject above the vendor or the competitor.

    Equal sources tell shares that do not meet (2.2c), the stated lows sum past 100 (2.7), or an assertion says more
    than the chains allow (2.5). Through the may sides it is a note.
    """
    subjects = above(case.snap, case.query.vendor) | above(case.snap, case.competitor)
    members = case.theirs.all | case.vendor.wide.all
    for key, holding in case.snap.holdings_in(sorted(subjects)):
        if holding.contradictory and not members.isdisjoint(holding.members):
            yield _told(case, holding, key.group.axis)
    for axis, subject in case.snap.faults_in(subjects):
        yield from _past_whole(case, axis, subject, members)
    for stake in unsupported_assertions(case.snap, subjects, line=case.policy.control):
        if stake.touches(members):
            yield _told(case, stake, stake.axis, "assertion")


def _severity(case: Case, holders: Iterable[str]) -> Severity:
    proved = case.theirs.must | case.vendor.wide.must
    return Severity.REVIEW if any(holder in proved for holder in holders) else Severity.NOTE


def _told(case: Case, held: Holding | Stake, axis: Axis, *kind: str) -> Finding:
    """What one holding, or one assertion, says that cannot be true."""
    return Finding(
        rule=Rule.CONTRADICTION,
        axis=axis,
        severity=_severity(case, held.members),
        must=True,
        holder=held.members[0],
        subject=held.subject,
        competitors=(case.competitor,),
        path=steps(held.facts),
        low=held.bounds.low,
        high=math.ceil(held.bounds.high),
        edge=("contradiction", *(fact.id for fact in held.facts)),
        topic=("contradiction", *kind, held.holder, held.subject, axis),
    )


def _past_whole(case: Case, axis: Axis, subject: str, holders: frozenset[str]) -> Iterator[Finding]:
    table = case.snap.economic if axis is Axis.ECONOMIC else case.snap.voting
    stakes = sorted(table.into(subject).values(), key=lambda stake: (-stake.stated.low, stake.holder))
    mine = [stake for stake in stakes if stake.touches(holders)]
    if not mine:
        return
    total = sum(stake.stated.low for stake in stakes)
    yield Finding(
        rule=Rule.CONTRADICTION,
        axis=axis,
        severity=_severity(case, [member for stake in mine for member in stake.members]),
        must=True,
        holder=mine[0].members[0],
        subject=subject,
        competitors=(case.competitor,),
        path=steps(stake.facts[0] for stake in stakes if stake.stated.low > 0),
        low=total,
        high=total,
        line=WHOLE,
        edge=("contradiction", axis, subject),
        topic=("contradiction", axis, subject),
    )
