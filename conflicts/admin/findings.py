"""Findings as people read them: what was found, the numbers against the line, and each step with its source."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.template.loader import render_to_string

from conflicts.admin.shown import share_text
from conflicts.engine.facts import CUSTOMER
from conflicts.engine.findings import NOT_REFINED, Finding, Rule, Severity, Step
from conflicts.engine.policy import STALE_MONTHS
from conflicts.findings import and_text, from_json, holder_text, holders_of
from conflicts.models import AcceptedFinding, InterestType, Party

COLOURS = {Severity.BLOCK: "danger", Severity.REVIEW: "warning", Severity.NOTE: "info"}
TYPE_WORDS = {**{str(code): str(words).lower() for code, words in InterestType.choices}, CUSTOMER: "buys from"}

RULE_WORDS = {
    Rule.SAME_PARTY: "The vendor's side and the competitor's side meet.",
    Rule.ECONOMIC_LINE: "The competitor's side owns a part of the vendor's side, through all chains.",
    Rule.VOTING_LINE: "The competitor's side holds votes in the vendor's side.",
    Rule.CONTROL: "The competitor's side controls the vendor.",
    Rule.COMMON_CONTROLLER: "One party controls both.",
    Rule.REVERSE: "The vendor's side owns or controls the competitor.",
    Rule.BOARD: "The competitor's side has a seat on the board, or appoints to it.",
    Rule.PERSONNEL: "One person is on both sides.",
    Rule.COMMERCIAL: "The competitor's side buys from the vendor.",
    Rule.UNSTATED_HOLDING: "One side holds a part of unknown size of the other.",
    Rule.OPTION: "An option, or a deal that is not done yet; once it is done it may cross a line.",
    Rule.COMMON_OWNER: "One party outside both sides has a large part of both, or one of unknown size.",
    Rule.AGGREGATE: "Several competitors together cross a line that none of them crosses alone.",
    Rule.CONTRADICTION: "The sources cannot all be true.",
    Rule.STALE: f"This rests on sources that are older than {STALE_MONTHS} months.",
}
OWN = "This is what the client's own side holds."
UNREFINED = "Not refined: this could not be compared with the line exactly, so the severer side was taken."
WOULD = "would cross "
TOGETHER = "several competitors together"


def findings_html(told: Sequence[Mapping[str, Any]]) -> str:
    """Return stored findings, the gravest first, as a list with paths and sources."""
    findings = sorted((from_json(one) for one in told), key=lambda one: (-one.severity.rank, one.rule.order))
    names = _names(findings)
    rows = [_row(finding, names) for finding in findings]
    return render_to_string("admin/console/findings.html", {"findings": rows})


def rules_text(told: Iterable[Mapping[str, Any]]) -> str:
    """Return the rules above a note that stored findings name, each once."""
    rules = [one["rule"] for one in told if one["severity"] != Severity.NOTE]
    return ", ".join(_plain(rule) for rule in dict.fromkeys(rules))


def accepted_text(row: AcceptedFinding) -> str:
    """Return one finding that a decision accepts: `economic line: Meta → Scale AI, 49 %`."""
    who = TOGETHER if row.rule == Rule.AGGREGATE else str(row.holder)
    size = f", {share_text(row.low, row.high)}" if row.low is not None or row.high is not None else ""
    return f"{_plain(row.rule)}: {who} → {row.subject}{size}"


def _names(findings: Iterable[Finding]) -> dict[str, str]:
    slugs = {
        slug
        for one in findings
        for slug in (
            *holders_of(one.holder),
            one.subject,
            *one.competitors,
            *(s for step in one.path for s in _ends(step)),
        )
    }
    return dict(Party.objects.filter(slug__in=slugs).values_list("slug", "name"))


def _ends(step: Step) -> tuple[str, ...]:
    return *holders_of(step.holder), step.subject


def _row(finding: Finding, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "rule": _plain(finding.rule),
        "words": _words(finding),
        "far_kind": finding.far_kind or "",
        "axis": finding.axis,
        "severity": finding.severity,
        "colour": COLOURS[finding.severity],
        "certain": "proved" if finding.must else "not excluded",
        "holder": _who(finding, names),
        "subject": names.get(finding.subject, finding.subject),
        "share": share_text(finding.low, finding.high) if finding.low is not None or finding.high is not None else "",
        "line": share_text(finding.line, finding.line) if finding.line is not None else "",
        "competitors": [names.get(slug, slug) for slug in finding.competitors],
        "also": [_plain(told) for told in finding.also if told != NOT_REFINED and not told.startswith(WOULD)],
        "would": [_plain(told.removeprefix(WOULD)) for told in finding.also if told.startswith(WOULD)],
        "unrefined": UNREFINED if NOT_REFINED in finding.also else "",
        "steps": [_step(step, names) for step in finding.path],
    }


def _words(finding: Finding) -> str:
    """What the rule says; that a stake is the client's own where it concerns no competitor."""
    return OWN if finding.is_own else RULE_WORDS[finding.rule]


def _who(finding: Finding, names: Mapping[str, str]) -> str:
    """Who holds: of what competitors cross together all of them; of old sources nobody, since they tell of a side."""
    if finding.rule is Rule.AGGREGATE:
        rivals = [names.get(slug, slug) for slug in finding.competitors]
        return f"{and_text(rivals)} together" if rivals else TOGETHER
    return "" if finding.rule is Rule.STALE else holder_text(finding.holder, names)


def _plain(code: str) -> str:
    return code.replace("_", " ")


def _step(step: Step, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "holder": holder_text(step.holder, names),
        "subject": names.get(step.subject, step.subject),
        "type": TYPE_WORDS.get(step.type, step.type),
        "share": share_text(step.low, step.high) if step.low is not None or step.high is not None else "",
        "start": step.start,
        "source": step.source,
        "publisher": (urlsplit(step.source).hostname or step.source).removeprefix("www."),
        "standing": step.standing,
        "public": step.public,
    }
