"""Voting line: votes that members of the competitor's side hold directly in the vendor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conflicts.engine.facts import Axis
from conflicts.engine.findings import Finding, Rule, Severity
from conflicts.engine.paths import inherited, membership, steps
from conflicts.engine.rules import lines
from conflicts.engine.rules.crossing import into_vendor_side

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conflicts.engine.case import Case
    from conflicts.engine.stakes import Stake


def voting_line(case: Case) -> Iterator[Finding]:
    """Stated votes: 10 blocks, 5 is review; votes derived from shares cross only the 5 line.

    A stated zero is told as a note, since the reader asks for it.
    """
    yield from into_vendor_side(case, Rule.VOTING_LINE, lines.voting)
    for member in sorted(case.vendor.must - case.theirs.must):
        for _, stake in sorted(case.snap.voting.into(member).items()):
            if stake.inside(case.theirs.must) and _stated_zero(stake):
                yield _told_zero(case, stake)


def _stated_zero(stake: Stake) -> bool:
    return not stake.derived and stake.stated.high == 0


def _told_zero(case: Case, stake: Stake) -> Finding:
    proof = (*membership(case, stake.members[0]), *stake.facts, *inherited(case, stake.subject))
    return Finding(
        rule=Rule.VOTING_LINE,
        axis=Axis.VOTING,
        severity=Severity.NOTE,
        must=True,
        holder=stake.members[0],
        subject=stake.subject,
        competitors=(case.competitor,),
        path=steps(proof),
        low=0,
        high=0,
        edge=tuple(fact.id for fact in stake.facts),
        topic=("stated zero", stake.holder, stake.subject),
    )
