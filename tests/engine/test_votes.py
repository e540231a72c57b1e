"""Votes, stated and derived from shares (SEMANTICS 2.4), and self-held shares (2.3)."""

from __future__ import annotations

from conflicts.engine.bounds import Bounds
from conflicts.engine.control import controlled_by
from tests.engine.facts_builder import World, band, over, under, world


def votes(told: World, subject: str = "v") -> dict[str, Bounds]:
    return {holder: stake.bounds for holder, stake in told.on().voting[subject].items()}


def test_where_no_votes_are_stated_shares_count_as_votes() -> None:
    snap = world().owns("a", "v", 60).on()
    assert snap.voting["v"]["a"].bounds == band(60, 60)
    assert snap.voting["v"]["a"].derived


def test_stated_votes_count_instead_of_the_shares() -> None:
    assert votes(world().owns("zuck", "meta", 13).votes("zuck", "meta", over(50)), "meta")["zuck"] == over(50)


def test_income_rights_are_no_votes() -> None:
    assert "v" not in world().says("a", "rightsToProfitOrIncome", "v", 60).on().voting


def test_a_row_of_votes_without_a_number_lets_shares_count_and_is_a_part_of_unknown_size() -> None:
    assert votes(world().owns("a", "v", 60).votes("b", "v")) == {"a": band(60, 60), "b": band(0, 40)}
    assert votes(world().owns("a", "v", 60).votes("a", "v")) == {"a": band(60, 100)}


def test_beside_a_super_voting_class_shares_give_up_to_ten_votes_each() -> None:
    told = world().owns("zuck", "meta", 13).votes("zuck", "meta", 60).owns("fund", "meta", 3)
    assert votes(told, "meta")["fund"] == band(0, 30)


def test_beside_a_super_voting_class_nobody_has_more_than_is_left() -> None:
    told = world().votes("zuck", "meta", 60).owns("fund", "meta", 8).votes("b", "meta", 5)
    assert votes(told, "meta")["fund"] == band(0, 35)


def test_beside_a_majority_of_votes_an_index_fund_has_less_than_half() -> None:
    told = world().votes("zuck", "meta", over(50)).owns("fund", "meta", 8)
    assert votes(told, "meta")["fund"] == under(50)


def test_index_funds_with_most_shares_do_not_undo_a_founders_control() -> None:
    told = world().owns("zuck", "meta", 13).votes("zuck", "meta", band(55, 60)).owns("funds", "meta", 87)
    assert controlled_by(told.on(), "zuck", may=False) == {"zuck", "meta"}
    assert controlled_by(told.on(), "funds", may=True) == {"funds"}


def test_beside_a_class_without_votes_the_other_shares_weigh_more() -> None:
    told = world().owns("meta", "scale", 50).votes("meta", "scale", 0).owns("b", "scale", 20)
    assert votes(told, "scale") == {"meta": band(0, 0), "b": band(20, 40)}


def test_beside_a_class_without_votes_two_parts_that_are_exactly_half_are_no_majority() -> None:
    told = world().owns("meta", "v", 40).votes("meta", "v", 0).owns("a", "v", 20).owns("b", "v", 10)
    together = world().controls("top", "a").controls("top", "b")
    snap = World((*told.facts, *together.facts)).on()
    assert "v" not in controlled_by(snap, "top", may=True)


def test_beside_a_class_without_votes_a_rival_of_sixty_still_controls() -> None:
    told = world().owns("meta", "scale", 40).votes("meta", "scale", 0).owns("rival", "scale", 60)
    assert controlled_by(told.on(), "rival", may=False) == {"rival", "scale"}


def test_without_votes_means_without_control() -> None:
    told = world().owns("meta", "scale", 60).votes("meta", "scale", 0)
    assert controlled_by(told.on(), "meta", may=True) == {"meta"}


def test_beside_a_voteless_holder_of_unknown_size_shares_keep_their_weight() -> None:
    told = world().owns("meta", "scale").votes("meta", "scale", 0).owns("b", "scale", 30)
    assert votes(told, "scale")["b"] == band(30, 30)


def test_beside_a_voteless_holder_of_everything_any_share_may_be_all_votes() -> None:
    told = world().owns("meta", "scale", 100).votes("meta", "scale", 0).owns("b", "scale", band(0, 5))
    assert votes(told, "scale")["b"] == band(0, 100)


def test_a_zero_beside_stated_votes_is_the_super_voting_case() -> None:
    told = world().votes("a", "v", 60).votes("b", "v", 0).owns("c", "v", 3)
    assert votes(told)["c"] == band(0, 30)


def test_votes_that_may_be_over_are_counted_both_ways() -> None:
    told = world().votes("a", "v", 60, until="2025-06").owns("a", "v", 10).owns("b", "v", 20)
    assert votes(told) == {"a": band(10, 60), "b": band(0, 40)}


def test_self_held_shares_carry_no_votes() -> None:
    told = world().owns("v", "v", 60).owns("a", "v", 30)
    assert votes(told) == {"a": band(30, 30)}
    assert told.on().economic["v"]["v"].bounds == band(60, 60)


def test_votes_are_stated_in_one_subject_only() -> None:
    told = world().votes("zuck", "meta", 60).owns("meta", "v", 30)
    assert votes(told) == {"meta": band(30, 30)}
