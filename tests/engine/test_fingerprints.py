"""What was told once is not told again, and whatever grew is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from conflicts.engine.bounds import PERCENT
from conflicts.engine.facts import Axis, Standing
from conflicts.engine.findings import Finding, Rule, Severity, Step
from conflicts.engine.fingerprints import fingerprint, tells, untold

STEP = Step("f", "meta", "scale-ai", "shareholding", 0, 30, "", "https://a.example", Standing.PRESS, public=True)
FOUND = Finding(
    rule=Rule.ECONOMIC_LINE,
    axis=Axis.ECONOMIC,
    severity=Severity.REVIEW,
    must=True,
    holder="meta",
    subject="scale-ai",
    competitors=("meta", "snap"),
    path=(STEP,),
    low=10 * PERCENT,
    high=20 * PERCENT,
    line=5 * PERCENT,
    also=("voting_line",),
)
OTHER_SOURCE = replace(STEP, fact="g", source="https://b.example", standing=Standing.FILING, low=1, high=2)


@pytest.mark.parametrize(
    "same",
    [
        {},
        {"low": 1, "high": None, "line": None},
        {"severity": Severity.BLOCK},
        {"competitors": ("xai",), "also": ()},
        {"path": (OTHER_SOURCE,)},
    ],
)
def test_numbers_and_sources_leave_the_fingerprint_as_it_is(same: dict[str, Any]) -> None:
    assert fingerprint(replace(FOUND, **same)) == fingerprint(FOUND)


@pytest.mark.parametrize(
    "other",
    [
        {"rule": Rule.CONTROL},
        {"axis": Axis.VOTING},
        {"holder": "snap"},
        {"subject": "outlier"},
        {"must": False},
        {"path": (STEP, STEP)},
        {"path": (replace(STEP, type="votingRights"),)},
        {"path": ()},
    ],
)
def test_another_rule_axis_party_path_or_certainty_has_another(other: dict[str, Any]) -> None:
    assert fingerprint(replace(FOUND, **other)) != fingerprint(FOUND)


def test_words_never_run_together() -> None:
    one, other = replace(FOUND, holder="meta", subject="ai"), replace(FOUND, holder="met", subject="aai")
    assert fingerprint(one) != fingerprint(other)


@pytest.mark.parametrize(
    "less",
    [
        {},
        {"severity": Severity.NOTE},
        {"must": False},
        {"low": 6 * PERCENT, "high": 20 * PERCENT},
        {"competitors": ("snap",), "also": ()},
        {"line": 4 * PERCENT},
        {"path": (OTHER_SOURCE,)},
    ],
)
def test_the_same_or_less_is_told_already(less: dict[str, Any]) -> None:
    assert tells(FOUND, replace(FOUND, **less))
    assert untold([FOUND], [replace(FOUND, **less)]) == ()


@pytest.mark.parametrize(
    "more",
    [
        {"severity": Severity.BLOCK},
        {"low": 11 * PERCENT},
        {"high": 21 * PERCENT},
        {"high": None},
        {"competitors": ("meta", "snap", "xai")},
        {"also": ("voting_line", "control")},
        {"rule": Rule.CONTROL},
        {"path": (STEP, STEP)},
    ],
)
def test_whatever_grew_or_is_new_is_untold(more: dict[str, Any]) -> None:
    grown = replace(FOUND, **more)
    assert untold([FOUND], [FOUND, grown]) == (grown,)


MAJORITY = replace(
    FOUND,
    rule=Rule.SAME_PARTY,
    axis=Axis.CONTROL,
    severity=Severity.BLOCK,
    holder="scale-ai",
    low=None,
    high=None,
    line=50 * PERCENT,
    also=("economic_line 25", "voting_line 5", "control 50"),
    path=(replace(STEP, low=51 * PERCENT, high=51 * PERCENT),),
)
MINORITY = replace(
    FOUND,
    severity=Severity.BLOCK,
    line=25 * PERCENT,
    also=("voting_line 5",),
    path=(replace(STEP, low=49 * PERCENT, high=49 * PERCENT),),
)


def test_less_of_an_edge_under_a_line_that_was_told_beside_is_told_already() -> None:
    """51% made it the same party; 49% of it is an economic line, which the finding of before listed."""
    assert untold([MAJORITY], [MINORITY]) == ()
    assert untold([MINORITY], [MAJORITY]) == (MAJORITY,)


@pytest.mark.parametrize(
    "more",
    [
        {"line": 15 * PERCENT},
        {"also": ("board",)},
        {"path": ()},
        {"competitors": ("xai",)},
        {"path": (replace(STEP, low=52 * PERCENT, high=52 * PERCENT),)},
        {"path": (replace(STEP, low=49 * PERCENT, high=None),)},
        {"path": (STEP, STEP)},
        {"line": None},
    ],
)
def test_more_of_that_edge_or_another_line_is_untold(more: dict[str, Any]) -> None:
    other = replace(MINORITY, **more)
    assert untold([MAJORITY], [other]) == (other,)


def test_an_edge_that_was_not_excluded_and_is_proved_now_is_untold() -> None:
    assert untold([replace(MAJORITY, must=False)], [MINORITY]) == (MINORITY,)


def test_what_was_not_excluded_and_is_proved_now_is_untold() -> None:
    assert untold([replace(FOUND, must=False)], [FOUND]) == (FOUND,)


def test_a_note_is_never_news() -> None:
    assert untold([], [replace(FOUND, severity=Severity.NOTE)]) == ()
