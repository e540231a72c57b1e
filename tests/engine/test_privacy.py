"""What rests on a private fact is not public, also where its path is (DESIGN 6)."""

from __future__ import annotations

import pytest

from conflicts.engine.facts import Certainty
from conflicts.engine.policy import Policy
from tests.engine.facts_builder import World, day, told, world

OPTION = "conditionalRightsGrantedByContract"
FOUNDED = world().votes("founder", "v", 100)
TWO_CHAINS = FOUNDED.owns("one", "v", 4).owns("one", "m", 100)
COMMON = FOUNDED.votes("king", "one", 100).owns("fund", "v", 20).owns("fund", "h", 100).owns("fund", "one", 30)

ANNOUNCED = (
    FOUNDED.votes("one", "h", 40)
    .votes("m", "h", 0)
    .owns("one", "m", 100)
    .owns("h", "v", 30, certainty=Certainty.ANNOUNCED)
)


def publicity(there: World, rule: str, *rivals: str) -> list[bool]:
    found = there.screen("client", "v", *rivals).findings
    return [finding.public for finding in found if finding.rule == rule]


@pytest.mark.parametrize(
    ("there", "rule", "rivals"),
    [
        (FOUNDED.owns("one", "v", 3).owns("two", "v", 3, private=True), "aggregate", ("one", "two")),
        (FOUNDED.owns("one", "v", 3, private=True).owns("two", "v", 3), "aggregate", ("one", "two")),
        (TWO_CHAINS.owns("m", "v", 3, private=True), "economic_line", ("one",)),
        (FOUNDED.owns("one", "v", 3, private=True).says("one", OPTION, "v", 3), "option", ("one",)),
        (COMMON.owns("h", "v", 8, private=True), "common_owner", ("one",)),
        (world().owns("one", "v").owns("rest", "v", 70, private=True), "unstated_holding", ("one",)),
        (ANNOUNCED.votes("m", "h", 20, private=True), "option", ("one",)),
    ],
    ids=[
        "second rival",
        "first rival",
        "another chain",
        "what is held",
        "a chain to a common owner",
        "what is left",
        "who controls the holder of an announced deal",
    ],
)
def test_a_private_part_in_the_numbers_makes_a_finding_private(
    there: World, rule: str, rivals: tuple[str, ...]
) -> None:
    assert publicity(there, rule, *rivals) == [False]


@pytest.mark.parametrize(
    ("there", "rule", "rivals"),
    [
        (FOUNDED.owns("one", "v", 3).owns("two", "v", 3), "aggregate", ("one", "two")),
        (TWO_CHAINS.owns("m", "v", 3), "economic_line", ("one",)),
        (FOUNDED.owns("one", "v", 30).owns("client", "z", 30, private=True), "economic_line", ("one",)),
    ],
    ids=["rivals", "chains", "a private fact elsewhere"],
)
def test_what_rests_on_public_facts_alone_is_public(there: World, rule: str, rivals: tuple[str, ...]) -> None:
    assert publicity(there, rule, *rivals) == [True]


def test_a_private_fact_counts_at_full_severity() -> None:
    assert FOUNDED.owns("one", "v", 30, private=True).screen("client", "v", "one").outcome == "blocked"


def test_an_old_subsidiary_by_a_private_vote_that_leads_nowhere_is_not_told() -> None:
    there = FOUNDED.owns("one", "far", 40, said="2019-01-01").owns("m", "far", 20, private=True).owns("one", "m", 100)
    assert told(there.screen("client", "v", "one")) == []


def test_coverage_that_rests_on_private_facts_is_not_public() -> None:
    there = world().people("founder").votes("founder", "v", 100, private=True, said="2025-01-01")
    answer = there.screen("client", "v", "one")
    assert (answer.coverage, answer.newest_source) == ("majority", day("2025-01-01"))
    assert (answer.public_coverage, answer.public_newest_source) == ("none", None)


def test_coverage_by_public_facts_is_public_beside_private_ones() -> None:
    there = world().people("ann").owns("fund", "v", 10, said="2024-05-01")
    answer = there.owns("ann", "v", 80, private=True, said="2025-01-01").screen("client", "v", "one")
    assert (answer.coverage, answer.public_coverage) == ("majority", "partial")
    assert answer.public_newest_source == day("2024-05-01")


@pytest.mark.parametrize(("private", "outcome"), [(True, "review"), (False, "clear")])
def test_a_client_that_wants_to_see_owners_is_not_told_of_private_ones(*, private: bool, outcome: str) -> None:
    there = world().people("founder").votes("founder", "v", 100, private=private)
    assert there.screen("client", "v", "one", policy=Policy(uncovered_to_review=True)).outcome == outcome
