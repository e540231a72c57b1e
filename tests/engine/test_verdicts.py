"""The engine's verdict against a second one, written from SEMANTICS alone."""

from __future__ import annotations

import pytest

from conflicts.engine.facts import Directness
from conflicts.engine.findings import Outcome
from tests.engine.oracle.verdict.agreement import answered, differences
from tests.engine.oracle.verdict.open_questions import topics
from tests.engine.oracle.verdict.verdict import verdict
from tests.engine.oracle.verdict.worlds import question

pytestmark = pytest.mark.property

SHORT, LONG = 800, 20_000


def disagreements(seeds: range, *, calm: bool) -> list[str]:
    asked = [(seed, question(seed, calm=calm)) for seed in seeds]
    settled = [(seed, one) for seed, one in asked if not topics(one)]
    return [f"seed {seed}: {one}" for seed, world in settled for one in differences(world)]


@pytest.mark.parametrize("calm", [True, False], ids=["one row a pair", "dates, rows and standings"])
def test_engine_and_oracle_give_one_verdict(*, calm: bool) -> None:
    assert disagreements(range(SHORT), calm=calm) == []


def test_the_worlds_reach_every_outcome() -> None:
    worlds = [question(seed, calm=True) for seed in range(300)]
    outcomes = [answered(one).outcome for one in worlds if not topics(one)]
    assert min(outcomes.count(one) for one in (Outcome.CLEAR, Outcome.REVIEW, Outcome.BLOCKED)) >= 10


def test_the_worlds_reach_the_rare_rules() -> None:
    worlds = [question(seed, calm=True) for seed in range(400)]
    told = [rule for one in worlds if not topics(one) for rule in verdict(one).findings]
    assert min(told.count(rule) for rule in ("option", "aggregate", "contradiction", "unstated_holding")) >= 3


def test_a_plain_world_has_only_direct_holdings_of_single_parties() -> None:
    facts = [fact for seed in range(100) for fact in question(seed, calm=True, plain=True).facts]
    assert {fact.directness for fact in facts} == {Directness.DIRECT}
    assert not any(fact.members for fact in facts)


@pytest.mark.soak
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("calm", [True, False], ids=["one row a pair", "dates, rows and standings"])
def test_engine_and_oracle_give_one_verdict_in_many_worlds(*, calm: bool) -> None:
    assert disagreements(range(SHORT, SHORT + LONG), calm=calm) == []
