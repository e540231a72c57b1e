"""Whether what was accepted once still covers what is found now (SEMANTICS 8.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conflicts.engine.bounds import WHOLE
from conflicts.engine.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from conflicts.engine.findings import Finding

Route = tuple[tuple[str, str, str], ...]
"""A proving path less what it is told by: holder, subject and type of each step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """One finding that people accepted, as it was then; bounds are millionths of a percent, None is not stated.

    Rule and axis are what was stored, which may be names that a later engine does not know: these cover nothing.
    """

    rule: str
    axis: str
    must: bool
    holder: str
    subject: str
    low: int | None
    high: int | None
    competitors: frozenset[str]
    path: Route
    also: frozenset[str]

    def covers(self, finding: Finding) -> bool:
        """Whether the finding is this one or less: same rule, axis and parties, bounds not above, no new path.

        It is as sure at most, and tells of no further competitor and in `also` of nothing further. The line is not
        compared: a client may have moved it.
        """
        same = (self.rule, self.axis, self.holder, self.subject, self.path)
        return (
            same == (finding.rule, finding.axis, finding.holder, finding.subject, route(finding))
            and (self.must or not finding.must)
            and self.competitors.issuperset(finding.competitors)
            and self.also.issuperset(finding.also)
            and (finding.low or 0) <= (self.low or 0)
            and _high(finding.high) <= _high(self.high)
        )


def covers(accepted: Collection[Accepted], findings: Iterable[Finding], *, waiver: bool = False) -> bool:
    """Return whether each finding above note was accepted as it is or worse; notes need no cover.

    A block is covered by a `waiver` or by nothing, a review by a decision too. Where nothing is above note the review
    is that of a vendor whose owners nobody knows (7.5): only what accepted no finding covers it. No finding tells what
    commercial ties come to in money, so who knows the amounts leaves out of `accepted` what they are above.
    """
    above = above_note(findings)
    if not above:
        return not accepted
    return all(
        (waiver or finding.severity is not Severity.BLOCK) and any(one.covers(finding) for one in accepted)
        for finding in above
    )


def above_note(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings that make an outcome (7.1)."""
    return tuple(finding for finding in findings if finding.severity is not Severity.NOTE)


def route(finding: Finding) -> Route:
    """The path of the finding: the same path is told by whatever source, with whatever share."""
    return tuple((step.holder, step.subject, step.type) for step in finding.path)


def _high(share: int | None) -> int:
    """A high bound that nobody states excludes nothing."""
    return WHOLE if share is None else share
