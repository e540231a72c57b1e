"""Unstated holding: a member of one side holds a part of unknown size of a member of the other."""

from __future__ import annotations

import pytest

from conflicts.engine.policy import Policy
from tests.engine.facts_builder import Share, band, over, pct, route, the, told, under, world


@pytest.mark.parametrize("share", [None, band(0, 60), band(0, 5), under(6)])
def test_a_competitors_part_of_unknown_size_is_for_review(share: Share) -> None:
    answer = world().owns("meta", "scale", share).screen("google", "scale", "meta")
    assert (answer.outcome, told(answer)) == ("review", ["review unstated_holding"])


@pytest.mark.parametrize("share", [band(0, 4), under(5), 0])
def test_a_part_that_reaches_no_line_is_nothing(share: Share) -> None:
    assert told(world().owns("meta", "scale", share).screen("google", "scale", "meta")) == []


@pytest.mark.parametrize("share", [band(1, 60), over(0)])
def test_a_part_with_a_positive_low_is_stated(share: Share) -> None:
    answer = world().owns("meta", "scale", share).screen("google", "scale", "meta")
    assert answer.outcome == "review"
    assert "unstated_holding" not in {finding.rule for finding in answer.findings}


def test_the_finding_lists_the_lines_that_it_may_cross() -> None:
    finding = the(world().owns("meta", "scale", band(0, 20)).screen("google", "scale", "meta"), "unstated_holding")
    assert "economic_line 5" in finding.also
    assert "economic_line 25" not in finding.also
    assert (finding.low, finding.high, finding.must) == (0, pct(20), True)


def test_what_the_others_hold_is_no_longer_open() -> None:
    answer = world().owns("meta", "scale").owns("founder", "scale", 96).screen("google", "scale", "meta")
    assert told(answer) == []


def test_unstated_votes_count_too() -> None:
    finding = the(world().votes("meta", "scale", band(0, 9)).screen("google", "scale", "meta"), "unstated_holding")
    assert (finding.axis, finding.also[0]) == ("voting", "voting_line 5")


def test_unstated_votes_are_measured_on_the_voting_line() -> None:
    tight = Policy(voting_review=pct(3))
    votes = world().votes("meta", "scale", band(0, 9)).screen("google", "scale", "meta", policy=tight)
    assert (the(votes, "unstated_holding").axis, the(votes, "unstated_holding").line) == ("voting", pct(3))
    shares = world().owns("meta", "scale", band(0, 9)).screen("google", "scale", "meta", policy=tight)
    assert the(shares, "unstated_holding").line == pct(5)


def test_shares_of_unknown_size_are_told_once_and_not_as_votes_again() -> None:
    answer = world().owns("meta", "scale").screen("google", "scale", "meta")
    assert [finding.axis for finding in answer.findings] == ["economic"]


def test_the_vendors_part_of_a_competitor_counts_the_other_way() -> None:
    finding = the(world().owns("v", "anthropic").screen("openai", "v", "anthropic"), "unstated_holding")
    assert (finding.severity, route(finding)) == ("review", ["v>anthropic"])


def test_what_controls_the_vendor_holds_for_it() -> None:
    turk = world().controls("amazon", "turk").owns("amazon", "anthropic")
    finding = the(turk.screen("openai", "turk", "anthropic"), "unstated_holding")
    assert route(finding) == ["amazon>turk", "amazon>anthropic"]


def test_what_the_vendor_controls_is_on_its_side_too() -> None:
    below = world().controls("v", "sub").owns("sub", "rival")
    assert told(below.screen("q", "v", "rival")) == ["review unstated_holding"]
    above = world().controls("v", "sub").owns("rival", "sub")
    assert told(above.screen("q", "v", "rival")) == ["review unstated_holding"]


def test_a_fund_of_the_competitor_holds_for_it() -> None:
    gradient = world().controls("google", "gradient").owns("gradient", "labelbox")
    finding = the(gradient.screen("openai", "labelbox", "google"), "unstated_holding")
    assert (finding.severity, route(finding)) == ("review", ["google>gradient", "gradient>labelbox"])


def test_the_clients_own_part_is_a_note() -> None:
    gradient = world().controls("google", "gradient").owns("gradient", "labelbox")
    answer = gradient.screen("google", "labelbox", "openai")
    assert (answer.outcome, told(answer)) == ("clear", ["note unstated_holding"])


def test_a_strangers_part_is_nothing() -> None:
    assert told(world().owns("accel", "scale").screen("google", "scale", "meta")) == []


def test_a_part_that_may_be_over_is_not_proved() -> None:
    finding = the(world().owns("meta", "scale", until="2025-06").screen("google", "scale", "meta"), "unstated_holding")
    assert (finding.severity, finding.must) == ("review", False)


def test_a_part_that_ended_is_nothing() -> None:
    assert told(world().owns("meta", "scale", until="2025-06-12").screen("google", "scale", "meta")) == []


@pytest.mark.parametrize("holder", ["meta", "scale"])
def test_a_nominee_across_the_sides_has_no_rule_yet_and_is_told_as_a_note(holder: str) -> None:
    subject = "scale" if holder == "meta" else "meta"
    answer = world().says(holder, "nominee", subject, None).screen("google", "scale", "meta")
    assert (answer.outcome, told(answer)) == ("clear", ["note unstated_holding"])
    assert answer.findings[0].axis == "note"


def test_votes_without_a_number_are_a_part_of_unknown_size() -> None:
    answer = world().votes("meta", "scale").screen("google", "scale", "meta")
    assert (answer.outcome, told(answer)) == ("review", ["review unstated_holding"])
