"""Indirect interests, and those of unknown directness, are assertions beside the chains (SEMANTICS 2.5)."""

from __future__ import annotations

from fractions import Fraction

import pytest

from conflicts.engine.bounds import PERCENT
from conflicts.engine.control import controlled_by, controllers_of
from conflicts.engine.facts import Directness
from conflicts.engine.ownership import integrated_ownership
from tests.engine.facts_builder import World, band, over, the, told, world

INDIRECT, UNKNOWN = Directness.INDIRECT, Directness.UNKNOWN


def owned(there: World, owners: str, subject: str = "v") -> tuple[Fraction | int, Fraction | int]:
    found = integrated_ownership(there.on(), frozenset(owners), subject)
    return found.low / PERCENT, found.high / PERCENT


def test_an_indirect_interest_makes_no_stake() -> None:
    there = world().owns("a", "v", 30, how=INDIRECT).on()
    assert "v" not in there.economic
    assert there.asserted_economic["v"]["a"].bounds == band(30, 30)


def test_it_counts_where_no_chain_is_known() -> None:
    assert owned(world().owns("a", "v", 30, how=INDIRECT), "a") == (30, 30)


def test_it_is_an_alternative_to_the_chains_and_never_added() -> None:
    chain = world().owns("a", "m", 50).owns("m", "v", 80)
    assert owned(chain.owns("a", "v", 30, how=INDIRECT), "a") == (40, 40)
    assert owned(chain.owns("a", "v", 45, how=INDIRECT), "a") == (45, 45)


def test_it_takes_the_place_of_all_stakes_at_its_subject() -> None:
    beside = world().owns("a", "v", 10).owns("b", "v", 20).owns("a", "v", 25, how=INDIRECT)
    assert owned(beside, "a") == (25, 25)
    assert owned(beside, "ab") == (30, 30)


def test_it_carries_on_to_subsidiaries() -> None:
    assert owned(world().owns("a", "m", 60, how=INDIRECT).owns("m", "v", 50), "a") == (30, 30)


def test_it_tightens_nobody() -> None:
    there = world().owns("a", "v", 60, how=INDIRECT).owns("b", "v").on()
    assert there.economic["v"]["b"].bounds == band(0, 100)


def test_an_unknown_one_is_direct_where_nothing_else_leads_there() -> None:
    assert owned(world().owns("a", "v", 30, how=UNKNOWN), "a") == (30, 30)
    assert "a" in world().owns("a", "v", 30, how=UNKNOWN).on().economic["v"]


def test_an_unknown_one_is_an_assertion_where_others_hold_a_longer_path() -> None:
    there = world().owns("a", "m", over(50), how=UNKNOWN).owns("m", "v", over(50), how=UNKNOWN)
    there = there.owns("a", "v", band(75, 100), how=UNKNOWN)
    assert set(there.on().economic["v"]) == {"m"}
    assert set(there.on().asserted_economic["v"]) == {"a"}
    assert owned(there, "a") == (75, 100)


def test_a_path_on_another_axis_is_no_path() -> None:
    there = world().votes("a", "m", 60).owns("m", "v", 60).owns("a", "v", 30, how=UNKNOWN).on()
    assert set(there.economic["v"]) == {"a", "m"}


def test_a_path_that_is_over_is_no_path() -> None:
    there = world().owns("a", "m", 60, until="2024-01-01").owns("m", "v", 60).owns("a", "v", 30, how=UNKNOWN).on()
    assert set(there.economic["v"]) == {"a", "m"}


def test_a_way_back_to_the_subject_is_no_longer_path() -> None:
    there = world().owns("a", "v", 30, how=UNKNOWN).owns("v", "m", 60).owns("a", "m", 30).on()
    assert set(there.economic["v"]) == {"a"}


def test_an_asserted_majority_of_votes_controls() -> None:
    there = world().owns("m", "v", over(50)).owns("a", "m", 40).votes("a", "v", over(50), how=INDIRECT).on()
    assert "v" in controlled_by(there, "a", may=False)
    assert controllers_of(there, "v", may=False) == {"a", "m"}


def test_an_asserted_part_is_not_added_to_the_votes_that_are_held() -> None:
    there = world().votes("a", "v", 30).votes("a", "v", 30, how=INDIRECT).on()
    assert "v" not in controlled_by(there, "a", may=False)


def test_asserted_shares_count_as_votes_where_none_are_stated() -> None:
    there = world().owns("a", "v", over(50), how=INDIRECT).on()
    assert controllers_of(there, "v", may=False) == {"a"}


def test_consolidation_controls_directly_or_not() -> None:
    there = world().says("ultimate", "accountingConsolidation", "v", how=INDIRECT).on()
    assert controllers_of(there, "v", may=False) == {"ultimate"}


def test_an_assertion_blocks_as_a_stake_does() -> None:
    answer = world().owns("rival", "v", 30, how=INDIRECT).screen("client", "v", "rival")
    assert told(answer)[0] == "block economic_line"


def chained(asserted: float) -> World:
    chain = world().people("rest").owns("m", "v", 100).owns("rest", "m", 60)
    return chain.owns("rival", "v", asserted, how=INDIRECT)


@pytest.mark.parametrize(("asserted", "expected"), [(40, []), (40.000001, ["economic"])])
def test_it_contradicts_only_what_leaves_too_little_undisclosed(asserted: float, expected: list[str]) -> None:
    findings = chained(asserted).screen("client", "v", "rival").findings
    assert [finding.axis for finding in findings if finding.rule == "contradiction"] == expected


def test_an_owner_whose_own_owners_are_unknown_may_be_the_asserted_one() -> None:
    chain = world().owns("m", "v", 100).owns("rest", "m", 60).owns("rival", "v", 90, how=INDIRECT)
    assert "contradiction" not in [finding.rule for finding in chain.screen("client", "v", "rival").findings]


def test_asserted_votes_are_set_against_what_the_others_hold_directly() -> None:
    there = world().people("other").votes("other", "v", 70).votes("rival", "v", 31, how=INDIRECT)
    assert the(there.screen("client", "v", "rival"), "contradiction").axis == "voting"


def test_votes_of_what_it_may_control_are_its_own() -> None:
    there = world().votes("rival", "m", 60).votes("m", "v", 70).votes("rival", "v", 60, how=INDIRECT)
    assert "contradiction" not in [finding.rule for finding in there.screen("client", "v", "rival").findings]


def test_what_the_holder_itself_holds_directly_bears_out_its_assertion() -> None:
    there = world().owns("meta", "v", 60).owns("meta", "v", 50, how=INDIRECT).owns("x", "v", band(0, 40))
    assert "review contradiction" not in told(there.screen("g", "v", "meta"))
    more = world().people("x").owns("x", "v", 60).owns("meta", "v", 50, how=INDIRECT).votes("founder", "v", 100)
    assert "review contradiction" in told(more.screen("g", "v", "meta"))


def test_of_votes_the_holder_may_have_all_that_is_undisclosed_higher_up() -> None:
    """Nobody is known to own the fund, so its votes can be the holder's; a person's cannot."""
    there = world().votes("fund", "v", 49).votes("meta", "v", 75, how=INDIRECT)
    assert "review contradiction" not in told(there.screen("g", "v", "meta"))
    assert "review contradiction" in told(there.people("fund").screen("g", "v", "meta"))
    assert "review contradiction" in told(there.owns("other", "fund", 60).people("other").screen("g", "v", "meta"))
