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
_NONE = (False, False, 0)


def option(case: Case) -> Iterator[Finding]:
    """Review where the lows would cross a line, a note where only the highs would, either way round.

    A deal between the sides that states no size, or is rumoured, is a note. An option comes on top of what is held, an
    announced deal in its place. What would be a note once it is done is one before.
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
            yield _finding(case, deal, max(crossed, key=lambda finding: (*_strength(finding), finding.low or 0)))


def _lines(case: Case) -> list[Finding]:
    """What crosses a line, also by what stated lows past 100 support (2.7): the others have not sold yet."""
    found = [finding for rule in LINES for finding in rule(case) if finding.line is not None]
    if not case.whole.supported and any(True for _ in case.whole.faults_in(proof_parties(case.whole, case.query))):
        supported = case.with_whole(case.whole.with_supported_lows())
        found += [finding for rule in LINES for finding in rule(supported) if finding.must and finding.line is not None]
    return found


def _newly(before: Iterable[Finding], after: Iterable[Finding]) -> list[Finding]:
    """What crosses a higher line than before, or crosses it surely, or above a note, where it did not."""
    held: dict[tuple[str, ...], tuple[bool, bool, int]] = {}
    for finding in before:
        held[finding.topic] = max(held.get(finding.topic, _NONE), _strength(finding))
    return [finding for finding in after if _strength(finding) > held.get(finding.topic, _NONE)]


def _strength(finding: Finding) -> tuple[bool, bool, int]:
    return (_is_proved(finding), finding.must, finding.line or 0)


def _is_proved(finding: Finding) -> bool:
    """Proved, and more than a note: through a state body it is none (5.3)."""
    return finding.must and finding.severity is not Severity.NOTE


def _between(case: Case, deal: Deal) -> bool:
    """Whether the deal is about a part of one side for the other."""
    ours, theirs = case.vendor.wide.all, case.theirs.all
    subject = deal.fact.subject
    inward = subject in ours and not theirs.isdisjoint(deal.members)
    return inward or (subject in theirs and not ours.isdisjoint(deal.members))


def _finding(case: Case, deal: Deal, crossed: Finding | None) -> Finding:
    """The bounds are those of what would be compared with the line, else those that the deal states."""
    fact = deal.fact
    low, high = (crossed.low, crossed.high) if crossed else _stated(fact)
    return Finding(
        rule=Rule.OPTION,
        axis=fact.axis,
        severity=Severity.REVIEW if crossed and _is_proved(crossed) else Severity.NOTE,
        must=crossed is not None and crossed.must,
        holder=deal.members[0],
        subject=fact.subject,
        competitors=(case.competitor,),
        path=steps(_proof(case, deal)),
        low=low,
        high=high,
        line=crossed.line if crossed else None,
        also=(f"would cross {crossed.rule}",) if crossed else (),
        edge=("option", fact.id),
        topic=("option", fact.id),
    )


def _stated(fact: Fact) -> tuple[int | None, int | None]:
    return (fact.bounds.low, math.ceil(fact.bounds.high)) if fact.sized else (None, None)


def _proof(case: Case, deal: Deal) -> tuple[Fact, ...]:
    fact, sides = deal.fact, case.vendor.wide.all
    holder = deal.members[0]
    if fact.subject in sides:
        theirs = membership(case, holder) if holder in case.theirs.all else ()
        return (*theirs, fact, *inherited(case, fact.subject))
    return (*(inherited(case, holder) if holder in sides else ()), fact)
