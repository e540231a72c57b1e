"""Who may see what of a finding (DESIGN 6). Pure: stored findings in, what the reader may have out.

A client sees a finding in full when every edge of its path is public. Of any other it sees one word, without rule,
axis, competitor or path: `not available` for a block, `compliance review` for a review, `confidential relationship` for
a note. What competitors cross together names those of the client's own list, and is hidden by one private edge of its
path like any other.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from conflicts.engine.findings import Rule, Severity
from conflicts.findings import holder_text
from conflicts.models import Outcome
from conflicts.shares import to_percent

Finding = Mapping[str, Any]
"""One finding as a screening stores it: the fields of conflicts.engine.findings.Finding."""

WORDS = {
    Severity.BLOCK: "not available",
    Severity.REVIEW: "compliance review",
    Severity.NOTE: "confidential relationship",
}
INTERNAL = frozenset({"edge", "topic"})
"""What the engine merges and weighs findings by; no reader needs it."""

SEVERITY_OF = {Outcome.BLOCKED: Severity.BLOCK, Outcome.REVIEW: Severity.REVIEW}


class Reader(StrEnum):
    CLIENT = "client"
    COMPLIANCE = "compliance"


def is_public(finding: Finding) -> bool:
    """Whether every edge of the proof is public; only that a vendor is a competitor itself needs none."""
    proved = bool(finding["path"]) or finding["rule"] == Rule.SAME_PARTY
    return proved and not finding.get("private", False) and all(step["public"] for step in finding["path"])


def visible_findings(findings: Sequence[Finding], reader: Reader) -> list[dict[str, Any]]:
    """Return the findings as the reader may see them; hidden ones of one severity are told once."""
    if reader is Reader.COMPLIANCE:
        return [dict(finding) for finding in findings]
    hidden = {Severity(finding["severity"]) for finding in findings if not is_public(finding)}
    shown = [_told(finding) for finding in findings if is_public(finding)]
    words = [{"severity": severity.value, "word": WORDS[severity]} for severity in WORDS if severity in hidden]
    return [*shown, *words]


def _told(finding: Finding) -> dict[str, Any]:
    return {name: value for name, value in finding.items() if name not in INTERNAL}


def visible_rules(findings: Sequence[Finding], reader: Reader) -> list[str]:
    """Return the rules that the reader may know to have fired above a note, each once, in order of the findings."""
    told = [finding for finding in visible_findings(findings, reader) if "rule" in finding]
    return list(dict.fromkeys(finding["rule"] for finding in told if finding["severity"] != Severity.NOTE))


def needs_compliance(findings: Sequence[Finding]) -> bool:
    """Whether a review rests on a private fact, so that two of compliance decide it (SEMANTICS 8.2)."""
    return any(finding["severity"] == Severity.REVIEW and not is_public(finding) for finding in findings)


def deciding(findings: Sequence[Finding], outcome: Outcome) -> list[Finding]:
    """Return the findings that make the outcome what it is; none for clear and unknown."""
    severity = SEVERITY_OF.get(outcome)
    return [finding for finding in findings if finding["severity"] == severity]


def word_for_vendor(outcome: Outcome) -> str:
    """Return what a vendor that is engaged already may know of its own outcome; empty when it is clear."""
    return {Outcome.BLOCKED: "not eligible", Outcome.REVIEW: "under review", Outcome.UNKNOWN: "under review"}.get(
        outcome, ""
    )


def why_missing(*, misfit: str, outcome: Outcome, findings: Sequence[Finding]) -> str:
    """Tell a client why a vendor that it names is missing from a ranking; empty when it is not."""
    if misfit:
        return f"does not fit: {misfit}"
    if outcome not in {Outcome.BLOCKED, Outcome.UNKNOWN}:
        return ""
    proof = next((finding for finding in deciding(findings, outcome) if is_public(finding)), None)
    return f"conflict: {told_path(proof)}" if proof else WORDS[Severity.BLOCK]


def told_path(finding: Finding) -> str:
    """Return the path in words: `meta - shareholding 49% - scale-ai; scale-ai - otherInfluenceOrControl - outlier`.

    What is held jointly is told of all who hold it: `ann and bob jointly - shareholding 60% - lab`.
    """
    return "; ".join(
        f"{holder_text(step['holder'], {})} - {step['type']}{_size(step)} - {step['subject']}"
        for step in finding["path"]
    )


def _size(step: Mapping[str, Any]) -> str:
    bounds = dict.fromkeys(to_percent(share) for share in (step["low"], step["high"]) if share is not None)
    return f" {' to '.join(bounds)}%" if bounds else ""
