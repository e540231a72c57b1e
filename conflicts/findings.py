"""Findings as JSON: what a stored screening keeps, and back again without loss; and what reads alike everywhere."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from conflicts.engine.facts import TOGETHER, Axis, Standing
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


def holders_of(name: str) -> list[str]:
    """Return the slugs of those who hold under this name: one party, or all who hold jointly."""
    return name.split(TOGETHER)


def holder_text(name: str, names: Mapping[str, str]) -> str:
    """Return who holds, in words: `Ann and Bob jointly`; who is not among the names goes by the slug."""
    told = [names.get(slug, slug) for slug in holders_of(name)]
    return f"{and_text(told)} jointly" if len(told) > 1 else told[0]


def and_text(words: Sequence[str]) -> str:
    """Return the words as a list in a sentence: `a, b and c`."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last
