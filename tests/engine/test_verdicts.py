"""The engine's verdict against a second one, written from SEMANTICS alone."""

from __future__ import annotations

import pytest

from conflicts.engine.findings import Outcome
from tests.engine.oracle.verdict.agreement import answered, differences
from tests.engine.oracle.verdict.open_questions import OPEN, topics
from tests.engine.oracle.verdict.worlds import question

SHORT, LONG = 800, 20_000


def disagreements(seeds: range, *, calm: bool) -> list[str]:
    asked = [(seed, question(seed, calm=calm)) for seed in seeds]
    settled = [(seed, one) for seed, one in asked if not topics(one) & OPEN]
    return [f"seed {seed}: {one}" for seed, world in settled for one in differences(world)]


@pytest.mark.parametrize("calm", [True, False], ids=["one row a pair", "dates, rows and standings"])
def test_engine_and_oracle_give_one_verdict(*, calm: bool) -> None:
    assert disagreements(range(SHORT), calm=calm) == []


def test_the_worlds_reach_every_outcome() -> None:
    worlds = [question(seed, calm=True) for seed in range(300)]
    outcomes = [answered(one).outcome for one in worlds if not topics(one) & OPEN]
    assert min(outcomes.count(one) for one in (Outcome.CLEAR, Outcome.REVIEW, Outcome.BLOCKED)) >= 10


@pytest.mark.soak
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("calm", [True, False], ids=["one row a pair", "dates, rows and standings"])
def test_engine_and_oracle_give_one_verdict_in_many_worlds(*, calm: bool) -> None:
    assert disagreements(range(SHORT, SHORT + LONG), calm=calm) == []
