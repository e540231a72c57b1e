"""Which facts count, and stakes by axis: tightened, and with lows past 100 (SEMANTICS 1.5, 2.1, 2.6, 2.7)."""

from __future__ import annotations

import pytest

from conflicts.engine.bounds import Bounds
from conflicts.engine.facts import INTEREST_TYPES, Axis, Certainty
from conflicts.engine.ownership import integrated_ownership
from conflicts.engine.snapshot import Group, HoldingKey, Snapshot
from tests.engine.facts_builder import DAY, band, over, pct, told, under, world

ANNOUNCED, RUMOURED = Certainty.ANNOUNCED, Certainty.RUMOURED


def shares(snap: Snapshot, subject: str = "v") -> dict[str, Bounds]:
    return {holder: stake.bounds for holder, stake in snap.economic.get(subject, {}).items()}


@pytest.mark.parametrize("certainty", [ANNOUNCED, RUMOURED])
def test_what_is_not_stated_as_done_makes_no_stake(certainty: Certainty) -> None:
    assert shares(world().owns("meta", "v", 49, certainty=certainty).on()) == {}


@pytest.mark.parametrize("certainty", [ANNOUNCED, RUMOURED])
def test_what_is_not_stated_as_done_replaces_nothing(certainty: Certainty) -> None:
    sale = world().owns("meta", "v", 49, since="2020").owns("meta", "v", 0, since="2025", certainty=certainty)
    assert shares(sale.on()) == {"meta": band(49, 49)}


def test_a_post_that_is_announced_is_no_post() -> None:
    assert world().people("wang").manages("wang", "meta", certainty=ANNOUNCED).on().ties_into.into("meta") == ()


def test_a_fact_that_starts_after_the_as_known_day_is_an_announcement() -> None:
    deal = world().owns("meta", "v", 49, since="2025-06-12")
    assert shares(deal.on("2025-06-12", known="2025-06-11")) == {}
    assert shares(deal.on("2025-06-12", known="2025-06-12")) == {"meta": band(49, 49)}


def test_a_fact_whose_partial_start_has_not_passed_the_as_known_day_may_have_begun() -> None:
    assert shares(world().owns("meta", "v", 49, since="2025-06").on("2025-06-12")) == {"meta": band(0, 49)}


def test_hindsight_is_not_in_force_yet() -> None:
    deal = world().owns("meta", "v", since="2024-05-21").owns("meta", "v", 49, since="2025-06-12")
    assert shares(deal.on("2025-06-11", known="2025-06-13")) == {"meta": band(0, 100)}


def test_every_code_speaks_on_one_axis() -> None:
    by_axis = {axis: sum(code == axis for code in INTEREST_TYPES.values()) for axis in Axis}
    assert by_axis == {
        Axis.ECONOMIC: 3,
        Axis.VOTING: 1,
        Axis.CONTROL: 4,
        Axis.BOARD: 3,
        Axis.PERSONNEL: 1,
        Axis.COMMERCIAL: 1,
        Axis.OPTION: 1,
        Axis.NOTE: 10,
    }


@pytest.mark.parametrize("code", [code for code, axis in INTEREST_TYPES.items() if axis is Axis.NOTE])
def test_trusts_and_nominees_make_no_stake(code: str) -> None:
    snap = world().says("r", code, "v", 100).on()
    assert not snap.economic
    assert not snap.voting
    assert not snap.control


@pytest.mark.parametrize("code", [code for code, axis in INTEREST_TYPES.items() if axis is Axis.ECONOMIC])
def test_economic_codes_make_economic_stakes(code: str) -> None:
    assert shares(world().says("r", code, "v", 30).on()) == {"r": band(30, 30)}


def test_votes_make_no_economic_stake() -> None:
    assert shares(world().votes("r", "v", 60).on()) == {}


def test_an_economic_share_without_votes_is_still_economic() -> None:
    assert shares(world().owns("meta", "v", 49).votes("meta", "v", 0).on()) == {"meta": band(49, 49)}


@pytest.mark.parametrize("share", [None, 50, band(0, 50)])
def test_the_right_to_appoint_half_of_a_board_or_less_is_no_control(share: float | Bounds | None) -> None:
    assert not world().appoints("r", "v", share).on().control


def test_the_right_to_appoint_most_of_a_board_is_control() -> None:
    assert world().appoints("r", "v", over(50)).on().control


def test_a_high_is_tightened_by_what_the_others_have_at_least() -> None:
    snap = world().owns("a", "v", 49).owns("b", "v").owns("c", "v", band(10, 60)).on()
    assert shares(snap) == {"a": band(49, 49), "b": band(0, 41), "c": band(10, 51)}


def test_beside_a_majority_less_than_half_is_left() -> None:
    assert shares(world().owns("a", "v", over(50)).owns("b", "v").on())["b"] == under(50)


def test_self_held_shares_take_their_part() -> None:
    assert shares(world().owns("v", "v", 60).owns("b", "v").on())["b"] == band(0, 40)


def test_a_holding_that_may_be_over_tightens_nobody() -> None:
    assert shares(world().owns("a", "v", 49, until="2025-06").owns("b", "v").on())["b"] == band(0, 100)


def test_stakes_remember_what_was_stated() -> None:
    stake = world().owns("a", "v", 49).owns("b", "v").on().economic["v"]["b"]
    assert (stake.stated, stake.unstated) == (band(0, 100), True)


def test_lows_past_100_count_as_nothing_proved() -> None:
    snap = world().owns("a", "v", 60).owns("b", "v", 60).on()
    assert snap.faulted(Axis.ECONOMIC, "v")
    assert shares(snap) == {"a": band(0, 60), "b": band(0, 60)}


def test_a_fault_on_one_axis_or_subject_is_none_on_another() -> None:
    snap = world().owns("a", "v", 60).owns("b", "v", 60).votes("a", "v", 10).votes("b", "v", 10).owns("a", "w", 60).on()
    assert not snap.faulted(Axis.VOTING, "v")
    assert not snap.faulted(Axis.ECONOMIC, "w")


def test_exactly_100_is_no_fault() -> None:
    assert not world().owns("a", "v", 60).owns("b", "v", 40).on().faulted(Axis.ECONOMIC, "v")


def test_exactly_100_of_which_a_part_is_more_than_it_says_is_a_fault() -> None:
    assert world().owns("a", "v", over(50)).owns("b", "v", 50).on().faulted(Axis.ECONOMIC, "v")


def test_a_fault_never_lowers_a_severity() -> None:
    alone = world().owns("rival", "v", 30)
    faulted = alone.owns("b", "v", 60).owns("c", "v", 60)
    assert "block economic_line" in told(alone.screen("q", "v", "rival"))
    assert "block economic_line" in told(faulted.screen("q", "v", "rival"))


def test_a_fault_of_votes_never_lowers_a_severity() -> None:
    faulted = world().votes("rival", "v", 60).votes("b", "v", 60)
    assert "block same_party" in told(faulted.screen("q", "v", "rival"))


def test_a_fault_supports_no_majority_that_nobody_stated() -> None:
    answer = world().votes("rival", "v", 50).votes("b", "v", 60).screen("q", "v", "rival")
    assert told(answer) == ["block voting_line", "review contradiction"]


def test_the_stated_lows_support_no_more_than_100_together() -> None:
    supported = world().owns("a", "v", 70).owns("b", "v", 70).on().with_supported_lows()
    assert integrated_ownership(supported, frozenset({"a"}), "v").low == pct(70)
    assert integrated_ownership(supported, frozenset({"a", "b"}), "v").low == pct(100)


def test_zeroed_holdings_leave_room_for_others() -> None:
    snap = world().owns("a", "v", 60).owns("b", "v").on()
    without = snap.zeroed(frozenset({HoldingKey(Group.ECONOMIC, "a", "v")}))
    assert shares(without) == {"b": band(0, 100)}
    assert shares(snap)["b"] == band(0, 40)


def test_a_snapshot_is_of_its_day() -> None:
    assert world().on(DAY).day.isoformat() == DAY


def key(holder: str) -> HoldingKey:
    return HoldingKey(Group.ECONOMIC, holder, "v")


def test_what_is_zeroed_stays_so_when_facts_are_laid_over() -> None:
    zeroed = world().owns("a", "v", 30).on().zeroed(frozenset({key("a")}))
    laid = zeroed.with_facts(world().owns("b", "v", 10).facts)
    assert shares(laid) == {"b": band(10, 10)}
    assert shares(laid.zeroed(frozenset({key("b")}))) == {}
    assert shares(laid.with_facts((), [world().owns("b", "v", 10).facts[0].id])) == shares(zeroed)


def test_a_holding_that_was_put_in_its_slot_stands_when_facts_are_laid_over() -> None:
    there = world().owns("a", "v", 30).on()
    (_, other), *_ = world().owns("a", "v", 40).on().holdings_in(["v"])
    assert shares(there.with_holdings([(key("a"), other)]).with_facts(world().owns("b", "v", 10).facts)) == {
        "a": band(40, 40),
        "b": band(10, 10),
    }


def test_holders_are_listed_whether_they_have_stakes_or_ties_only() -> None:
    assert set(world().owns("a", "v", 30).controls("b", "v").on().holds) == {"a", "b"}


def test_every_way_up_ends_at_a_party_that_is_closed() -> None:
    there = world().owns("a", "v", 30).sits("b", "v").owns("c", "a", 60).on()
    closed = there.closed_at(frozenset({"v"}))
    assert shares(closed) == {}
    assert closed.ties_into.into("v") == ()
    assert shares(closed, "a") == {"c": band(60, 60)}


def test_a_party_that_is_only_promised_to_somebody_can_be_closed_too() -> None:
    promised = world().owns("meta", "v", 49, certainty=ANNOUNCED).on()
    assert promised.closed_at(frozenset({"v"})).pending == ()


def test_to_close_parties_in_which_nothing_is_held_makes_no_other_snapshot() -> None:
    there = world().owns("a", "v", 30).on()
    assert there.closed_at(frozenset({"a", "nobody"})) is there
