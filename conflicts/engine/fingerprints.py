"""What somebody was told of, finding by finding, and what is untold of what is found later.

The same is meant as where people accept a finding (SEMANTICS 8.3): what covers what is for `cover` to say. Beyond that
a finding that became a block is news to who was told of a review.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from conflicts.engine.bounds import WHOLE
from conflicts.engine.cover import Accepted, above_note, route
from conflicts.engine.merging import line_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conflicts.engine.findings import Finding, Step

SEPARATOR = "\x1f"
"""No slug and no code has it, so two different findings never make one text."""


def fingerprint(finding: Finding) -> str:
    """Return the name of a finding that stays while rule, axis, parties, path and must do, whatever its numbers.

    32 hexadecimal digits. They tell a reader nothing, but who can guess the parties can check the guess: it is for the
    record and for compliance, as the finding is.
    """
    steps = [word for step in route(finding) for word in step]
    must = "must" if finding.must else "may"
    words = (finding.rule, finding.axis, finding.holder, finding.subject, must, *steps)
    return sha256(SEPARATOR.join(words).encode()).hexdigest()[:32]


def tells(told: Finding, finding: Finding) -> bool:
    """Whether who was told the one knows of the other: it is the same finding, or less of it, and no severer.

    What one edge crosses is told under one rule, with its other lines in `also` (6): less of it may go by one of these.
    """
    if finding.severity.rank > told.severity.rank:
        return False
    return as_accepted(told).covers(finding) or _is_another_line(told, finding)


def _is_another_line(told: Finding, finding: Finding) -> bool:
    """Whether the finding goes the same way, by nothing larger, under a line that the told one lists beside its own."""
    lines = {line_name(finding, beside=told), line_name(finding, beside=finding)} - {""}
    return (
        bool(finding.path)
        and route(told) == route(finding)
        and not lines.isdisjoint(told.also)
        and set(told.also).issuperset(finding.also)
        and set(told.competitors).issuperset(finding.competitors)
        and (told.must or not finding.must)
        and all(_no_larger(step, than) for step, than in zip(finding.path, told.path, strict=True))
    )


def _no_larger(step: Step, than: Step) -> bool:
    """Whether the fact's bounds are not above the other's; a high that nobody states excludes nothing."""
    return (step.low or 0) <= (than.low or 0) and _high(step) <= _high(than)


def _high(step: Step) -> int:
    return WHOLE if step.high is None else step.high


def untold(told: Iterable[Finding], findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings above note that none of the told ones tells of."""
    known = tuple(told)
    return tuple(finding for finding in above_note(findings) if not any(tells(one, finding) for one in known))


def as_accepted(finding: Finding) -> Accepted:
    """Return the finding as one that people accept as it is."""
    return Accepted(
        rule=finding.rule,
        axis=finding.axis,
        must=finding.must,
        holder=finding.holder,
        subject=finding.subject,
        low=finding.low,
        high=finding.high,
        competitors=frozenset(finding.competitors),
        path=route(finding),
        also=frozenset(finding.also),
    )
