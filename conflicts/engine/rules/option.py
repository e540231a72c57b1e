"""Option: an option, a convertible or an announced deal that would cross a line once it is done."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from conflicts.engine.deals import deals_into, done
from conflicts.engine.findings import Finding, Rule, Severity
from conflicts.engine.paths import inherited, membership, steps
from conflicts.engine.proof import proof_parties
from conflicts.engine.rules.control import control
from conflicts.engine.rules.economic_line import economic_line
from conflicts.engine.rules.reverse import reverse
from conflicts.engine.rules.voting_line import voting_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conflicts.engine.case import Case
    from conflicts.engine.deals import Deal
    from conflicts.engine.facts import Fact

LINES = (economic_line, voting_line, control, reverse)


def option(case: Case) -> Iterator[Finding]:
    """Review where the lows would cross a line, a note where only the highs would, either way round.

    A deal between the sides that states no size, or is rumoured, is a note. An option comes on top of what is held, an
    announced deal in its place.
    """
    before: list[Finding] | None = None
    for deal in deals_into(case.snap, proof_parties(case.whole, case.query)):
        if not deal.weighs:
            if _between(case, deal):
                yield _finding(case, deal, None)
            continue
        before = _lines(case) if before is None else before
        crossed = _newly(before, _lines(case.with_whole(done(case.whole, deal))))
        if crossed:
            yield _finding(case, deal, max(crossed, key=lambda finding: (finding.must, finding.line or 0)))


def _lines(case: Case) -> list[Finding]:
    """What crosses a line, also by what stated lows past 100 support (2.7): the others have not sold yet."""
    found = [finding for rule in LINES for finding in rule(case) if finding.line is not None]
    if not case.whole.supported and any(True for _ in case.whole.faults_in(proof_parties(case.whole, case.query))):
        supported = case.with_whole(case.whole.with_supported_lows())
        found += [finding for rule in LINES for finding in rule(supported) if finding.must and finding.line is not None]
    return found


def _newly(before: Iterable[Finding], after: Iterable[Finding]) -> list[Finding]:
    """What crosses a higher line than before, or crosses it surely where it only might."""
    held: dict[tuple[str, ...], tuple[bool, int]] = {}
    for finding in before:
        held[finding.topic] = max(held.get(finding.topic, (False, 0)), _strength(finding))
    return [finding for finding in after if _strength(finding) > held.get(finding.topic, (False, 0))]


def _strength(finding: Finding) -> tuple[bool, int]:
    return (finding.must, finding.line or 0)


def _between(case: Case, deal: Deal) -> bool:
    """Whether the deal is about a part of one side for the other."""
    ours, theirs = case.vendor.wide.all, case.theirs.all
    subject = deal.fact.subject
    inward = subject in ours and not theirs.isdisjoint(deal.members)
    return inward or (subject in theirs and not ours.isdisjoint(deal.members))


def _finding(case: Case, deal: Deal, crossed: Finding | None) -> Finding:
    fact = deal.fact
    must = crossed is not None and crossed.must
    bounds = fact.bounds if fact.sized else None
    return Finding(
        rule=Rule.OPTION,
        axis=fact.axis,
        severity=Severity.REVIEW if must else Severity.NOTE,
        must=must,
        holder=deal.members[0],
        subject=fact.subject,
        competitors=(case.competitor,),
        path=steps(_proof(case, deal)),
        low=bounds.low if bounds else None,
        high=math.ceil(bounds.high) if bounds else None,
        line=crossed.line if crossed else None,
        also=(f"would cross {crossed.rule}",) if crossed else (),
        edge=("option", fact.id),
        topic=("option", fact.id),
    )


def _proof(case: Case, deal: Deal) -> tuple[Fact, ...]:
    fact, sides = deal.fact, case.vendor.wide.all
    holder = deal.members[0]
    if fact.subject in sides:
        theirs = membership(case, holder) if holder in case.theirs.all else ()
        return (*theirs, fact, *inherited(case, fact.subject))
    return (*(inherited(case, holder) if holder in sides else ()), fact)
