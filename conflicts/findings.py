"""Findings as JSON: what a stored screening keeps, and back again without loss."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from conflicts.engine.facts import Axis, Standing
from conflicts.engine.findings import Finding, Rule, Severity, Step


def to_json(finding: Finding) -> dict[str, Any]:
    """Return the finding in plain JSON types: parties by slug, shares in millionths of a percent."""
    return asdict(finding)


def from_json(told: Mapping[str, Any]) -> Finding:
    """Return the finding that `to_json` told."""
    # JSON knows no tuples.
    plain: dict[str, Any] = {name: tuple(told[name]) if isinstance(told[name], list) else told[name] for name in told}
    plain |= {"rule": Rule(told["rule"]), "axis": Axis(told["axis"]), "severity": Severity(told["severity"])}
    return Finding(**{**plain, "path": tuple(_step(step) for step in told["path"])})


def _step(told: Mapping[str, Any]) -> Step:
    return Step(**{**told, "standing": Standing(told["standing"])})
