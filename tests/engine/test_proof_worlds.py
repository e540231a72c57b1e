"""Properties of the proof subgraph and of privacy on drawn worlds (SEMANTICS 8.5, DESIGN 6)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import pytest

from conflicts.engine.findings import Answer, Finding
from tests.engine.oracle import broken_proof
from tests.engine.oracle.verdict.agreement import answered
from tests.engine.oracle.verdict.verdict import Question
from tests.engine.oracle.verdict.wide import (
    Proof,
    parties_read,
    partly_private,
    wide_question,
    within_proof,
    without_private,
)
from tests.engine.oracle.verdict.worlds import question

pytestmark = pytest.mark.property

SHORT, LONG = 120, 20_000

Draw = Callable[[int], Question]
DRAWN: tuple[Draw, ...] = (wide_question, lambda seed: question(seed, calm=seed % 2 == 0), partly_private)
KINDS = ["wide", "as the oracle's", "partly private"]


def apart(drawn: Iterable[Question], proof: Proof = parties_read) -> Iterator[str]:
    """The worlds in which the proof subgraph alone gives another answer, in sentences."""
    pairs = ((asked, answered(asked), answered(within_proof(asked, proof))) for asked in drawn)
    return (f"{full} on the whole graph, {part} on {asked}" for asked, full, part in pairs if full != part)


def shown(answer: Answer) -> set[Finding]:
    return {finding for finding in answer.findings if finding.public}


def leaks(drawn: Iterable[Question], public: Callable[[Answer], set[Finding]] = shown) -> Iterator[str]:
    """What a client is shown of private facts: findings that are not found without them, and coverage."""
    for asked in drawn:
        full, without = answered(asked), answered(without_private(asked))
        yield from (f"{finding} in {asked}" for finding in public(full) - set(without.findings))
        if (full.public_coverage, full.public_newest_source) != (without.coverage, without.newest_source):
            yield f"coverage {full.public_coverage}, {full.public_newest_source} in {asked}"


@pytest.mark.parametrize("draw", DRAWN, ids=KINDS)
def test_the_proof_subgraph_gives_the_verdict_of_the_whole_graph(draw: Draw) -> None:
    assert list(apart(draw(seed) for seed in range(SHORT))) == []


def test_the_proof_subgraph_is_often_a_part_and_its_verdicts_are_of_every_rule() -> None:
    drawn = [wide_question(seed) for seed in range(3 * SHORT)]
    assert sum(len(within_proof(one).facts) < len(one.facts) for one in drawn) > SHORT
    rules = {finding.rule for one in drawn for finding in answered(one).findings}
    assert len(rules) == 15, rules


def test_what_a_client_is_shown_is_found_without_the_private_facts() -> None:
    drawn = [partly_private(seed) for seed in range(SHORT)]
    assert list(leaks(drawn)) == []


@pytest.mark.parametrize(
    "proof",
    [broken_proof.without_announced, broken_proof.owners_alone, broken_proof.without_asides],
    ids=lambda proof: proof.__name__,
)
def test_the_drawn_worlds_catch_a_proof_that_leaves_something_out(proof: Proof) -> None:
    assert next(apart((wide_question(seed) for seed in range(3_000)), proof), "")


def test_the_drawn_worlds_catch_a_proof_that_counts_private_facts_alone() -> None:
    """It takes a private row that replaces a public one, and a post of somebody who is near by that one only."""
    drawn = (partly_private(seed) for seed in range(3_270, 3_280))
    assert next(apart(drawn, broken_proof.with_private_facts_alone), "")


def test_the_drawn_worlds_catch_findings_that_are_public_by_their_paths_alone() -> None:
    def by_path(answer: Answer) -> set[Finding]:
        return {finding for finding in answer.findings if all(step.public for step in finding.path)}

    assert next(leaks((partly_private(seed) for seed in range(SHORT)), by_path), "")


@pytest.mark.soak
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("draw", DRAWN, ids=KINDS)
def test_the_proof_subgraph_gives_the_verdict_of_the_whole_graph_in_many_worlds(draw: Draw) -> None:
    assert list(apart(draw(seed) for seed in range(SHORT, SHORT + LONG))) == []


@pytest.mark.soak
@pytest.mark.timeout(3_600)
def test_what_a_client_is_shown_is_found_without_the_private_facts_in_many_worlds() -> None:
    assert list(leaks(partly_private(seed) for seed in range(SHORT, SHORT + LONG))) == []
