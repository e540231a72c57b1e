"""Who controls whom, must and may (SEMANTICS 4)."""

from __future__ import annotations

import pytest

from conflicts.engine.control import controlled_by, controllers_of
from conflicts.engine.control_paths import control_path
from tests.engine.facts_builder import World, band, names, over, pct, world


def must(told: World, holder: str = "a") -> str:
    return names(controlled_by(told.on(), holder, may=False))


def may(told: World, holder: str = "a") -> str:
    return names(controlled_by(told.on(), holder, may=True))


def test_everybody_controls_itself() -> None:
    assert must(world()) == "a"


@pytest.mark.parametrize(("share", "controlled"), [(50, "a"), (50.000001, "a v"), (49.999999, "a")])
def test_control_is_strictly_more_than_half(share: float, controlled: str) -> None:
    assert must(world().owns("a", "v", share)) == controlled
    assert may(world().owns("a", "v", share)) == controlled


def test_a_majority_is_more_than_half() -> None:
    assert must(world().owns("a", "v", over(50))) == "a v"
    assert must(world().owns("a", "v", band(50, 100))) == "a"
    assert may(world().owns("a", "v", band(50, 100))) == "a v"


def test_two_parts_of_exactly_a_half_are_a_majority_if_one_end_is_open() -> None:
    held = world().controls("a", "b").owns("a", "v", over(20))
    assert must(held.owns("b", "v", 30)) == "a b v"
    assert must(world().controls("a", "b").owns("a", "v", 20).owns("b", "v", 30)) == "a b"


def test_control_goes_down_through_what_one_controls() -> None:
    assert must(world().owns("a", "b", 60).owns("b", "v", 60)) == "a b v"


def test_votes_held_together_with_what_one_controls_add() -> None:
    told = world().owns("a", "b", 60).owns("b", "v", 30).owns("a", "v", 25)
    assert must(told) == "a b v"
    assert must(told, "b") == "b"


def test_votes_are_never_multiplied_through_companies() -> None:
    assert must(world().owns("a", "b", 40).owns("b", "v", 100)) == "a"


def test_a_control_fact_controls_whatever_the_votes() -> None:
    assert must(world().controls("a", "v").owns("b", "v", 90)) == "a v"


@pytest.mark.parametrize(
    "code", ["otherInfluenceOrControl", "controlViaCompanyRulesOrArticles", "controlByLegalFramework"]
)
def test_each_code_of_control_controls(code: str) -> None:
    assert must(world().says("a", code, "v")) == "a v"


@pytest.mark.parametrize("code", ["rightsGrantedByContract", "seniorManagingOfficial", "boardChair", "nominee"])
def test_other_codes_do_not_control(code: str) -> None:
    assert may(world().says("a", code, "v")) == "a"


def test_a_control_fact_that_may_be_over_only_may_control() -> None:
    told = world().controls("a", "v", until="2025-06")
    assert must(told) == "a"
    assert may(told) == "a v"
    assert controlled_by(told.on("2025-07-01"), "a", may=True) == {"a"}


@pytest.mark.parametrize(
    ("share", "certain", "perhaps"), [(over(50), "a v", "a v"), (band(40, 60), "a", "a v"), (50, "a", "a")]
)
def test_appointing_most_of_the_board_is_control(share: float, certain: str, perhaps: str) -> None:
    told = world().appoints("a", "v", share)
    assert (must(told), may(told)) == (certain, perhaps)


def test_an_unstated_share_only_may_control() -> None:
    told = world().owns("a", "v")
    assert (must(told), may(told)) == ("a", "a v")


def test_a_and_b_beside_a_majority_have_the_rest_together() -> None:
    told = world().controls("top", "a").controls("top", "b").owns("a", "v").owns("b", "v").owns("c", "v", 60)
    assert may(told, "top") == "a b top"


def test_a_and_b_beside_a_minority_may_control_together() -> None:
    told = world().controls("top", "a").controls("top", "b").owns("a", "v", band(0, 30)).owns("b", "v", band(0, 30))
    assert may(told, "top") == "a b top v"
    assert may(told, "a") == "a"


def test_a_closed_ring_controls_itself_for_nobody_else() -> None:
    ring = world().owns("x", "y", 60).owns("y", "x", 60).owns("a", "x", 40)
    assert must(ring) == "a"
    assert may(ring) == "a"


def test_a_ring_that_is_entered_is_controlled_all_round() -> None:
    ring = world().owns("a", "x", 60).owns("x", "y", 60).owns("y", "z", 60).owns("z", "x", 40)
    assert must(ring) == "a x y z"


def test_where_votes_are_stated_economic_shares_control_nothing() -> None:
    told = world().owns("a", "v", 90).votes("b", "v", 60)
    assert must(told) == "a"
    assert must(told, "b") == "b v"


def test_the_line_of_control_is_the_policys() -> None:
    snap = world().owns("a", "v", 40).on()
    assert controlled_by(snap, "a", may=False, line=pct(33)) == {"a", "v"}


def test_controllers_are_found_from_below() -> None:
    snap = world().owns("a", "b", 60).owns("b", "v", 60).owns("c", "v").on()
    assert names(controllers_of(snap, "v", may=False)) == "a b"
    assert names(controllers_of(snap, "v", may=True)) == "a b"
    assert not controllers_of(snap, "a", may=True)


def test_a_path_of_control_is_the_chain_of_its_facts() -> None:
    snap = world().owns("a", "b", 60).controls("b", "v").owns("a", "v", 20).on()
    path = control_path(snap, "a", "v", may=False)
    assert [(fact.holder, fact.subject) for fact in path] == [("a", "v")]
    assert control_path(snap, "v", "a", may=True) == ()


@pytest.mark.property
def test_a_chain_deeper_than_any_stack_is_controlled() -> None:
    links = tuple(world().controls(f"p{i}", f"p{i + 1}").facts[0] for i in range(10_000))
    assert len(controlled_by(World(links).on(), "p0", may=False)) == 10_001


def handed(before: float | None, after: float | None) -> World:
    return world().appoints("a", "v", before, until="2025-06").appoints("a", "v", after, since="2025-06")


def test_of_rights_to_appoint_in_a_handover_the_smaller_is_sure_and_the_larger_possible() -> None:
    assert (must(handed(60, 20)), may(handed(60, 20))) == ("a", "a v")
    assert (must(handed(20, 60)), may(handed(20, 60))) == ("a", "a v")
    assert must(handed(60, 70)) == "a v"
    assert may(handed(30, 20)) == "a"


def test_a_right_of_no_stated_size_in_a_handover_is_no_majority() -> None:
    assert (must(handed(60, None)), may(handed(60, None))) == ("a", "a v")
    assert may(handed(20, None)) == "a"


def test_a_majority_of_the_board_is_handed_over_to_another_control_fact() -> None:
    one = world().appoints("a", "v", 60, until="2025-06").controls("a", "v", since="2025-06")
    assert must(one) == "a v"
    assert must(world().appoints("a", "v", 20, until="2025-06").controls("a", "v", since="2025-06")) == "a"


def test_a_seat_that_becomes_a_right_to_appoint_is_a_seat_all_along() -> None:
    seat = world().sits("meta", "scale", until="2025-06").appoints("meta", "scale", 60, since="2025-06")
    assert [tie.certain for tie in seat.on().ties_into["scale"]] == [True, True]
    assert may(seat, "meta") == "meta scale"
    assert must(seat, "meta") == "meta"


def test_what_may_lie_above_the_vendor_in_a_handover_is_for_review() -> None:
    rows = world().appoints("meta", "h", 60, until="2025-06").appoints("meta", "h", 20, since="2025-06")
    assert rows.owns("h", "scale", 30).screen("g", "scale", "meta").outcome == "review"
