"""Findings as people read them: what was found, the numbers against the line, and each step with its source."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.template.loader import render_to_string

from conflicts.admin.shown import share_text
from conflicts.engine.facts import CUSTOMER
from conflicts.engine.findings import Finding, Severity, Step
from conflicts.findings import from_json
from conflicts.models import InterestType, Party

COLOURS = {Severity.BLOCK: "danger", Severity.REVIEW: "warning", Severity.NOTE: "info"}
TYPE_WORDS = {**{str(code): str(words).lower() for code, words in InterestType.choices}, CUSTOMER: "buys from"}


def findings_html(told: Sequence[Mapping[str, Any]]) -> str:
    """Return stored findings, the gravest first, as a list with paths and sources."""
    findings = sorted((from_json(one) for one in told), key=lambda one: (-one.severity.rank, one.rule.order))
    names = _names(findings)
    rows = [_row(finding, names) for finding in findings]
    return render_to_string("admin/console/findings.html", {"findings": rows})


def rules_text(told: Iterable[Mapping[str, Any]]) -> str:
    """Return the rules above a note that stored findings name, each once."""
    rules = [one["rule"] for one in told if one["severity"] != Severity.NOTE]
    return ", ".join(rule.replace("_", " ") for rule in dict.fromkeys(rules))


def _names(findings: Iterable[Finding]) -> dict[str, str]:
    slugs = {
        slug
        for one in findings
        for slug in (one.holder, one.subject, *one.competitors, *(s for step in one.path for s in _ends(step)))
    }
    return dict(Party.objects.filter(slug__in=slugs).values_list("slug", "name"))


def _ends(step: Step) -> tuple[str, str]:
    return step.holder, step.subject


def _row(finding: Finding, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "rule": finding.rule.replace("_", " "),
        "axis": finding.axis,
        "severity": finding.severity,
        "colour": COLOURS[finding.severity],
        "certain": "proved" if finding.must else "not excluded",
        "holder": names.get(finding.holder, finding.holder),
        "subject": names.get(finding.subject, finding.subject),
        "share": share_text(finding.low, finding.high) if finding.low is not None or finding.high is not None else "",
        "line": share_text(finding.line, finding.line) if finding.line is not None else "",
        "competitors": [names.get(slug, slug) for slug in finding.competitors],
        "also": [line.replace("_", " ") for line in finding.also],
        "steps": [_step(step, names) for step in finding.path],
    }


def _step(step: Step, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "holder": names.get(step.holder, step.holder),
        "subject": names.get(step.subject, step.subject),
        "type": TYPE_WORDS.get(step.type, step.type),
        "share": share_text(step.low, step.high) if step.low is not None or step.high is not None else "",
        "start": step.start,
        "source": step.source,
        "publisher": (urlsplit(step.source).hostname or step.source).removeprefix("www."),
        "standing": step.standing,
        "public": step.public,
    }
