"""A crossed line told as a finding: the three line rules differ in their axis only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conflicts.engine.findings import NOT_REFINED, Finding, Rule
from conflicts.engine.paths import inherited, membership, steps, teller
from conflicts.engine.rules.lines import Question
from conflicts.engine.sides import Side

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conflicts.engine.case import Case
    from conflicts.engine.rules.lines import Crossing


def into_vendor_side(
    case: Case, rule: Rule, crossings_of: Callable[[Question], Iterator[Crossing]]
) -> Iterator[Finding]:
    """Ask every member of the vendor's side that is not on the competitor's own side (5.3).

    The vendor itself is always asked, so that lines stand beside `same party`.
    """
    for member, certain in case.targets:
        if member in case.theirs.must and member != case.query.vendor:
            continue
        owners = Side(case.theirs.must - {member}, case.theirs.may - {member})
        question = Question(case.snap, owners, member, certain, case.client, case.policy)
        for crossing in () if question.idle else crossings_of(question):
            yield _finding(case, rule, member, crossing)


def _finding(case: Case, rule: Rule, member: str, crossing: Crossing) -> Finding:
    holder = teller(crossing.path[:1], case.theirs) or case.competitor
    proof = (*membership(case, holder), *crossing.path, *inherited(case, member))
    return Finding(
        rule=rule,
        axis=crossing.axis,
        severity=crossing.severity,
        must=crossing.must,
        holder=holder,
        subject=member,
        competitors=(case.competitor,),
        path=steps(proof),
        low=crossing.low,
        high=crossing.high,
        line=crossing.line,
        also=() if crossing.refined else (NOT_REFINED,),
        edge=tuple(fact.id for fact in crossing.path[:1]),
        topic=(rule, member, *crossing.beside),
    )
