"""How much of a vendor's ownership is known, and how new that is (SEMANTICS 7.5)."""

from __future__ import annotations

import pytest

from conflicts.engine.coverage import coverage_of
from tests.engine.facts_builder import Share, World, band, day, over, under, world


def covered(told: World) -> str:
    return coverage_of(told.on(), "v").coverage.value


def test_nothing_known_is_none() -> None:
    assert covered(world()) == "none"


def test_a_customer_or_a_post_is_no_ownership() -> None:
    assert covered(world().people("p").buys("meta", "v", 30).sits("p", "v").owns("v", "sub", 100)) == "none"


@pytest.mark.parametrize("share", [None, 50, under(60), band(10, 90)])
def test_some_ownership_fact_is_partial(share: Share) -> None:
    assert covered(world().owns("a", "v", share)) == "partial"


def test_known_lows_over_half_are_a_majority_where_nobody_controls() -> None:
    assert covered(world().owns("a", "v", 30).owns("b", "v", 30)) == "majority"
    assert covered(world().owns("a", "v", 30).owns("b", "v", 20)) == "partial"


def test_a_known_parent_with_unknown_owners_is_partial() -> None:
    assert covered(world().owns("parent", "v", 100)) == "partial"
    assert covered(world().controls("parent", "v")) == "partial"


def test_only_the_top_of_a_controlled_vendor_counts() -> None:
    assert covered(world().owns("parent", "v", 60).owns("x", "parent", 30).owns("y", "parent", 30)) == "majority"
    assert covered(world().owns("parent", "v", 60).owns("x", "parent", 30)) == "partial"


def test_a_natural_person_at_the_top_is_a_majority() -> None:
    told = world().people("chen").owns("chen", "holding", 75).controls("holding", "v")
    assert covered(told) == "majority"


def test_a_state_body_at_the_top_is_a_majority() -> None:
    assert covered(world().states("state").controls("state", "holding").controls("holding", "v")) == "majority"


def test_a_state_body_that_only_may_control_is_not_the_top() -> None:
    assert covered(world().states("state").owns("state", "v", band(10, 60))) == "partial"


def test_a_person_with_a_minority_is_not_the_top() -> None:
    assert covered(world().people("chen").owns("chen", "v", 40)) == "partial"


def test_a_majority_with_an_open_end_is_over_half() -> None:
    assert covered(world().owns("p", "v", 60).owns("x", "p", over(20)).owns("y", "p", 30)) == "majority"
    assert covered(world().owns("p", "v", 60).owns("x", "p", 20).owns("y", "p", 30)) == "partial"


def test_votes_cover_too() -> None:
    assert covered(world().votes("a", "v", 30).votes("b", "v", 30)) == "majority"


def test_a_holding_that_may_be_over_covers_nothing_for_sure() -> None:
    assert covered(world().owns("a", "v", 60, until="2025-06")) == "partial"


def test_lows_past_100_prove_no_majority() -> None:
    assert covered(world().owns("a", "v", 40).owns("b", "v", 40).owns("c", "v", 40)) == "partial"


def test_the_newest_source_of_an_ownership_fact_is_told() -> None:
    told = world().owns("a", "v", 30, said="2024-01-01").owns("b", "a", 30, said="2025-01-01")
    told = told.buys("meta", "v", said="2025-06-01")
    assert coverage_of(told.on(), "v").newest_source == day("2025-01-01")


def test_undated_sources_tell_no_age() -> None:
    assert coverage_of(world().owns("a", "v", 30).on(), "v").newest_source is None
