"""Aggregate: several competitors together cross a line that none crosses alone."""

from __future__ import annotations

import pytest

from tests.engine.facts_builder import World, band, pct, the, told, world

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
