"""Integrated ownership of a set, low and high, on chains, rings and depths (SEMANTICS 3)."""

from __future__ import annotations

from fractions import Fraction

import pytest

from conflicts.engine.bounds import PERCENT, WHOLE
from conflicts.engine.ownership import high_reaches, integrated_ownership, low_reaches
from conflicts.engine.policy import LARGEST_RING
from conflicts.engine.reachability import Reachability
from conflicts.engine.walks import Edge, EngineRefusalError, Ways
from tests.engine.facts_builder import World, band, over, pct, under, world

Percents = tuple[Fraction, Fraction]


def owned(told: World, owners: str, subject: str = "v", *, stop: str = "") -> Percents:
    """Low and high in percent."""
    found = integrated_ownership(told.on(), frozenset(owners.split()), subject, stop=frozenset(stop.split()))
    return found.low / PERCENT, found.high / PERCENT


def reaches(told: World, line: float) -> bool:
    return high_reaches(told.on(), frozenset({"a"}), "v", line=pct(line), stop=frozenset()).yes


def both(number: Fraction | int) -> Percents:
    return Fraction(number), Fraction(number)


def between(low: int, high: int) -> Percents:
    return Fraction(low), Fraction(high)


def test_a_party_owns_all_of_itself() -> None:
    assert owned(world(), "v") == both(100)


def test_a_stranger_owns_nothing() -> None:
    assert owned(world().owns("a", "v", 60), "z") == both(0)


def test_shares_multiply_down_a_chain() -> None:
    assert owned(world().owns("a", "b", 50).owns("b", "v", 30), "a") == both(15)


def test_two_chains_add() -> None:
    told = world().owns("a", "b", 50).owns("b", "v", 30).owns("a", "c", 20).owns("c", "v", 50)
    assert owned(told, "a") == both(25)


def test_a_group_is_asked_as_a_set_and_nothing_is_counted_twice() -> None:
    told = world().owns("a", "b", 60).owns("b", "v", 30).owns("a", "v", 10)
    assert owned(told, "a b") == both(40)
    assert owned(told, "a") == both(28)


def test_the_walk_stops_where_nobody_is_known() -> None:
    assert owned(world().owns("b", "v", 30), "a b") == both(30)


def test_in_a_ring_the_walk_comes_round_again() -> None:
    ring = world().owns("a", "v", 50).owns("b", "v", 50).owns("v", "b", 50)
    assert owned(ring, "a") == both(Fraction(200, 3))


def test_self_held_shares_send_the_walk_round() -> None:
    assert owned(world().owns("v", "v", 20).owns("a", "v", 40), "a") == both(50)


def test_a_closed_ring_of_everything_leaves_nothing_for_others() -> None:
    closed = world().owns("x", "v", 100).owns("v", "x", 100)
    assert owned(closed, "a") == both(0)
    assert owned(closed, "x") == both(100)


def test_a_closed_ring_beside_an_owner_of_nothing_proved() -> None:
    ring = world().owns("x", "v", 100).owns("v", "x", band(0, 100)).owns("a", "x", band(0, 100))
    assert owned(ring, "a") == between(0, 100)


def test_the_sticking_ring() -> None:
    told = world().owns("b", "v", band(0, 100)).owns("c", "v", band(0, 100))
    told = told.owns("v", "b", 100).owns("a", "c", 50).owns("z", "c", 50)
    assert owned(told, "a") == between(0, 50)


def test_high_takes_the_best_assignment_within_100() -> None:
    told = world().owns("b", "v", band(0, 80)).owns("c", "v", band(0, 80)).owns("a", "b", 50).owns("a", "c", 10)
    assert owned(told, "a") == between(0, 42)


def test_lows_of_others_are_kept_in_the_high() -> None:
    assert owned(world().owns("a", "v").owns("b", "v", 60), "a") == between(0, 40)


def test_a_group_of_unstated_shares_never_passes_what_is_left() -> None:
    assert owned(world().owns("a", "v").owns("b", "v").owns("c", "v", 60), "a b") == between(0, 40)


def test_a_walk_stops_at_the_clients_side() -> None:
    told = world().owns("a", "client", 50).owns("client", "v", 60).owns("a", "v", 10)
    assert owned(told, "a", stop="client") == both(10)
    assert owned(told, "a") == both(40)


def test_a_walk_that_starts_at_the_clients_side_still_starts() -> None:
    assert owned(world().owns("a", "v", 30), "a", stop="v") == both(30)


def test_an_owner_at_the_clients_side_is_still_met() -> None:
    assert owned(world().owns("a", "v", 30), "a", stop="a") == both(30)


def test_open_ends_reach_only_what_lies_below_them() -> None:
    assert not reaches(world().owns("a", "v", under(25)), 25)
    assert reaches(world().owns("a", "v", under(25)), 24.999999)
    assert reaches(world().owns("a", "v", band(0, 25)), 25)


def test_an_open_low_of_another_opens_the_high() -> None:
    beside_a_majority = world().owns("b", "v", over(50)).owns("a", "v")
    assert not reaches(beside_a_majority, 50)
    assert reaches(beside_a_majority, 49.999999)


def test_an_open_end_high_up_a_chain_counts_too() -> None:
    assert not reaches(world().owns("a", "b", under(50)).owns("b", "v", 50), 25)
    assert reaches(world().owns("a", "b", band(0, 50)).owns("b", "v", 50), 25)


def chain(length: int, share: float) -> World:
    """Tell p0 > p1 > ... , one share all the way down."""
    return World(tuple(world().owns(f"p{i}", f"p{i + 1}", share).facts[0] for i in range(length)))


@pytest.mark.property
def test_a_chain_deeper_than_any_stack_is_answered() -> None:
    assert owned(chain(1_200, 100), "p0", "p1200") == both(100)


@pytest.mark.property
def test_ten_thousand_steps_up_are_walked_without_recursion() -> None:
    def above(state: str) -> Ways:
        return ((Edge(str(int(state) + 1), WHOLE, WHOLE),),)

    assert Reachability(above, frozenset({"10000"})).exact("0") == 1


def test_a_deep_chain_of_parts_is_enclosed() -> None:
    low, high = owned(chain(500, 50), "p0", "p500")
    assert low <= 100 * Fraction(1, 2) ** 500 <= high
    assert high - low < Fraction(1, 10**12)


def ring(size: int) -> World:
    closing = world().owns(f"p{size - 1}", "p0", 50).owns("a", "p0", 50)
    return World((*chain(size - 1, 50).facts, *closing.facts))


def test_a_ring_past_the_limit_is_refused_where_fractions_are_asked_for() -> None:
    def above(state: str) -> Ways:
        return ((Edge(str((int(state) + 1) % (LARGEST_RING + 1)), 1, 1), Edge("a", 1, 1)),)

    with pytest.raises(EngineRefusalError, match="is over the limit of 2000"):
        Reachability(above, frozenset("a")).exact("0")


@pytest.mark.property
def test_a_ring_past_the_limit_is_enclosed_all_the_same() -> None:
    low, high = owned(ring(LARGEST_RING + 1), "a", "p0")
    assert low <= 50 <= high
    assert high - low < Fraction(1, 10**9)


@pytest.mark.property
def test_on_a_line_past_the_limit_the_severer_side_is_taken_and_said() -> None:
    closing = world().owns(f"p{LARGEST_RING}", "p0", 50).owns("a", "p0", 25)
    there = World((*chain(LARGEST_RING, 100).facts, *closing.facts)).on()
    found = low_reaches(there, frozenset("a"), "p0", line=pct(50), stop=frozenset())
    assert (found.yes, found.refined) == (True, False)


def test_no_value_passes_the_whole() -> None:
    told = world().owns("a", "b", 100).owns("b", "a", 100).owns("b", "v", 100).owns("a", "v", band(0, 100))
    assert integrated_ownership(told.on(), frozenset({"a"}), "v").high == WHOLE
