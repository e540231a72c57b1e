"""What rests on a private fact is not public, also where its path is (DESIGN 6)."""

from __future__ import annotations

import pytest

from tests.engine.facts_builder import World, world

OPTION = "conditionalRightsGrantedByContract"
FOUNDED = world().votes("founder", "v", 100)
TWO_CHAINS = FOUNDED.owns("one", "v", 4).owns("one", "m", 100)
COMMON = FOUNDED.votes("king", "one", 100).owns("fund", "v", 20).owns("fund", "h", 100).owns("fund", "one", 30)


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
    ],
    ids=["second rival", "first rival", "another chain", "what is held", "a chain to a common owner", "what is left"],
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
