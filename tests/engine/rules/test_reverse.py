"""Reverse: the vendor's side owns or controls a competitor, by the same lines."""

from __future__ import annotations

import pytest

from tests.engine.facts_builder import Share, band, pct, route, the, told, under, world


@pytest.mark.parametrize(
    ("share", "expected", "must"),
    [(25, "block", True), (24.999999, "review", True), (5, "review", True), (band(1, 25), "review", False)],
)
def test_the_vendors_share_of_a_competitor_is_measured(share: Share, expected: str, must: bool) -> None:
    finding = the(world().owns("v", "rival", share).screen("q", "v", "rival"), "reverse")
    assert (finding.severity, finding.must, finding.axis) == (expected, must, "economic")


@pytest.mark.parametrize("share", [4.999999, under(5), 0])
def test_less_than_five_is_clear(share: Share) -> None:
    assert told(world().owns("v", "rival", share).screen("q", "v", "rival")) == []


def test_stated_votes_in_a_competitor_block_from_ten() -> None:
    finding = the(world().votes("v", "rival", 10).screen("q", "v", "rival"), "reverse")
    assert (finding.severity, finding.axis, finding.line) == ("block", "voting", pct(10))


def test_a_vendor_that_controls_a_competitor_is_the_same_party() -> None:
    assert "block same_party" in told(world().controls("v", "rival").screen("q", "v", "rival"))


def test_what_controls_the_vendor_counts() -> None:
    parent = world().controls("parent", "v").owns("parent", "rival", 30)
    finding = the(parent.screen("q", "v", "rival"), "reverse")
    assert (finding.severity, route(finding)) == ("block", ["parent>v", "parent>rival"])


def test_what_the_vendor_controls_counts() -> None:
    below = world().controls("v", "sub").owns("sub", "rival", 30)
    finding = the(below.screen("q", "v", "rival"), "reverse")
    assert (finding.severity, route(finding)) == ("block", ["v>sub", "sub>rival"])


def test_the_side_is_measured_as_a_set() -> None:
    group = world().controls("parent", "v").owns("parent", "rival", 15).owns("v", "rival", 15)
    assert the(group.screen("q", "v", "rival"), "reverse").low == pct(30)


def test_a_sister_of_the_vendor_is_not_on_its_side() -> None:
    sisters = world().controls("parent", "v").controls("parent", "sister").owns("sister", "rival", 30)
    assert told(sisters.screen("q", "v", "rival")) == []


@pytest.mark.parametrize("share", [30, 10])
def test_through_a_state_body_it_is_a_note(share: float) -> None:
    state = world().states("state").controls("state", "v").owns("state", "rival", share)
    answer = state.screen("q", "v", "rival")
    assert (answer.outcome, told(answer)) == ("clear", ["note reverse"])


def test_what_the_vendor_owns_beside_its_state_still_counts() -> None:
    state = world().states("state").controls("state", "v").owns("state", "rival", 30).owns("v", "rival", 26)
    assert "block reverse" in told(state.screen("q", "v", "rival"))


def test_a_holding_through_the_clients_side_does_not_count() -> None:
    through = world().owns("v", "q", 40).owns("q", "rival", 30)
    assert told(through.screen("q", "v", "rival")) == []


def test_a_state_body_that_the_vendor_controls_is_still_its_competitor() -> None:
    answer = world().states("rival").controls("v", "rival").screen("client", "v", "rival")
    assert (answer.outcome, the(answer, "reverse").axis) == ("blocked", "control")


def test_a_further_line_that_may_be_crossed_is_listed_with_the_one_that_is() -> None:
    there = world().votes("founder", "rival", 100).owns("v", "rival", band(10, 30))
    finding = the(there.screen("q", "v", "rival"), "reverse")
    assert (finding.must, finding.line, finding.also) == (True, pct(5), ("may cross reverse 25",))
