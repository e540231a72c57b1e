"""Findings as a reader may have them (DESIGN 6): shares in percent, hidden ones as one word."""

from collections.abc import Mapping, Sequence
from typing import Any

from rest_framework import serializers

from conflicts.engine.facts import Axis
from conflicts.engine.findings import NOT_REFINED, FarKind, Rule, Severity
from conflicts.findings import from_json
from conflicts.models import Standing
from conflicts.shares import to_percent
from marketplace.api.callers import Caller
from marketplace.redaction import visible_findings

STEP = ("holder", "subject", "type", "low", "high", "start", "source", "standing")
TOLD = ("rule", "axis", "severity", "must", "low", "high", "line", "holder", "subject", "competitors", "also")
SHARES = frozenset({"low", "high", "line"})
FINDING = {
    "severity": "block",
    "rule": "economic_line",
    "far_kind": "unequal access to information",
    "axis": "economic",
    "must": True,
    "low": "49",
    "high": "49",
    "line": "25",
    "holder": "meta",
    "subject": "scale-ai",
    "competitors": ["meta"],
    "also": [],
    "path": [
        {
            "holder": "meta",
            "subject": "scale-ai",
            "type": "shareholding",
            "low": "49",
            "high": "49",
            "start": "2025-06-12",
            "source": "https://press.example/meta-takes-49-percent",
            "standing": "press",
        }
    ],
}


class StepOut(serializers.Serializer[Any]):
    """One fact of the proof. Shares in percent, null where not stated."""

    holder = serializers.CharField(
        help_text="Slug of a party; of those who hold jointly all slugs, with ` & ` between them."
    )
    subject = serializers.CharField(help_text="Slug of a party.")
    type = serializers.CharField(help_text="A BODS 0.4 code, or `customer`.")
    low = serializers.CharField(allow_null=True)
    high = serializers.CharField(allow_null=True)
    start = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    standing = serializers.ChoiceField(Standing.choices)


class FindingOut(serializers.Serializer[Any]):
    """One reason, with its numbers and its proof.

    A finding that rests on a private fact is told to a client by its severity and one word, and nothing else.
    """

    severity = serializers.ChoiceField([severity.value for severity in Severity])
    word = serializers.CharField(
        required=False, help_text="`not available`, `compliance review` or `confidential relationship`."
    )
    rule = serializers.ChoiceField([rule.value for rule in Rule], required=False)
    far_kind = serializers.ChoiceField(
        [kind.value for kind in FarKind],
        required=False,
        allow_null=True,
        help_text="The kind of conflict of interest of FAR 9.5 that the rule stands for; "
        "null for what is no tie and for your own stakes.",
    )
    axis = serializers.ChoiceField([axis.value for axis in Axis], required=False)
    must = serializers.BooleanField(required=False, help_text="Proved; else it is not excluded.")
    low = serializers.CharField(required=False, allow_null=True, help_text="Percent.")
    high = serializers.CharField(required=False, allow_null=True, help_text="Percent.")
    line = serializers.CharField(required=False, allow_null=True, help_text="The line that is crossed, percent.")
    holder = serializers.CharField(required=False)
    subject = serializers.CharField(required=False)
    competitors = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        help_text="Of your list; several where they are on one side, or cross the line together.",
    )
    also = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        help_text="Other lines that are crossed, or would be; "
        f"`{NOT_REFINED}` where the line could not be compared exactly and the severer side was taken.",
    )
    path = StepOut(many=True, required=False)


def told_findings(findings: Sequence[Mapping[str, Any]], caller: Caller) -> list[dict[str, Any]]:
    """Return stored findings as the caller may read them."""
    return shaped(visible_findings(findings, caller.reader))


def shaped(findings: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return findings, redacted before, in the form of the API."""
    return [_finding(finding) for finding in findings]


def _finding(finding: Mapping[str, Any]) -> dict[str, Any]:
    if "word" in finding:
        return {"severity": finding["severity"], "word": finding["word"]}
    return {
        **_in_percent(finding, TOLD),
        "far_kind": from_json(finding).far_kind,
        "path": [_in_percent(step, STEP) for step in finding["path"]],
    }


def _in_percent(row: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: to_percent(row[name]) if name in SHARES and row[name] is not None else row[name] for name in names}
