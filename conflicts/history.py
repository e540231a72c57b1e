"""Keeping what a newer screening says otherwise than the one that it takes the place of."""

from collections.abc import Iterable, Mapping
from typing import Any

from conflicts.engine.cover import above_note
from conflicts.engine.findings import Finding, Severity
from conflicts.engine.fingerprints import fingerprint
from conflicts.findings import from_json
from conflicts.models import Screening, ScreeningChange
from conflicts.screening import ScreeningResult
from marketplace.records import clock

Weight = tuple[Any, ...]
"""All of a finding that a verdict rests on: not the source, not the line."""


def keep_change(before: Screening, result: ScreeningResult) -> None:
    """Write a row where the result is another in outcome or in a finding above note; call it in the transaction."""
    if before.outcome == result.outcome and not _differ(before.findings, result.findings):
        return
    ScreeningChange.objects.create(
        tenant=result.tenant,
        principal=result.principal,
        subject=result.subject,
        before=before.outcome,
        after=result.outcome,
        from_epoch=before.epoch,
        epoch=result.epoch,
        at=clock.now(),
    )


def _differ(stored: Iterable[Mapping[str, Any]], findings: Iterable[Finding]) -> bool:
    try:
        before = {_weight(from_json(told)) for told in stored if told["severity"] != Severity.NOTE}
    except (KeyError, TypeError, ValueError):
        # Told by other rules than this code has.
        return True
    return before != {_weight(finding) for finding in above_note(findings)}


def _weight(finding: Finding) -> Weight:
    bounds = (finding.low, finding.high)
    return (fingerprint(finding), finding.severity, bounds, frozenset(finding.competitors), frozenset(finding.also))
