"""What was accepted covers what is found, and nothing worse (SEMANTICS 8.3)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from conflicts.engine.cover import Accepted, covers, route
from conflicts.engine.findings import NOT_REFINED
from tests.engine.facts_builder import World, band, pct, the, told, world

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conflicts.engine.findings import Answer, Finding


def accepted(findings: Iterable[Finding]) -> list[Accepted]:
    """Everything above note, as it is."""
    return [
        Accepted(
            rule=finding.rule,
            axis=finding.axis,
            must=finding.must,
            holder=finding.holder,
            subject=finding.subject,
            low=finding.low,
            high=finding.high,
            competitors=frozenset(finding.competitors),
            path=route(finding),
            also=frozenset(finding.also),
        )
        for finding in findings
        if finding.severity != "note"
    ]


def held(low: float, high: float) -> World:
    """A rival of the client holds so much of the vendor; somebody else has all the votes."""
    return world().votes("founder", "v", 100).owns("rival", "v", band(low, high))


def asked(there: World, *rivals: str) -> Answer:
    return there.screen("client", "v", *(rivals or ("rival",)))


def covered(before: World, after: World, *rivals: str, waiver: bool = False) -> bool:
    """Whether accepting what was found before covers what is found after."""
    return covers(accepted(asked(before, *rivals).findings), asked(after, *rivals).findings, waiver=waiver)


@pytest.mark.parametrize("after", [(6, 8), (6, 7), (5, 8)])
def test_the_same_or_less_is_covered(after: tuple[float, float]) -> None:
    assert covered(held(6, 8), held(*after))


@pytest.mark.parametrize("after", [(6, 9), (7, 8)])
def test_bounds_above_the_accepted_ones_are_not(after: tuple[float, float]) -> None:
    assert not covered(held(6, 8), held(*after))


def test_what_is_proved_is_not_covered_by_what_only_may_be() -> None:
    assert covered(held(4, 8), held(4, 8))
    assert not covered(held(4, 8), held(6, 8))
    assert covered(held(6, 8), held(4, 8))


def test_a_new_path_to_the_same_share_is_not_covered() -> None:
    through_a_fund = world().votes("founder", "v", 100).owns("rival", "fund", 100).owns("fund", "v", band(6, 8))
    assert not covered(held(6, 8), through_a_fund)


def test_the_same_path_told_by_another_source_is_covered() -> None:
    said_again = world().votes("founder", "v", 100).owns("rival", "v", band(6, 8), since="2024", said="2025-01-01")
    assert covered(held(6, 8), said_again)


def test_another_competitor_on_the_list_is_not_covered() -> None:
    there = held(6, 8).owns("rival", "other", 100)
    alone, both = asked(there).findings, asked(there, "rival", "other").findings
    assert [finding.competitors for finding in both if finding.severity == "review"] == [("other", "rival")]
    assert not covers(accepted(alone), both)
    assert covers(accepted(both), alone)


def test_another_line_that_the_edge_crosses_is_not_covered() -> None:
    finding = the(asked(held(6, 8)), "economic_line")
    assert covers(accepted([replace(finding, also=("voting_line 5",))]), [finding])
    assert not covers(accepted([finding]), [replace(finding, also=("voting_line 5",))])


def test_what_was_compared_exactly_is_not_covered_once_it_no_longer_is() -> None:
    finding = the(asked(held(6, 8)), "economic_line")
    assert not covers(accepted([finding]), [replace(finding, also=(NOT_REFINED,))])


@pytest.mark.parametrize("news", [{"holder": "other"}, {"subject": "other"}, {"axis": "voting"}, {"rule": "board"}])
def test_another_party_axis_or_rule_is_not_covered(news: dict[str, Any]) -> None:
    finding = the(asked(held(6, 8)), "economic_line")
    assert not covers(accepted([finding]), [replace(finding, **news)])


def test_a_high_that_is_not_stated_excludes_nothing() -> None:
    finding = the(asked(held(6, 8)), "economic_line")
    assert not covers(accepted([finding]), [replace(finding, high=None)])
    assert covers(accepted([replace(finding, high=None)]), [replace(finding, high=pct(100))])


def test_every_finding_needs_its_own_cover() -> None:
    seated = held(6, 8).sits("rival", "v", since="2025-06")
    assert told(asked(seated)) == ["review economic_line", "review board"]
    assert not covered(held(6, 8), seated)
    assert covered(seated, seated)


def test_notes_need_no_cover() -> None:
    noted = held(6, 8).buys("rival", "v")
    assert "note commercial" in told(asked(noted))
    assert covered(held(6, 8), noted)


def test_a_block_is_covered_by_a_waiver_only_and_a_review_by_either() -> None:
    blocked = held(30, 30)
    assert told(asked(blocked)) == ["block economic_line"]
    assert not covered(blocked, blocked)
    assert covered(blocked, blocked, waiver=True)
    assert not covered(blocked, held(31, 31), waiver=True)
    assert covered(held(6, 8), held(6, 8), waiver=True)


def test_what_rivals_hold_together_is_covered_until_one_of_them_holds_more() -> None:
    before = world().votes("founder", "v", 100).owns("one", "v", 3).owns("two", "v", 3)
    assert told(asked(before, "one", "two")) == ["review aggregate"]
    assert covered(before, before, "one", "two")
    assert not covered(before, before.owns("two", "v", 4, since="2025"), "one", "two")


def test_an_accepted_option_does_not_cover_its_exercise() -> None:
    promised = world().votes("founder", "v", 100).says("rival", "conditionalRightsGrantedByContract", "v", 8)
    assert told(asked(promised)) == ["review option"]
    assert covered(promised, promised)
    assert not covered(promised, held(8, 8))


def test_a_review_for_want_of_owners_is_covered_by_what_accepted_just_that() -> None:
    assert covers([], [])
    assert not covers(accepted(asked(held(6, 8)).findings), [])


def test_a_rule_that_the_engine_does_not_know_covers_nothing() -> None:
    (one,) = accepted(asked(held(6, 8)).findings)
    assert not covers([replace(one, rule="retired_rule")], asked(held(6, 8)).findings)


def test_an_accepted_option_does_not_cover_what_it_makes_of_more_that_is_held() -> None:
    promised = world().votes("founder", "v", 100).says("rival", "conditionalRightsGrantedByContract", "v", 24)
    holds_too = promised.owns("rival", "v", 4.9)
    assert told(asked(promised)) == told(asked(holds_too)) == ["review option"]
    assert not covered(promised, holds_too)
    assert covered(holds_too, promised)
