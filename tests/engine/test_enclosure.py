"""Enclosures in whole numbers: as right as fractions, whatever is asked and however early they stop (SEMANTICS 3.3)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from random import Random

import pytest

from conflicts.engine import enclosure, estimate, reachability
from conflicts.engine.bounds import WHOLE
from conflicts.engine.collapse import collapsed
from conflicts.engine.ownership import integrated_ownership
from conflicts.engine.reachability import Reachability
from conflicts.engine.walks import Edge, Way, Ways
from tests.engine.graphs import Graph, graph, with_joint_holders
from tests.engine.oracle.cases import OWNERSHIP, Case, Told, stakes
from tests.engine.oracle.comparison import Bounds, first_wrong, worlds_outside, wrong_bounds
from tests.engine.test_against_oracle import ALL, SOME, snapshot_of

pytestmark = pytest.mark.property

STICKING: Told = {"b>v": (0, 100), "c>v": (0, 100), "v>b": 100, "s>c": 50, "v>c": 20}
"""v and b can keep a walk for ever; what leaves them through c meets s in 62.5 of 100."""

NEGATIVE_INVERSE: Told = {"s>a": (25, 50), "c>a": (50, 75), "a>b": (75, 100), "b>c": (50, 75), "s>c": (25, 50)}


@pytest.fixture(autouse=True)
def _no_fractions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even the smallest graph is enclosed and not solved."""
    monkeypatch.setattr(reachability, "SMALL", -1)


def enclosed(asked: Graph) -> Bounds:
    snap = snapshot_of(asked)
    found = {party: integrated_ownership(snap, asked.owners, party, stop=asked.stop) for party in asked.parties}
    return {party: (bounds.low, bounds.high) for party, bounds in found.items()}


def complaints(asked: Graph) -> list[str]:
    answer = enclosed(asked)
    return wrong_bounds(asked, answer) + worlds_outside(asked, answer, Random(asked.seed))


def drawn(seeds: range) -> Iterator[Graph]:
    return map(graph, seeds)


@ALL
def test_enclosures_are_the_oracles_bounds_and_no_world_lies_outside(seeds: range) -> None:
    assert first_wrong(drawn(seeds), complaints) == ""


@SOME
def test_enclosures_with_joint_holders_are_the_oracles_bounds(seeds: range) -> None:
    jointly = (asked for asked in map(with_joint_holders, drawn(seeds)) if asked.joint)
    assert first_wrong(jointly, complaints) == ""


@pytest.mark.parametrize("case", OWNERSHIP.values(), ids=OWNERSHIP)
def test_named_cases_are_enclosed(case: Case) -> None:
    assert complaints(case.graph) == []


def test_the_ring_whose_inverse_goes_negative_is_enclosed() -> None:
    asked = Graph(-1, stakes(NEGATIVE_INVERSE), owners=frozenset("s"))
    assert complaints(asked) == []


def test_iteration_from_above_without_the_collapse_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def as_it_is(component: dict[str, Ways]) -> tuple[dict[str, Ways], dict[str, str]]:
        return dict(component), {state: state for state in component}

    asked = Graph(-1, stakes(STICKING), owners=frozenset("s"))
    assert complaints(asked) == []
    monkeypatch.setattr(enclosure, "collapsed", as_it_is)
    monkeypatch.setattr(enclosure, "estimated", lambda *_: None)
    assert any("not [" in told for told in complaints(asked))


def test_a_high_that_is_iterated_from_below_and_stopped_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def few_rounds(component: dict[str, Ways], known: dict[str, tuple[int, int]]) -> tuple[dict[str, int], ...]:
        low, high = dict.fromkeys(component, 0), dict.fromkeys(component, 0)
        for _ in range(2):
            high |= {state: enclosure._high(ways, high, known) for state, ways in component.items()}
        return low, high

    monkeypatch.setattr(enclosure, "_squeezed", few_rounds)
    assert first_wrong(drawn(range(600)), complaints) != ""


@pytest.mark.parametrize("steps", [0, 50])
def test_work_that_stops_early_still_encloses(monkeypatch: pytest.MonkeyPatch, steps: int) -> None:
    monkeypatch.setattr(enclosure, "SWEEP_STEPS", steps)
    monkeypatch.setattr(enclosure, "LAST_SWEEP_STEPS", steps)
    monkeypatch.setattr(enclosure, "estimated", lambda *_: None)

    def outside(asked: Graph) -> list[str]:
        return worlds_outside(asked, enclosed(asked), Random(asked.seed))

    assert first_wrong(drawn(range(300)), outside) == ""


def test_a_guess_that_does_not_prove_itself_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(component: dict[str, Ways], *_: object) -> tuple[dict[str, int], dict[str, int]]:
        return dict.fromkeys(component, enclosure.ONE // 2), dict.fromkeys(component, 1)

    monkeypatch.setattr(enclosure, "SWEEP_STEPS", 0)
    monkeypatch.setattr(enclosure, "LAST_SWEEP_STEPS", 0)
    monkeypatch.setattr(enclosure, "estimated", wrong)

    def outside(asked: Graph) -> list[str]:
        return worlds_outside(asked, enclosed(asked), Random(asked.seed))

    assert first_wrong(drawn(range(300)), outside) == ""


def probability(ways_of: Callable[[str], Ways], start: str) -> tuple[float, float]:
    low, high = Reachability(ways_of, frozenset({"s"})).bounds(start)
    return float(low), float(high)


@pytest.mark.parametrize("size", [80, pytest.param(200, marks=pytest.mark.soak)])
def test_a_complete_ring_is_enclosed_closely(size: int) -> None:
    def ways_of(state: str) -> Ways:
        low, high = 4 * WHOLE // (5 * size), WHOLE // size
        others = tuple(Edge(str(n), low, high) for n in range(size) if str(n) != state)
        return ((*others, Edge("s", 0, WHOLE // 1000)),)

    low, high = probability(ways_of, "0")
    assert high - low < 1e-9
    assert 0 < low < 1


def tangled(size: int, loss: int) -> Callable[[str], Ways]:
    """Everybody owns the same part of everybody else; what is left is `loss` in a hundred."""
    share = WHOLE * (100 - loss) // 100 // size

    def ways_of(state: str) -> Ways:
        return ((*(Edge(str(n), share, share) for n in range(size) if str(n) != state), Edge("s", 0, WHOLE // 1000)),)

    return ways_of


def test_a_complete_ring_too_large_for_elimination_is_enclosed_closely() -> None:
    low, high = probability(tangled(430, loss=1), "0")
    assert high - low < 1e-13
    assert low == pytest.approx(0.001 / (1 - 0.99 * 429 / 430), rel=1e-3)


def test_where_no_guess_is_found_sweeps_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enclosure, "SWEEP_STEPS", 0)
    monkeypatch.setattr(estimate, "GUESS_STEPS", 0)
    low, high = probability(tangled(30, loss=1), "0")
    assert high - low < 1e-13
    monkeypatch.setattr(enclosure, "LAST_SWEEP_STEPS", 0)
    low, high = probability(tangled(30, loss=1), "0")
    assert high - low > 0.5


def test_five_thousand_parties_in_one_ring_of_bands_are_enclosed_closely() -> None:
    def ways_of(state: str) -> Ways:
        following = str((int(state) + 1) % 5_000)
        return ((Edge(following, WHOLE // 2, 3 * WHOLE // 4), Edge("s", 0, WHOLE // 4)),)

    low, high = probability(ways_of, "0")
    assert high - low < 1e-9
    assert high == pytest.approx(1.0)


def test_a_chain_of_ten_thousand_is_enclosed() -> None:
    def ways_of(state: str) -> Ways:
        share = WHOLE - 1
        return ((Edge("s" if state == "9999" else str(int(state) + 1), share, share),),)

    low, high = probability(ways_of, "0")
    assert low == pytest.approx(math.exp(10_000 * math.log1p(-1e-8)), abs=1e-12)
    assert high - low < 1e-12


def test_a_party_with_a_hundred_thousand_owners_is_enclosed() -> None:
    def ways_of(state: str) -> Ways:
        if state != "v":
            return ((Edge("s", WHOLE // 2, WHOLE // 2),),)
        return (tuple(Edge(str(n), 100, 1_000) for n in range(100_000)),)

    low, high = probability(ways_of, "v")
    assert (low, high) == pytest.approx((0.5, 0.5))


def test_ways_out_of_an_end_component_are_taken_whole() -> None:
    ring: dict[str, Ways] = {
        "a": ((Edge("b", 0, WHOLE), Edge("c", 0, 5)),),
        "b": ((Edge("a", WHOLE, WHOLE),),),
    }
    joined, place = collapsed(ring)
    assert place == {"a": "a", "b": "a"}
    exits: Way = (Edge("c", WHOLE, WHOLE),)
    assert joined == {"a": (exits,)}
