"""Same party: the vendor's side meets the competitor's side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conflicts.engine.control_paths import nearest_control_path
from conflicts.engine.facts import Axis
from conflicts.engine.findings import Finding, Rule, Severity
from conflicts.engine.paths import inherited, membership, steps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conflicts.engine.case import Case
    from conflicts.engine.facts import Fact


def same_party(case: Case) -> Iterator[Finding]:
    """Block where both must belong to their sides, else review, one finding a meeting party."""
    shared = case.vendor.must & case.theirs.must
    if shared:
        yield _finding(case, _nearest(case, shared), must=True)
        return
    everybody = (case.vendor.must | case.vendor.may) & case.theirs.all
    for party in sorted(everybody):
        yield _finding(case, party, must=False)


def _nearest(case: Case, shared: frozenset[str]) -> str:
    vendor = case.query.vendor
    if vendor in shared:
        return vendor
    return min(shared, key=lambda party: (len(inherited(case, party)), party))


def _finding(case: Case, party: str, *, must: bool) -> Finding:
    chain = _chain(case, party, must=must)
    member = chain[0].holder if chain else party
    return Finding(
        rule=Rule.SAME_PARTY,
        axis=Axis.CONTROL,
        severity=Severity.BLOCK if must else Severity.REVIEW,
        must=must,
        holder=party,
        subject=case.query.vendor,
        competitors=(case.competitor,),
        path=steps((*membership(case, member), *chain)),
        line=case.policy.control,
        edge=tuple(fact.id for fact in chain[:1]) or ("same", party),
        topic=("same_party", party),
    )


def _chain(case: Case, party: str, *, must: bool) -> tuple[Fact, ...]:
    if party != case.query.vendor:
        return inherited(case, party)
    return nearest_control_path(
        case.whole,
        case.theirs.must if must else case.theirs.all,
        party,
        may=not must,
        line=case.policy.control,
    )
