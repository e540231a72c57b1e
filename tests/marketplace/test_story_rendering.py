"""Findings in one line of the story."""

import pytest

from marketplace.story.rendering import finding_text
from marketplace.story.rows import finding_row
from tests.engine.facts_builder import World, band, the, world

FOUNDER = world().votes("founder", "lab", 100)
OPTION = "conditionalRightsGrantedByContract"


def line(there: World, rule: str) -> str:
    """The finding of this rule for Google, with Meta and xAI on its list."""
    return finding_text(finding_row(the(there.screen("google", "lab", "meta", "xai"), rule)))


@pytest.mark.parametrize(
    ("there", "told"),
    [
        (FOUNDER.owns("meta", "lab", 30), "economic_line: meta - lab 30% (line 25%)"),
        (FOUNDER.says("meta", OPTION, "lab", 30), "option: meta - lab 30% (line 25%)"),
        (FOUNDER.says("meta", OPTION, "lab"), "option: meta - lab, may"),
        (
            FOUNDER.owns("fund", "meta", 30).owns("fund", "lab", band(30, 40)),
            "common_owner: fund - lab 30 to 40% (line 25%)",
        ),
        (
            FOUNDER.owns("meta", "lab", 3).owns("xai", "lab", 3),
            "aggregate: competitors together - lab 6% (line 5%)",
        ),
        (FOUNDER.owns("fund", "lab", 30, said="2010-01-01"), "stale: old sources on lab"),
    ],
)
def test_each_rule_is_told_in_a_line(there: World, told: str) -> None:
    assert line(there, told.partition(":")[0]) == told


def test_joint_holders_are_told_in_words() -> None:
    joint = world().owns("ann & meta", "lab", 60)
    assert line(joint, "same_party") == "same_party: ann and meta jointly - lab (line 50%)"
