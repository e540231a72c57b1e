"""Contradiction: shares that do not meet (2.2c), rows set aside (2.2d), lows past 100 (2.7)."""

from __future__ import annotations

import pytest

from conflicts.engine.facts import Standing
from tests.engine.facts_builder import pct, the, told, world

REGISTER, DECLARED = Standing.REGISTER, Standing.DECLARED


def test_equal_sources_that_do_not_meet_are_for_review() -> None:
    torn = world().owns("meta", "v", 1).owns("meta", "v", 4)
    finding = the(torn.screen("google", "v", "meta"), "contradiction")
    assert (finding.severity, finding.low, finding.high, len(finding.path)) == ("review", pct(1), pct(4), 2)


def test_the_hull_is_judged_too() -> None:
    torn = world().owns("meta", "v", 1).owns("meta", "v", 49)
    assert told(torn.screen("google", "v", "meta")) == ["review economic_line", "review contradiction"]


def test_sources_that_meet_are_no_contradiction() -> None:
    assert told(world().owns("meta", "v", 3.5).owns("meta", "v", 4).screen("google", "v", "meta")) == []


def test_a_contradiction_among_strangers_is_nothing() -> None:
    assert told(world().owns("accel", "v", 1).owns("accel", "v", 20).screen("google", "v", "meta")) == []


def test_a_contradiction_of_a_competitor_elsewhere_is_nothing() -> None:
    assert told(world().owns("meta", "other", 1).owns("meta", "other", 4).screen("google", "v", "meta")) == []


def test_a_contradiction_above_the_competitor_counts_where_the_vendor_holds() -> None:
    torn = world().owns("v", "rival", 1).owns("v", "rival", 4)
    assert told(torn.screen("q", "v", "rival")) == ["review contradiction"]


def test_a_row_set_aside_that_is_severer_makes_a_contradiction() -> None:
    better = world().owns("meta", "v", 1, by=REGISTER).owns("meta", "v", 49)
    finding = the(better.screen("google", "v", "meta"), "contradiction")
    assert (finding.severity, finding.low, len(finding.path)) == ("review", pct(49), 2)


def test_a_lower_standing_never_blocks() -> None:
    better = world().owns("meta", "v", 1, by=REGISTER).owns("meta", "v", 49)
    assert better.screen("google", "v", "meta").outcome == "review"


def test_a_lower_standing_never_improves() -> None:
    better = world().owns("meta", "v", 49, by=REGISTER).owns("meta", "v", 1)
    assert told(better.screen("google", "v", "meta")) == ["block economic_line"]


def test_a_row_set_aside_that_changes_nothing_is_not_told() -> None:
    better = world().owns("meta", "v", 1, by=REGISTER).owns("meta", "v", 2)
    assert told(better.screen("google", "v", "meta")) == []


def test_an_older_statement_that_is_severer_makes_a_contradiction() -> None:
    newer = world().owns("meta", "v", 49, said="2024-01-01").owns("meta", "v", 1, said="2025-01-01")
    assert told(newer.screen("google", "v", "meta")) == ["review contradiction"]


def test_a_declaration_of_less_that_was_held_back_changes_nothing() -> None:
    less = world().owns("meta", "v", 49, since="2020").owns("meta", "v", 1, since="2025", by=DECLARED)
    assert told(less.screen("google", "v", "meta")) == ["block economic_line"]


def test_a_declaration_held_back_for_its_high_can_worsen_to_review() -> None:
    wider = world().owns("meta", "v", 4, since="2020", by=REGISTER)
    wider = wider.says("meta", "shareholding", "v", None, since="2020", by=DECLARED)
    assert told(wider.screen("google", "v", "meta")) == ["review contradiction"]


def test_votes_set_aside_count_too() -> None:
    better = world().votes("meta", "v", 0, by=REGISTER).votes("meta", "v", 20)
    assert told(better.screen("google", "v", "meta")) == ["review contradiction", "note voting_line"]


def test_a_row_set_aside_that_would_put_another_on_the_competitors_side_counts() -> None:
    better = world().owns("meta", "lab", 1, by=REGISTER).owns("meta", "lab", 60)
    assert told(better.sits("lab", "v").screen("google", "v", "meta")) == ["review contradiction"]
    assert told(better.buys("lab", "v", 40).screen("google", "v", "meta")) == ["review contradiction"]


def test_a_row_set_aside_that_would_put_another_above_the_vendor_counts() -> None:
    better = world().owns("lab", "v", 1, by=REGISTER).owns("lab", "v", 60).sits("meta", "lab")
    assert told(better.screen("google", "v", "meta")) == ["review contradiction"]


@pytest.mark.parametrize("share", [60, 4])
def test_lows_past_100_are_a_contradiction_where_a_side_holds(share: float) -> None:
    answer = world().owns("meta", "v", share).owns("b", "v", 60).owns("c", "v", 60).screen("google", "v", "meta")
    economic, voting = [finding for finding in answer.findings if finding.rule == "contradiction"]
    assert (economic.severity, economic.axis, economic.low) == ("review", "economic", pct(120 + share))
    assert (voting.severity, voting.axis) == ("review", "voting")


def test_lows_past_100_among_strangers_are_nothing() -> None:
    faulted = world().owns("b", "v", 40).owns("c", "v", 40).owns("d", "v", 40)
    assert told(faulted.screen("google", "v", "meta")) == []


def test_a_fault_that_supports_a_block_blocks() -> None:
    answer = world().owns("meta", "v", 30).owns("b", "v", 60).owns("c", "v", 60).screen("google", "v", "meta")
    assert answer.outcome == "blocked"


def test_a_weaker_row_without_an_end_makes_nobody_elses_part_smaller() -> None:
    ended = world().owns("h", "v", 100, since="2020", until="2024-02", by=REGISTER).owns("meta", "v")
    still = ended.owns("h", "v", 100, since="2020", by=DECLARED)
    assert ended.screen("google", "v", "meta").outcome == still.screen("google", "v", "meta").outcome == "review"


def test_a_weaker_row_without_an_end_is_for_review_where_it_would_block() -> None:
    ended = world().owns("meta", "v", 49, since="2020", until="2024-02", by=REGISTER)
    assert ended.screen("google", "v", "meta").outcome == "clear"
    still = ended.owns("meta", "v", 49, since="2020")
    assert told(still.screen("google", "v", "meta")) == ["review contradiction"]
