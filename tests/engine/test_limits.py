"""Defaults and limits stand in one place, as SEMANTICS 6 and 9 have them."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from conflicts.engine import policy
from conflicts.engine.bounds import BAND_OF_POINTS, PERCENT
from conflicts.engine.reachability import LARGEST_RING
from conflicts.engine.votes import VOTES_A_SHARE
from tests.engine.facts_builder import world


def test_the_default_policy_has_the_lines_of_the_rules() -> None:
    lines = {name: line / PERCENT for name, line in asdict(policy.Policy()).items() if name != "uncovered_to_review"}
    assert lines == {
        "economic_block": 25,
        "economic_review": 5,
        "voting_block": 10,
        "voting_review": 5,
        "control": 50,
        "commercial_share": 10,
    }


def test_the_windows_are_those_of_the_semantics() -> None:
    assert (policy.FORMER_ROLE_MONTHS, policy.ENDED_TIE_MONTHS) == (24, 12)


def test_the_limits_are_those_of_the_semantics() -> None:
    assert (policy.GATE_SECONDS, policy.GATE_EDGES, LARGEST_RING) == (2.0, 50_000, 2_000)


def test_rounded_points_and_votes_a_share_are_those_of_the_semantics() -> None:
    assert (BAND_OF_POINTS, VOTES_A_SHARE) == (PERCENT, 10)


@pytest.mark.parametrize("investors", [10, 500])
def test_sides_over_the_limit_are_refused_by_name_and_not_judged(investors: int) -> None:
    crowded = world().owns("rival", "v", 30)
    for number in range(investors):
        crowded = crowded.owns(f"investor-{number}", "v")
    answer = crowded.screen("client", "v", "rival")
    assert answer.outcome == ("unknown" if investors > policy.LARGEST_SIDES else "blocked")
    assert ("over the limit" in answer.problem) == (investors > policy.LARGEST_SIDES)
