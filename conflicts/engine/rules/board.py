"""Board: an organization on the competitor's side has a seat or an appointment right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conflicts.engine.facts import APPOINTMENT_OF_BOARD, SEATS, Axis, PartyKind
from conflicts.engine.findings import Finding, Rule, Severity
from conflicts.engine.paths import inherited, membership, steps
from conflicts.engine.ties import is_majority

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conflicts.engine.case import Case
    from conflicts.engine.ties import Tie


def board(case: Case) -> Iterator[Finding]:
    """A seat, chair or appointment right blocks, one that may be in force is review.

    A person's own post is the personnel rule's; a right to appoint a majority is control (2.1).
    """
    for member in sorted(case.vendor.wide.all):
        for tie in case.snap.ties_into.into(member):
            if tie.in_force and tie.fact.holder in case.theirs.all and _seats(case, tie):
                yield _finding(case, tie)


def _seats(case: Case, tie: Tie) -> bool:
    if tie.fact.type == APPOINTMENT_OF_BOARD:
        return not is_majority(tie.fact.bounds)
    holder = case.snap.nodes.get(tie.fact.holder)
    person = holder is not None and holder.kind is PartyKind.PERSON
    return tie.fact.type in SEATS and not person


def _finding(case: Case, tie: Tie) -> Finding:
    fact = tie.fact
    both = fact.holder in case.theirs.must and fact.subject in case.vendor.wide.must
    must = tie.certain and both
    return Finding(
        rule=Rule.BOARD,
        axis=Axis.BOARD,
        severity=Severity.BLOCK if must else Severity.REVIEW,
        must=must,
        holder=fact.holder,
        subject=fact.subject,
        competitors=(case.competitor,),
        path=steps((*membership(case, fact.holder), fact, *inherited(case, fact.subject))),
        edge=(fact.id,),
        topic=("board", fact.id),
    )
