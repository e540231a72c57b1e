"""Unstated holding: a member of one side holds a part of unknown size of a member of the other."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from conflicts.engine.bounds import PERCENT
from conflicts.engine.control import is_state_body
from conflicts.engine.facts import Axis
from conflicts.engine.findings import Finding, Rule, Severity
from conflicts.engine.paths import inherited, membership, steps
from conflicts.engine.stakes import Group, HoldingKey

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conflicts.engine.case import Case
    from conflicts.engine.holdings import Holding
    from conflicts.engine.sides import Side
    from conflicts.engine.stakes import Stake
    from conflicts.engine.ties import Tie


def unstated_holding(case: Case) -> Iterator[Finding]:
    """Review, either way round; one finding a holding, with the lines that it may cross.

    Trust and nominee interests have no rules yet: between the must sides they are told as a note (2.1).
    """
    ours, theirs = case.vendor.wide, case.theirs
    for owners, owned in ((theirs, ours), (ours, theirs)):
        for subject in sorted(owned.all - owners.must):
            for stake in _unstated_in(case, subject, owners.all - owned.must):
                must = stake.inside(owners.must) and subject in owned.must
                yield _finding(case, stake, owners, must=must)
        for subject in sorted(owned.must - owners.must):
            for tie in case.snap.ties_into.into(subject):
                if tie.in_force and tie.fact.axis is Axis.NOTE and tie.fact.holder in owners.must - owned.must:
                    yield _unruled(case, tie)


def _unstated_in(case: Case, subject: str, owners: frozenset[str]) -> Iterator[Stake]:
    for stakes in (case.snap.economic, case.snap.voting):
        for holder, stake in sorted(stakes.into(subject).items()):
            holding = _holding(case, stake)
            unstated = holding is not None and holding.unstated and holder != subject
            if unstated and stake.touches(owners) and lines_reached(case, stake):
                yield stake


def lines_reached(case: Case, stake: Stake) -> tuple[str, ...]:
    """The lines that the high end of the stake reaches, highest first."""
    policy = case.policy
    named = (
        (Axis.ECONOMIC, policy.economic_block),
        (Axis.ECONOMIC, policy.economic_review),
        (Axis.VOTING, policy.voting_block),
        (Axis.VOTING, policy.voting_review),
    )
    return tuple(
        f"{axis}_line {line / PERCENT:g}" for axis, line in named if axis is stake.axis and stake.bounds.reaches(line)
    )


def keys_of(case: Case, findings: Iterable[Finding]) -> frozenset[HoldingKey]:
    """The unstated holdings, votes included, behind unstated-holding findings."""
    keys = (
        HoldingKey(group, holder, finding.subject)
        for finding in findings
        if finding.topic[:1] == ("unstated_holding",)
        for holder in finding.topic[1:2]
        for group in Group
    )
    return frozenset(key for key in keys if (held := case.snap.holding(key)) is not None and held.unstated)


def _finding(case: Case, stake: Stake, owners: Side, *, must: bool) -> Finding:
    holding = _holding(case, stake)
    certain, facts = (holding.certain, holding.facts) if holding is not None else (False, stake.facts)
    holder = min(stake.members, key=lambda party: (party not in owners.must, party not in owners.all, party))
    ours = stake.subject in case.vendor.wide.all and holder in case.theirs.all
    member, other = (stake.subject, holder) if ours else (holder, stake.subject)
    proof = (*membership(case, other), *facts, *inherited(case, member))
    return Finding(
        rule=Rule.UNSTATED_HOLDING,
        axis=stake.axis,
        severity=Severity.NOTE if is_state_body(case.snap, member) and member != case.query.vendor else Severity.REVIEW,
        must=must and certain,
        holder=holder,
        subject=stake.subject,
        competitors=(case.competitor,),
        path=steps(proof if ours else (*inherited(case, member), *facts)),
        low=stake.bounds.low,
        high=math.ceil(stake.bounds.high),
        line=_review_line(case, stake),
        also=lines_reached(case, stake),
        edge=tuple(fact.id for fact in facts[:1]),
        topic=("unstated_holding", stake.holder, stake.subject, stake.axis),
    )


def _review_line(case: Case, stake: Stake) -> int:
    return case.policy.economic_review if stake.axis is Axis.ECONOMIC else case.policy.voting_review


def _unruled(case: Case, tie: Tie) -> Finding:
    fact = tie.fact
    return Finding(
        rule=Rule.UNSTATED_HOLDING,
        axis=Axis.NOTE,
        severity=Severity.NOTE,
        must=tie.certain,
        holder=fact.holder,
        subject=fact.subject,
        competitors=(case.competitor,),
        path=steps([fact]),
        edge=(fact.id,),
        topic=("unruled", fact.id),
    )


def _holding(case: Case, stake: Stake) -> Holding | None:
    """The holding of the stake's own axis; None where shares count as votes."""
    group = Group.ECONOMIC if stake.axis is Axis.ECONOMIC else Group.VOTES
    return case.snap.holding(HoldingKey(group, stake.holder, stake.subject))
