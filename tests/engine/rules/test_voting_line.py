"""Voting line: votes held directly in the vendor's side, 10 and 5; derived votes cross only the 5."""

from __future__ import annotations

import pytest

from tests.engine.facts_builder import Share, band, over, pct, route, the, told, world


@pytest.mark.parametrize(
    ("share", "expected"),
    [(10, "block"), (9.999999, "review"), (5, "review"), (band(10, 30), "block"), (band(5, 30), "review")],
)
def test_stated_votes_are_measured_on_their_low(share: Share, expected: str) -> None:
    finding = the(world().votes("meta", "v", share).screen("google", "v", "meta"), "voting_line")
    assert (finding.severity, finding.must) == (expected, True)


def test_fewer_than_five_votes_are_clear() -> None:
    assert told(world().votes("meta", "v", 4.999999).screen("google", "v", "meta")) == []


@pytest.mark.parametrize(("share", "line"), [(band(1, 10), 10), (band(1, 9), 5)])
def test_a_high_that_reaches_a_line_is_for_review(share: Share, line: float) -> None:
    finding = the(world().votes("meta", "v", share).screen("google", "v", "meta"), "voting_line")
    assert (finding.severity, finding.must, finding.line) == ("review", False, pct(line))


def test_an_open_end_of_others_takes_nothing_from_a_closed_one() -> None:
    beside = world().votes("founder", "v", over(50)).votes("meta", "v", band(1, 10))
    assert the(beside.screen("google", "v", "meta"), "voting_line").line == pct(10)


def test_votes_below_what_others_have_more_than_never_reach_it() -> None:
    beside = world().votes("founder", "v", over(90)).votes("meta", "v", band(1, 20))
    assert the(beside.screen("google", "v", "meta"), "voting_line").line == pct(5)


def test_votes_derived_from_shares_never_block() -> None:
    answer = world().owns("meta", "v", 20).screen("google", "v", "meta")
    assert told(answer) == ["review economic_line"]
    assert the(answer, "economic_line").also == ("voting_line 5",)


def test_derived_votes_top_up_stated_ones_for_review_only() -> None:
    group = world().controls("meta", "lab").votes("meta", "v", 4).owns("lab", "v", 4)
    assert told(group.screen("google", "v", "meta"))[0] == "review voting_line"


def test_votes_of_the_side_add() -> None:
    group = world().controls("meta", "lab").votes("meta", "v", 6).votes("lab", "v", 6)
    finding = the(group.screen("google", "v", "meta"), "voting_line")
    assert (finding.severity, finding.low) == ("block", pct(12))


def test_votes_through_a_minority_holding_are_not_asked() -> None:
    chained = world().owns("meta", "fund", 4).votes("fund", "v", 40)
    assert told(chained.screen("google", "v", "meta")) == []


def test_votes_in_what_controls_the_vendor_count() -> None:
    parent = world().votes("meta", "scale", 20).controls("scale", "outlier")
    finding = the(parent.screen("google", "outlier", "meta"), "voting_line")
    assert (finding.severity, route(finding)) == ("block", ["meta>scale", "scale>outlier"])


def test_a_stated_zero_is_told_as_a_note() -> None:
    finding = the(world().votes("meta", "v", 0).screen("google", "v", "meta"), "voting_line")
    assert (finding.severity, finding.must, finding.low, finding.high) == ("note", True, 0, 0)


def test_a_zero_that_nobody_stated_is_not_told() -> None:
    assert told(world().owns("meta", "v", 0).screen("google", "v", "meta")) == []


def test_a_strangers_zero_is_not_told() -> None:
    assert told(world().votes("fund", "v", 0).screen("google", "v", "meta")) == []


def test_a_further_line_that_may_be_crossed_is_listed_with_the_one_that_is() -> None:
    finding = the(world().votes("meta", "v", band(6, 12)).screen("google", "v", "meta"), "voting_line")
    assert (finding.must, finding.line, finding.also) == (True, pct(5), ("may cross voting_line 10",))


def test_votes_derived_from_shares_never_reach_the_further_line() -> None:
    finding = the(world().owns("meta", "v", band(6, 12)).screen("google", "v", "meta"), "economic_line")
    assert finding.also == ("voting_line 5",)
