"""Aggregate: several competitors together cross a line that none crosses alone."""

from __future__ import annotations

import pytest

from tests.engine.facts_builder import World, band, pct, route, the, told, world

RIVALS = ("one", "two")


def judged(there: World, *rivals: str) -> list[str]:
    return [line for line in told(there.screen("client", "v", *(rivals or RIVALS))) if "aggregate" in line]


def economic(*shares: float) -> World:
    there = world().votes("founder", "v", 100)
    for rival, share in zip(RIVALS, shares, strict=True):
        there = there.owns(rival, "v", share)
    return there


@pytest.mark.parametrize(
    ("shares", "expected"),
    [((3, 3), ["review aggregate"]), ((2, 2.999999), []), ((15, 15), ["block aggregate"]), ((30, 3), [])],
)
def test_shares_of_rivals_add(shares: tuple[float, float], expected: list[str]) -> None:
    assert judged(economic(*shares)) == expected


def test_it_names_all_rivals_and_the_line() -> None:
    finding = the(economic(15, 12).screen("client", "v", *RIVALS), "aggregate")
    assert (finding.competitors, finding.line, finding.low) == (RIVALS, pct(25), pct(27))


def test_a_rival_that_holds_nothing_is_not_named() -> None:
    finding = the(economic(15, 12).screen("client", "v", *RIVALS, "third"), "aggregate")
    assert finding.competitors == RIVALS


def test_stated_votes_of_rivals_add() -> None:
    assert judged(world().votes("one", "v", 6).votes("two", "v", 6)) == ["block aggregate"]


def test_rivals_control_together() -> None:
    there = world().votes("one", "v", 30).votes("two", "v", 30).screen("client", "v", *RIVALS)
    finding = next(f for f in there.findings if f.rule == "aggregate" and f.axis == "control")
    assert (finding.severity, finding.must) == ("block", True)


def test_what_may_add_up_is_for_review() -> None:
    there = world().votes("founder", "v", 100).owns("one", "v", band(1, 3)).owns("two", "v", band(1, 3))
    finding = the(there.screen("client", "v", *RIVALS), "aggregate")
    assert (finding.severity, finding.must) == ("review", False)


def test_a_single_rival_never_adds_up() -> None:
    assert judged(economic(3, 3), "one") == []


def test_chains_of_rivals_add_too() -> None:
    there = world().votes("founder", "v", 100).owns("m", "v", 40).owns("one", "m", 10).owns("two", "m", 10)
    assert judged(there.votes("founder", "m", 100)) == ["review aggregate"]


def test_what_rests_on_a_strangers_unstated_shares_is_a_note() -> None:
    there = world().votes("founder", "v", 100).owns("fund", "v").votes("king", "fund", 100)
    there = there.owns("one", "fund", band(0, 3)).owns("two", "fund", band(0, 3))
    answer = there.screen("client", "v", *RIVALS)
    assert (answer.outcome, the(answer, "aggregate").severity) == ("clear", "note")


def test_what_comes_through_a_stranger_of_whom_rivals_surely_hold_a_part_is_for_review() -> None:
    there = world().votes("founder", "v", 100).owns("fund", "v").votes("king", "fund", 100)
    answer = there.owns("one", "fund", 3).owns("two", "fund", 3).screen("client", "v", *RIVALS)
    assert (answer.outcome, the(answer, "aggregate").severity) == ("review", "review")


def test_a_joint_stake_is_held_by_all_its_rivals_and_by_no_other() -> None:
    finding = the(world().owns("one & two", "v", 30).screen("client", "v", *RIVALS, "third"), "aggregate")
    assert (finding.severity, finding.must, finding.low) == ("block", True, pct(30))
    assert (finding.competitors, route(finding)) == (RIVALS, ["one & two>v"])


def test_rivals_of_two_joint_stakes_are_named_though_none_of_them_is_needed() -> None:
    there = world().votes("founder", "v", 100).owns("one & two", "v", 30).owns("three & four", "v", 30)
    finding = the(there.screen("client", "v", *RIVALS, "three", "four", "fifth"), "aggregate")
    assert finding.competitors == ("four", "one", "three", "two")


def test_votes_of_a_joint_holding_name_its_rivals() -> None:
    finding = the(world().votes("one & two", "v", 12).screen("client", "v", *RIVALS, "third"), "aggregate")
    assert (finding.axis, finding.competitors) == ("voting", RIVALS)


def controlled_through_a_company() -> World:
    """Both rivals together control a company that controls the vendor; none of it would cross but control."""
    return world().votes("one", "mid", 30).votes("two", "mid", 30).votes("mid", "v", 60)


def test_control_through_what_rivals_control_together_is_proved_all_the_way_down() -> None:
    answer = controlled_through_a_company().screen("client", "v", *RIVALS, "third")
    finding = the(answer, "aggregate")
    assert (finding.severity, finding.axis, finding.subject) == ("block", "control", "v")
    assert (finding.competitors, route(finding)) == (RIVALS, ["one>mid", "two>mid", "mid>v"])


def test_joint_control_is_public_only_where_each_step_is() -> None:
    hidden = world().votes("one", "mid", 30).votes("two", "mid", 30, private=True).votes("mid", "v", 60)
    assert the(controlled_through_a_company().screen("client", "v", *RIVALS), "aggregate").public
    assert not the(hidden.screen("client", "v", *RIVALS), "aggregate").public


def test_joint_control_that_only_may_be_has_its_path_too() -> None:
    there = world().votes("one", "mid", 30).votes("two", "mid", 30).votes("mid", "v", band(45, 60))
    finding = the(there.screen("client", "v", *RIVALS), "aggregate")
    assert (finding.must, route(finding)) == (False, ["one>mid", "two>mid", "mid>v"])


def test_one_who_controls_by_a_joint_majority_brings_what_that_company_holds() -> None:
    there = world().votes("one & friend", "mid", 60).votes("mid", "v", 30).votes("two", "v", 25)
    finding = the(there.screen("client", "v", *RIVALS), "aggregate")
    assert (finding.axis, finding.competitors) == ("control", RIVALS)
    assert route(finding) == ["one & friend>mid", "mid>v", "two>v"]


def test_a_fact_of_control_proves_a_step_by_itself() -> None:
    there = world().votes("one", "mid", 30).votes("two", "mid", 30).controls("mid", "low").votes("low", "v", 60)
    finding = the(there.screen("client", "v", *RIVALS), "aggregate")
    assert route(finding) == ["one>mid", "two>mid", "mid>low", "low>v"]


def test_the_same_shares_in_a_parent_and_through_it_are_told_once() -> None:
    there = world().votes("king", "h", 100).owns("h", "v", 100).owns("one", "h", 3).owns("two", "h", 3)
    answer = there.screen("client", "v", *RIVALS)
    assert judged(there) == ["review aggregate"]
    assert route(the(answer, "aggregate")) == ["one>h", "h>v", "two>h"]


@pytest.mark.parametrize("holders", [("one", "two"), ("two", "one")])
def test_shares_and_the_votes_that_they_give_are_told_once(holders: tuple[str, str]) -> None:
    there = world().owns(holders[0], "v", 3).owns(holders[1], "v", 3)
    assert judged(there) == ["review aggregate"]


def test_shares_and_votes_that_are_stated_apart_are_two_findings() -> None:
    there = economic(13, 13).votes("one", "v", 3).votes("two", "v", 3, since="2020")
    assert judged(there) == ["block aggregate", "review aggregate"]


def test_a_line_that_is_crossed_together_stands_beside_what_each_crosses_alone() -> None:
    answer = economic(15, 12).screen("client", "v", *RIVALS)
    assert told(answer) == ["block aggregate", "review economic_line", "review economic_line"]


def test_a_further_line_that_may_be_crossed_together_is_listed() -> None:
    there = world().votes("founder", "v", 100).owns("one", "v", band(3, 15)).owns("two", "v", band(3, 15))
    finding = the(there.screen("client", "v", *RIVALS), "aggregate")
    assert (finding.must, finding.line, finding.also) == (True, pct(5), ("may cross aggregate 25",))
