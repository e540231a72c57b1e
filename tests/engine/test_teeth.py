"""Methods that are wrong on purpose: the comparison that the engine has to pass catches every one."""

import pytest

from tests.engine.graphs import Graph, graph
from tests.engine.oracle import broken, broken_control
from tests.engine.oracle.cases import A_AND_B_BESIDE_C, OWNERSHIP, stakes
from tests.engine.oracle.comparison import Bounds, Controlled, first_wrong, owned, wrong_bounds, wrong_control
from tests.engine.oracle.votes import votes_of
from tests.engine.oracle.walks import highest, lowest
from tests.engine.oracle.worlds import base

pytestmark = pytest.mark.property

GRAPHS = [graph(seed) for seed in range(600)]
METHODS = [
    broken.inverse_of_highs,
    broken.simple_paths,
    broken.box_corners,
    broken.few_rounds_from_below,
    broken.many_rounds_from_above,
]
CONTROLS = [
    (broken_control.tightened_highs, True),
    (broken_control.summed_highs, True),
    (broken_control.multiplied_votes, False),
    (broken_control.greatest_fixpoint, False),
]
CAUGHT_BY = {
    "inverse_of_highs": "a ring of bands whose inverse goes negative",
    "simple_paths": "a ring gives more than its chain",
    "box_corners": "the total cuts the box",
    "few_rounds_from_below": "a ring gives more than its chain",
    "many_rounds_from_above": "the sticking ring",
}


def answer(method: broken.Reaching, asked: Graph) -> Bounds:
    """The oracle's own low beside the high of a broken method."""
    low = owned(asked, lowest)
    high = low | owned(asked, lambda shares, owners, stop: method(base(shares), owners, stop))
    return {party: (low[party], high[party]) for party in low}


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.__name__)
def test_the_generated_graphs_catch_a_wrong_high(method: broken.Reaching) -> None:
    assert first_wrong(GRAPHS, lambda asked: wrong_bounds(asked, answer(method, asked)))


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.__name__)
def test_a_named_case_catches_a_wrong_high(method: broken.Reaching) -> None:
    case = OWNERSHIP[CAUGHT_BY[method.__name__]]
    assert wrong_bounds(case.graph, answer(method, case.graph))


def test_the_comparison_finds_nothing_wrong_with_the_oracle() -> None:
    assert not first_wrong(GRAPHS[:200], lambda asked: wrong_bounds(asked, answer(highest, asked)))


def controlled(method: broken_control.Controlling, asked: Graph) -> Controlled:
    votes = base(votes_of(asked.shares, asked.stated))
    return {holder: method(votes, asked.facts, holder) for holder in asked.parties}


@pytest.mark.parametrize(("method", "may"), CONTROLS)
def test_the_generated_graphs_catch_wrong_control(method: broken_control.Controlling, *, may: bool) -> None:
    assert first_wrong(GRAPHS, lambda asked: wrong_control(asked, controlled(method, asked), may=may))


@pytest.mark.parametrize("method", [broken_control.tightened_highs, broken_control.summed_highs])
def test_a_and_b_beside_c_catch_summed_highs(method: broken_control.Controlling) -> None:
    asked = Graph(-1, stakes(A_AND_B_BESIDE_C), owners=frozenset("s"))
    assert wrong_control(asked, controlled(method, asked), may=True)
