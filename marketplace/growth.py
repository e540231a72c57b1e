"""Whether facts grew beyond what a client was told: what was told and what is found go in, what is untold comes out.

An outcome alone does not say it: a second competitor leaves a review a review, and 51% with control a block a block.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from conflicts.cover import stated_amounts
from conflicts.engine.findings import Finding, Severity
from conflicts.engine.fingerprints import fingerprint, tells
from conflicts.findings import from_json
from conflicts.models import Outcome, Screening

# From unknown, which an engagement starts with where nothing could be said of it, only a block is worse.
BADNESS = {Outcome.CLEAR: 0, Outcome.REVIEW: 1, Outcome.UNKNOWN: 1, Outcome.BLOCKED: 2}

Json = Mapping[str, Any]
Amounts = Mapping[str, Mapping[str, str]]
"""What commercial ties come to, by the fingerprint of the finding that rests on them and by kind."""


@dataclass(frozen=True, slots=True)
class Told:
    """An outcome, the findings above note that make it, and the amounts behind them; None is not kept then."""

    outcome: Outcome
    findings: tuple[Finding, ...]
    amounts: Amounts | None = field(default_factory=dict)

    def covers(self, other: "Told") -> bool:
        """Whether the other is this or less. A review for want of ownership facts has no finding, only its outcome."""
        return BADNESS[other.outcome] <= BADNESS[self.outcome] and not self.lacks(other)

    def lacks(self, other: "Told") -> list[Finding]:
        """Return the findings of the other that are not told here, or not as large or as severe."""
        return [found for found in other.findings if not any(self._tells(own, found, other) for own in self.findings)]

    def _tells(self, own: Finding, found: Finding, other: "Told") -> bool:
        return tells(own, found) and _within(other.of(found), self.of(own))

    def of(self, finding: Finding) -> Mapping[str, str] | None:
        """Return the amounts behind one of the findings, by kind; None where they were not kept."""
        return None if self.amounts is None else self.amounts.get(fingerprint(finding), {})


def _within(found: Mapping[str, str] | None, told: Mapping[str, str] | None) -> bool:
    """Whether no amount is above the told one; what was not kept is compared with nothing."""
    if found is None or told is None:
        return True
    return all(Decimal(amount) <= Decimal(told.get(kind, 0)) for kind, amount in found.items())


def is_worse(after: Outcome, before: Outcome) -> bool:
    """Whether a running engagement has to be alerted for its outcome. An unknown one tells nothing of the facts."""
    return after is not Outcome.UNKNOWN and BADNESS[after] > BADNESS[before]


def told_by(screening: Screening) -> Told:
    """Return what a stored screening tells, with the amounts as they are known now.

    Raises ValueError where it names a rule that only newer code knows: that code is to look at it.
    """
    findings = tuple(from_json(one) for one in above_note(screening.findings))
    return Told(Outcome(screening.outcome), findings, amounts_of(findings))


def told_earlier(outcome: str, findings: Sequence[Json], amounts: Amounts | None) -> Told:
    """Return what was told and kept once; a finding that this code does not know any more tells of nothing."""
    return Told(Outcome(outcome), tuple(_readable(findings)), amounts)


def amounts_of(findings: Iterable[Finding]) -> Amounts:
    """Return the amounts behind the findings; one without any is left out."""
    found = {fingerprint(finding): stated_amounts(finding) for finding in findings}
    return {name: amounts for name, amounts in found.items() if amounts}


def above_note(findings: Sequence[Json]) -> list[Json]:
    """Return the stored findings that make an outcome; notes explain, and alert nobody."""
    return [finding for finding in findings if finding["severity"] != Severity.NOTE]


def _readable(findings: Sequence[Json]) -> Iterable[Finding]:
    for told in findings:
        try:
            yield from_json(told)
        except (KeyError, TypeError, ValueError):
            continue
