"""Outcomes, parties that are not known, and a client's own policy (SEMANTICS 7.1, 7.3, 7.5)."""

from __future__ import annotations

import pytest

from conflicts.engine.findings import Coverage, Outcome
from conflicts.engine.policy import Policy
from conflicts.engine.screening import RULE_VERSION, Query, screen
from tests.engine.facts_builder import World, pct, the, told, world


def test_no_finding_is_clear_and_says_how_little_is_known() -> None:
    answer = world().screen("google", "v", "meta")
    assert (answer.outcome, answer.findings, answer.coverage) == (Outcome.CLEAR, (), Coverage.NONE)


def test_a_covered_clear_says_so() -> None:
    answer = world().people("chen").owns("chen", "v", 75).screen("google", "v", "meta")
    assert (answer.outcome, answer.coverage) == (Outcome.CLEAR, Coverage.MAJORITY)


def test_a_note_changes_no_outcome() -> None:
    answer = world().buys("meta", "v").screen("google", "v", "meta")
    assert (answer.outcome, told(answer)) == (Outcome.CLEAR, ["note commercial"])


def test_the_worst_finding_is_the_outcome() -> None:
    several = world().buys("meta", "v", 30).sits("meta", "v").votes("meta", "v", 0)
    answer = several.screen("google", "v", "meta")
    assert answer.outcome is Outcome.BLOCKED
    assert told(answer) == ["block board", "review commercial", "note voting_line"]


def test_no_competitors_are_no_conflict() -> None:
    assert world().owns("meta", "v", 49).screen("google", "v").outcome is Outcome.CLEAR


@pytest.mark.parametrize("party", ["google", "v", "meta"])
def test_an_unresolved_party_makes_the_outcome_unknown(party: str) -> None:
    answer = world().not_resolved(party).screen("google", "v", "xai", "meta")
    assert (answer.outcome, answer.findings) == (Outcome.UNKNOWN, ())
    assert party in answer.problem


@pytest.mark.parametrize("party", ["google", "v", "meta"])
def test_an_unresolved_party_hides_behind_no_block(party: str) -> None:
    answer = world().owns("xai", "v", 49).not_resolved(party).screen("google", "v", "xai", "meta")
    assert answer.outcome is Outcome.UNKNOWN


def test_a_party_that_is_not_there_makes_the_outcome_unknown() -> None:
    snap = world().owns("meta", "v", 49).on()
    assert screen(snap, Query("google", "v", ("meta",), Policy())).outcome is Outcome.UNKNOWN


def test_an_unresolved_stranger_changes_nothing() -> None:
    known = world().owns("fund", "v", 4).not_resolved("fund")
    assert known.screen("google", "v", "meta").outcome is Outcome.CLEAR


@pytest.mark.property
def test_a_ring_past_the_limit_of_exact_refinement_is_answered_away_from_the_lines() -> None:
    ring = tuple(world().owns(f"p{i}", f"p{(i + 1) % 2_001}", 20).facts[0] for i in range(2_001))
    answer = World(ring).owns("meta", "p7", 1).screen("google", "p7", "meta")
    assert (answer.outcome, answer.problem) == (Outcome.CLEAR, "")


def test_a_client_can_tighten_the_economic_lines() -> None:
    small = world().owns("meta", "v", 12)
    assert small.screen("google", "v", "meta").outcome is Outcome.REVIEW
    answer = small.screen("google", "v", "meta", policy=Policy(economic_block=pct(10)))
    assert (answer.outcome, the(answer, "economic_line").line) == (Outcome.BLOCKED, pct(10))


def test_a_client_can_tighten_the_review_line() -> None:
    assert world().owns("meta", "v", 2).screen("google", "v", "meta").outcome is Outcome.CLEAR
    tight = Policy(economic_review=pct(1))
    assert world().owns("meta", "v", 2).screen("google", "v", "meta", policy=tight).outcome is Outcome.REVIEW


def test_a_client_can_tighten_the_voting_lines() -> None:
    few = world().votes("meta", "v", 3)
    assert few.screen("google", "v", "meta", policy=Policy(voting_review=pct(2))).outcome is Outcome.REVIEW
    assert few.screen("google", "v", "meta", policy=Policy(voting_block=pct(2))).outcome is Outcome.BLOCKED


def test_a_client_can_tighten_the_line_of_control() -> None:
    third = world().owns("meta", "scale", 34).controls("scale", "v")
    answer = third.screen("google", "v", "meta", policy=Policy(control=pct(33)))
    assert answer.outcome is Outcome.BLOCKED
    assert "block same_party" in told(answer)


def test_a_client_can_tighten_the_share_of_revenue() -> None:
    customer = world().buys("meta", "v", 4)
    assert customer.screen("google", "v", "meta", policy=Policy(commercial_share=pct(3))).outcome is Outcome.REVIEW


def test_a_client_can_raise_an_uncovered_clear_to_review() -> None:
    strict = Policy(uncovered_to_review=True)
    assert world().screen("google", "v", "meta", policy=strict).outcome is Outcome.REVIEW
    assert world().owns("fund", "v").screen("google", "v", "meta", policy=strict).outcome is Outcome.CLEAR
    assert world().sits("meta", "v").screen("google", "v", "meta", policy=strict).outcome is Outcome.BLOCKED


def test_a_private_fact_counts_at_full_severity_and_says_that_it_is_private() -> None:
    answer = world().owns("meta", "v", 49, private=True).screen("google", "v", "meta")
    assert answer.outcome is Outcome.BLOCKED
    assert not answer.findings[0].public
    assert world().owns("meta", "v", 49).screen("google", "v", "meta").findings[0].public


def test_one_private_step_makes_the_whole_path_private() -> None:
    answer = world().controls("meta", "fund", private=True).owns("fund", "v", 49).screen("google", "v", "meta")
    assert [step.public for step in answer.findings[0].path] == [False, True]
    assert not answer.findings[0].public


def test_the_same_question_has_the_same_answer() -> None:
    told = world().owns("meta", "v", 49).votes("meta", "v", 0).sits("meta", "v").buys("meta", "v")
    shuffled = World(tuple(reversed(told.facts)))
    assert told.screen("google", "v", "meta", "xai") == shuffled.screen("google", "v", "meta", "xai")


def test_answers_carry_the_version_of_the_rules() -> None:
    assert RULE_VERSION
