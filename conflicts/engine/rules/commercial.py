"""Commercial: the competitor's side buys from the vendor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conflicts.engine.dates import Phase, months_before, phase
from conflicts.engine.facts import CONTRACT, CUSTOMER, Axis
from conflicts.engine.findings import Finding, Rule, Severity
from conflicts.engine.paths import inherited, membership, steps
from conflicts.engine.policy import ENDED_TIE_MONTHS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conflicts.engine.case import Case
    from conflicts.engine.dates import PartialDate
    from conflicts.engine.facts import Fact
    from conflicts.engine.ties import Tie

PERIODS = frozenset({"year", "quarter", "month", "week"})


def commercial(case: Case) -> Iterator[Finding]:
    """A stated share of revenue over the line, or a volume commitment in force, is review.

    Any other tie is a note; an ended one keeps its severity for 12 months; all ties between one
    buyer and one supplier are one finding; the may side tells nothing.
    """
    for member in sorted(case.vendor.must):
        ties: dict[str, list[Tie]] = {}
        for tie in case.snap.ties_into.into(member):
            if tie.fact.holder in case.theirs.must - case.vendor.must and _counts(case, tie):
                ties.setdefault(tie.fact.holder, []).append(tie)
        for buyer, told in sorted(ties.items()):
            yield _finding(case, buyer, member, told)


def _counts(case: Case, tie: Tie) -> bool:
    if tie.fact.type not in {CONTRACT, CUSTOMER}:
        return False
    return tie.in_force or _ended_lately(case, tie.fact.end)


def _ended_lately(case: Case, end: PartialDate | None) -> bool:
    return end is not None and end.last >= months_before(case.snap.day, ENDED_TIE_MONTHS)


def _finding(case: Case, buyer: str, member: str, ties: list[Tie]) -> Finding:
    ties = sorted(ties, key=lambda tie: (not _weighs(case, tie), tie.fact.type, tie.fact.id))
    heavy = _weighs(case, ties[0])
    share = ties[0].fact.revenue_share
    return Finding(
        rule=Rule.COMMERCIAL,
        axis=Axis.COMMERCIAL,
        severity=Severity.REVIEW if heavy else Severity.NOTE,
        must=heavy or ties[0].certain,
        holder=buyer,
        subject=member,
        competitors=(case.competitor,),
        path=steps((*membership(case, buyer), *(tie.fact for tie in ties), *inherited(case, member))),
        low=share,
        line=case.policy.commercial_share if share is not None else None,
        edge=("commercial", buyer, member),
        topic=("commercial", buyer, member),
    )


def _weighs(case: Case, tie: Tie) -> bool:
    """Whether the tie is one for review: a share of revenue until it ends, an amount a period until that does."""
    fact = tie.fact
    if fact.revenue_share is not None and fact.revenue_share >= case.policy.commercial_share:
        return _counts_until(case, fact, fact.end)
    commits = fact.type == CONTRACT and fact.amount is not None and fact.amount_per in PERIODS
    return commits and _counts_until(case, fact, fact.end) and _counts_until(case, fact, fact.amount_until)


def _counts_until(case: Case, fact: Fact, end: PartialDate | None) -> bool:
    """Whether it surely began, and is not over, or not longer than an ended tie keeps its severity."""
    now = phase(fact.start, end, case.snap.day)
    return now is not Phase.MAY_HAVE_BEGUN and (now is not Phase.OVER or _ended_lately(case, end))
