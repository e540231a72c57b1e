"""Reverse: the vendor's side owns or controls a competitor, by the same lines."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conflicts.engine.control import is_state_body
from conflicts.engine.findings import NOT_REFINED, Finding, Rule, Severity
from conflicts.engine.paths import inherited, steps, teller
from conflicts.engine.rules.lines import Question, crossings
from conflicts.engine.sides import Side

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conflicts.engine.case import Case
    from conflicts.engine.rules.lines import Crossing


def reverse(case: Case) -> Iterator[Finding]:
    """Lines as for the vendor; what crosses only through a state body is a note."""
    if case.competitor in case.vendor.must:
        return
    # A competitor that is, or may be, on the vendor's side does not own itself.
    wide = Side(case.vendor.wide.must - {case.competitor}, case.vendor.wide.may - {case.competitor})
    companies = Side(_companies(case, wide.must), _companies(case, wide.may))
    told = set()
    for crossing in crossings(_question(case, companies)):
        told.add(crossing.axis)
        yield _finding(case, crossing)
    if companies != wide:
        for crossing in crossings(_question(case, wide)):
            if crossing.axis not in told:
                yield _finding(case, replace(crossing, severity=Severity.NOTE))


def _companies(case: Case, parties: frozenset[str]) -> frozenset[str]:
    return frozenset(party for party in parties if not is_state_body(case.snap, party))


def _question(case: Case, owners: Side) -> Question:
    return Question(case.snap, owners, case.competitor, certain=True, stop=case.client, policy=case.policy)


def _finding(case: Case, crossing: Crossing) -> Finding:
    holder = teller(crossing.path[:1], case.vendor.wide) or case.query.vendor
    return Finding(
        rule=Rule.REVERSE,
        axis=crossing.axis,
        severity=crossing.severity,
        must=crossing.must,
        holder=holder,
        subject=case.competitor,
        competitors=(case.competitor,),
        path=steps((*inherited(case, holder), *crossing.path)),
        low=crossing.low,
        high=crossing.high,
        line=crossing.line,
        also=() if crossing.refined else (NOT_REFINED,),
        edge=tuple(fact.id for fact in crossing.path[:1]),
        topic=("reverse", crossing.axis, *crossing.beside),
    )
