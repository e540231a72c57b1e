"""A joint holding is one stake of a set (SEMANTICS 2.3)."""

from __future__ import annotations

from fractions import Fraction

from conflicts.engine.bounds import PERCENT
from conflicts.engine.control import controlled_by, controllers_of
from conflicts.engine.facts import Directness, joint_holder
from conflicts.engine.ownership import integrated_ownership
from conflicts.engine.snapshot import Snapshot
from tests.engine.facts_builder import band, over, pct, route, the, told, world


def owned(there: Snapshot, *owners: str, subject: str = "v") -> tuple[Fraction | int, Fraction | int]:
    found = integrated_ownership(there, frozenset(owners), subject)
    return found.low / PERCENT, found.high / PERCENT


def test_it_goes_by_the_names_of_its_members_in_one_order() -> None:
    assert joint_holder(["b", "a"]) == joint_holder(["a", "b"]) == "a & b"


def test_it_is_one_stake_and_never_one_for_each_member() -> None:
    there = world().owns("a & b", "v", 40).owns("c", "v").on()
    assert {holder: stake.bounds for holder, stake in there.economic["v"].items()} == {
        "a & b": band(40, 40),
        "c": band(0, 60),
    }


def test_it_is_inside_a_set_that_has_all_its_members() -> None:
    assert owned(world().owns("a & b", "v", 40).on(), "a", "b") == (40, 40)


def test_of_a_member_it_may_be_anything_up_to_the_whole() -> None:
    assert owned(world().owns("a & b", "v", 40).on(), "a") == (0, 40)


def test_a_walk_goes_on_from_a_member() -> None:
    there = world().owns("a & b", "v", 40).owns("s", "a", 50).on()
    assert owned(there, "s") == (0, 20)
    assert owned(there, "s", "b") == (0, 40)


def test_each_member_controls_by_a_joint_majority() -> None:
    there = world().owns("a & b", "v", over(50)).on()
    assert controllers_of(there, "v", may=False) == {"a", "b"}


def test_a_joint_half_controls_by_nobody() -> None:
    assert controllers_of(world().owns("a & b", "v", 50).on(), "v", may=False) == frozenset()


def test_below_the_line_it_counts_for_who_controls_all_members() -> None:
    there = world().owns("s", "a", 60).owns("s", "b", 60).owns("a & b", "v", 30).owns("s", "v", 25).on()
    assert "v" in controlled_by(there, "s", may=False)
    without_b = world().owns("s", "a", 60).owns("a & b", "v", 30).owns("s", "v", 25).on()
    assert "v" not in controlled_by(without_b, "s", may=False)
    assert "v" in controlled_by(without_b, "s", may=True)


def test_a_control_fact_held_jointly_is_one_of_each() -> None:
    assert controllers_of(world().controls("a & b", "v").on(), "v", may=False) == {"a", "b"}


def test_a_rival_that_holds_with_a_stranger_may_hold_it_all() -> None:
    answer = world().owns("rival & stranger", "v", 30).screen("client", "v", "rival")
    assert answer.outcome == "review"
    finding = the(answer, "economic_line")
    assert (finding.must, finding.holder, finding.low, finding.high) == (False, "rival", 0, pct(30))
    assert route(finding) == ["rival & stranger>v"]


def test_a_rival_that_holds_with_its_own_parent_holds_it_surely() -> None:
    answer = world().owns("parent", "rival", 60).owns("parent & rival", "v", 30).screen("client", "v", "rival")
    assert told(answer)[0] == "block economic_line"


def test_who_hold_jointly_are_one_holder_whose_own_longer_path_makes_an_assertion() -> None:
    alone = world().owns("a", "m", 100).owns("m", "v", 20).owns("a & b", "v", 10, how=Directness.UNKNOWN)
    jointly = world().owns("a & b", "m", 100).owns("m", "v", 20).owns("a & b", "v", 10, how=Directness.UNKNOWN)
    assert "a & b" in alone.on().economic["v"]
    assert "a & b" in jointly.on().asserted_economic["v"]


def test_a_joint_part_adds_to_the_longer_path_of_one_of_its_members() -> None:
    rivals = world().owns("meta", "m2", 100).owns("m2", "scale", 20).owns("meta", "m3", 100)
    answer = rivals.owns("meta & m3", "scale", 10, how=Directness.UNKNOWN).screen("g", "scale", "meta")
    assert told(answer) == ["block economic_line"]
