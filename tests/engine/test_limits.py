"""Defaults and limits stand in one place, as SEMANTICS 6 and 9 have them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, replace

import pytest

from conflicts.engine import policy
from conflicts.engine.bounds import BAND_OF_POINTS, PERCENT
from conflicts.engine.findings import Outcome
from conflicts.engine.votes import VOTES_A_SHARE
from tests.engine.facts_builder import Share, World, band, world


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
    assert (policy.FORMER_ROLE_MONTHS, policy.ENDED_TIE_MONTHS, policy.STALE_MONTHS) == (24, 12, 36)


def test_the_limits_are_those_of_the_semantics() -> None:
    assert (policy.GATE_SECONDS, policy.GATE_EDGES, policy.LARGEST_RING) == (2.0, 50_000, 2_000)


def test_rounded_points_and_votes_a_share_are_those_of_the_semantics() -> None:
    assert (BAND_OF_POINTS, VOTES_A_SHARE) == (PERCENT, 10)


def investors(count: int) -> World:
    named = (world().owns(f"investor-{number}", "v").facts[0] for number in range(count))
    crowd = World(tuple(replace(fact, id=str(place)) for place, fact in enumerate(named)))
    return crowd.owns("rival", "v", 30)


@pytest.mark.property
def test_hundreds_who_may_control_the_vendor_are_judged() -> None:
    assert investors(400).screen("client", "v", "rival").outcome is Outcome.BLOCKED


@pytest.mark.property
def test_a_side_over_the_limit_is_refused_by_name_and_not_judged() -> None:
    answer = investors(policy.LARGEST_VENDOR_SIDE).screen("client", "v", "rival")
    assert (answer.outcome, answer.findings) == (Outcome.UNKNOWN, ())
    assert "The side of v has 1001 parties, over the limit of 1000." in answer.problem


def in_a_row(pairs: Iterable[tuple[str, str, Share]]) -> World:
    rows = (world().owns(*pair).facts[0] for pair in pairs)
    return World(tuple(replace(fact, id=str(place)) for place, fact in enumerate(rows)))


@pytest.mark.property
def test_ten_thousand_parties_one_above_the_other_are_refused_by_name() -> None:
    deep = in_a_row((f"p{place}", f"p{place + 1}", 60) for place in range(10_000))
    answer = deep.screen("client", "p10000", "p0")
    assert answer.outcome is Outcome.UNKNOWN
    assert "over the limit" in answer.problem


@pytest.mark.property
def test_a_chain_of_two_hundred_is_judged() -> None:
    deep = in_a_row((f"p{place}", f"p{place + 1}", 60) for place in range(200))
    answer = deep.screen("client", "p200", "p0")
    assert (answer.outcome, answer.problem) == (Outcome.BLOCKED, "")


@pytest.mark.property
def test_a_hub_with_a_hundred_thousand_holdings_is_judged() -> None:
    hub = in_a_row(("fund", f"p{number}", 7) for number in range(100_000)).owns("rival", "p5", 30)
    assert hub.screen("client", "p5", "rival").outcome is Outcome.BLOCKED


@pytest.mark.property
def test_five_thousand_parties_in_one_ring_of_bands_are_refused_by_name() -> None:
    ring = in_a_row((f"p{number}", f"p{(number + 1) % 5_000}", band(50, 75)) for number in range(5_000))
    answer = ring.owns("rival", "p7", 3).screen("client", "p0", "rival")
    assert answer.outcome is Outcome.UNKNOWN
    assert "over the limit" in answer.problem


@pytest.mark.property
@pytest.mark.parametrize("size", [40, pytest.param(200, marks=pytest.mark.soak)])
def test_a_complete_ring_is_judged(size: int) -> None:
    pairs = ((f"p{up}", f"p{down}", 80 / size) for up in range(size) for down in range(size) if up != down)
    assert in_a_row(pairs).owns("rival", "p0", 10).screen("client", "p0", "rival").outcome is Outcome.REVIEW
