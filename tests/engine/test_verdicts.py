"""The engine's verdict against a second one, written from SEMANTICS alone."""

from __future__ import annotations

import pytest

from conflicts.engine import deals
from conflicts.engine.facts import Directness
from conflicts.engine.findings import Outcome
from tests.engine.oracle.verdict.agreement import answered, differences
from tests.engine.oracle.verdict.open_questions import topics
from tests.engine.oracle.verdict.verdict import Question, verdict
from tests.engine.oracle.verdict.worlds import question, settled_question

pytestmark = pytest.mark.property

SHORT, LONG = 800, 20_000
KINDS = pytest.mark.parametrize("calm", [True, False], ids=["one row a pair", "dates, rows and standings"])


def kept(seeds: range, *, calm: bool) -> list[Question]:
    """The drawn worlds that touch nothing that the text leaves open."""
    drawn = (settled_question(seed, calm=calm) for seed in seeds)
    return [one for one in drawn if not topics(one)]


def disagreements(seeds: range, *, calm: bool) -> list[str]:
    settled = ((seed, world) for seed in seeds for world in kept(range(seed, seed + 1), calm=calm))
    return [f"seed {seed}: {one}" for seed, world in settled for one in differences(world)]


@KINDS
def test_engine_and_oracle_give_one_verdict(*, calm: bool) -> None:
    assert disagreements(range(SHORT), calm=calm) == []


@KINDS
def test_the_text_speaks_of_nearly_every_world(*, calm: bool) -> None:
    assert len(kept(range(300), calm=calm)) >= 255


def test_the_worlds_reach_every_outcome() -> None:
    outcomes = [answered(one).outcome for one in kept(range(300), calm=True)]
    assert min(outcomes.count(one) for one in (Outcome.CLEAR, Outcome.REVIEW, Outcome.BLOCKED)) >= 10


def test_the_worlds_reach_the_rare_rules() -> None:
    told = [rule for one in kept(range(400), calm=True) for rule in verdict(one).findings]
    assert min(told.count(rule) for rule in ("option", "aggregate", "contradiction", "unstated_holding")) >= 3


def test_a_plain_world_has_only_direct_holdings_of_single_parties() -> None:
    facts = [fact for seed in range(100) for fact in question(seed, calm=True, plain=True).facts]
    assert {fact.directness for fact in facts} == {Directness.DIRECT}
    assert not any(fact.members for fact in facts)


def test_an_option_that_comes_in_the_place_of_a_stake_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deals.Deal, "is_option", False)
    assert any("option" in told for told in disagreements(range(SHORT), calm=True))


@pytest.mark.soak
@pytest.mark.timeout(3_600)
@KINDS
def test_engine_and_oracle_give_one_verdict_in_many_worlds(*, calm: bool) -> None:
    assert disagreements(range(SHORT, SHORT + LONG), calm=calm) == []
