"""The bulk kernel is the plain engine, only faster; `make soak` compares ten times as many graphs."""

from fractions import Fraction
from itertools import pairwise

import pytest

pytest.importorskip("numba", reason="numpy and numba are for jobs; the engine does without.")

import numpy as np

from conflicts.engine.bounds import HALF, PERCENT, WHOLE
from conflicts.engine.control import controlled_by
from conflicts.engine.exposures import Exposure, exposures_of
from conflicts.engine.facts import Directness, Fact
from conflicts.engine.kernel import (
    BulkGraph,
    Change,
    Exposures,
    Held,
    Kernel,
    bulk_graph,
    rings,
)
from conflicts.engine.kernel.compiled import Integers, Numbers, Records
from conflicts.engine.kernel.surroundings import Surroundings
from conflicts.engine.snapshot import Snapshot
from tests.engine.facts_builder import world
from tests.engine.graphs import Graph, graph
from tests.engine.kernel_graphs import (
    SOAK,
    chain,
    complete_ring,
    exposures_in,
    hub,
    ring_of_bands,
    snapshot_told,
)
from tests.engine.oracle.cases import OWNERSHIP, Case, S
from tests.engine.oracle.comparison import Bounds, owned, wrong_bounds
from tests.engine.oracle.walks import highest, lowest
from tests.engine.test_against_oracle import SOURCE, snapshot_of

pytestmark = pytest.mark.property
NEAR = 1e-9
ROUNDING = 1e-12
SEEDS = pytest.mark.parametrize("seeds", [pytest.param(range(150), id="150"), SOAK])
ALONE = {name: case for name, case in OWNERSHIP.items() if case.owners == S and not case.stop}
Told = dict[str, tuple[float, float, bool, bool]]


class FromAboveWithoutCollapse(Surroundings):
    """Takes what is left after many sweeps from 1 for a high."""

    def solve(self, ring: rings.Ring, lows: Numbers, highs: Numbers, fixed: Integers) -> None:
        super().solve(ring, lows, highs, fixed)
        sweep(ring, highs, fixed, start=1.0, rounds=200)


class FromBelowAndStopped(Surroundings):
    """Takes a few sweeps from 0 for a high."""

    def solve(self, ring: rings.Ring, lows: Numbers, highs: Numbers, fixed: Integers) -> None:
        super().solve(ring, lows, highs, fixed)
        sweep(ring, highs, fixed, start=0.0, rounds=3)


class InverseOfHighs(Surroundings):
    """Takes (I - W_high)^-1 for a high."""

    def solve(self, ring: rings.Ring, lows: Numbers, highs: Numbers, fixed: Integers) -> None:
        super().solve(ring, lows, highs, fixed)
        size = len(ring.start) - 1
        shares = np.zeros((size, highs.shape[1]))
        shares[np.repeat(np.arange(size), np.diff(ring.start)), ring.stakes["owner"]] = ring.stakes["high"] / WHOLE
        for column, place in zip(highs, fixed, strict=True):
            inside = [v for v in range(size) if v != place]
            gain = shares[inside] @ np.where(np.isin(np.arange(len(column)), inside), 0, column)
            column[inside] = np.linalg.solve(np.eye(len(inside)) - shares[np.ix_(inside, inside)], gain)


def sweep(ring: rings.Ring, columns: Numbers, fixed: Integers, *, start: float, rounds: int) -> None:
    size = len(ring.start) - 1
    for column, place in zip(columns, fixed, strict=True):
        reached = column[:size] > 0
        column[:size] = np.where(reached, start, 0.0)
        for _ in range(rounds):
            if place >= 0:
                column[place] = 1.0
            column[:size] = [best(ring.stakes[ring.start[v] : ring.start[v + 1]], column) for v in range(size)]
        if place >= 0:
            column[place] = 1.0


def best(stakes: Records, values: Numbers) -> float:
    """Every low, then as much as fits to the best owners."""
    left, total = WHOLE - stakes["low"].sum(), 0.0
    for stake in sorted(stakes, key=lambda stake: -values[stake["owner"]]):
        more = min(left, stake["high"] - stake["low"])
        left -= more
        total += (stake["low"] + more) * values[stake["owner"]]
    return float(total / WHOLE)


def told(
    snap: Snapshot, cut: float = 0.0, method: type[Surroundings] = Surroundings
) -> tuple[dict[str, Told], dict[str, float]]:
    """Each party's exposures by name, and the bound of whom they do not list; joint names are no parties."""
    built, names = bulk_graph(snap)
    kernel = Kernel(built, cut, method=method)
    kernel.run(range(len(names)))
    rows = {name: kernel.exposures(vendor) for vendor, name in enumerate(names) if name not in snap.joint}
    return {name: by_name(row, names) for name, row in rows.items()}, {name: row.rest for name, row in rows.items()}


def by_name(row: Exposures, names: tuple[str, ...]) -> Told:
    columns = zip(row.holder, row.low, row.high, row.must, row.may, strict=True)
    return {names[holder]: (float(low), float(high), bool(must), bool(may)) for holder, low, high, must, may in columns}


def bounds_of(asked: Graph, method: type[Surroundings] = Surroundings) -> Bounds:
    """What each party has of each, asked as the oracle's comparison asks: one holder, all subjects."""
    exposures, _ = told(snapshot_of(asked), method=method)
    (owner,) = asked.owners
    answer = {party: exposures[party].get(owner, (0.0, 0.0, False, False)) for party in asked.parties}
    scaled = {party: (Fraction(row[0]) * WHOLE, Fraction(row[1]) * WHOLE) for party, row in answer.items()}
    return scaled | {owner: (Fraction(WHOLE), Fraction(WHOLE))}


def differences(told_: Told, expected: dict[str, Exposure]) -> list[str]:
    names = sorted(told_.keys() | expected.keys())
    return [
        name for name in names if name not in told_ or name not in expected or not same(told_[name], expected[name])
    ]


def same(row: tuple[float, float, bool, bool], exposure: Exposure) -> bool:
    near = abs(row[0] - exposure.low / WHOLE) <= NEAR and abs(row[1] - exposure.high / WHOLE) <= NEAR
    return near and row[2:] == (exposure.must_control, exposure.may_control)


def outside(told_: Told, rest: float, expected: dict[str, Exposure]) -> list[str]:
    """Who is truly outside the bounds that a truncated run tells."""
    found = []
    for name, exposure in expected.items():
        low, high = told_[name][:2] if name in told_ else (0.0, rest)
        if low > exposure.low / WHOLE + ROUNDING or high < exposure.high / WHOLE - ROUNDING:
            found.append(name)
    return found


@SEEDS
def test_exposures_are_those_of_the_plain_engine(seeds: range) -> None:
    for seed in seeds:
        snap = snapshot_told(seed)
        exposures, _ = told(snap)
        wrong = {party: differences(row, exposures_of(snap, party)) for party, row in exposures.items()}
        assert not any(wrong.values()), (seed, wrong)


@SEEDS
def test_bounds_are_the_oracles(seeds: range) -> None:
    for seed in seeds:
        exposures, _ = told(snapshot_of(graph(seed)))
        for holder in graph(seed).parties:
            asked = Graph(seed, graph(seed).shares, frozenset({holder}))
            least, most = owned(asked, lowest), owned(asked, highest)
            for party in set(asked.parties) - {holder}:
                low, high = exposures[party].get(holder, (0.0, 0.0, False, False))[:2]
                assert (low, high) == pytest.approx((least[party] / WHOLE, most[party] / WHOLE), abs=NEAR), seed


@pytest.mark.parametrize("case", ALONE.values(), ids=ALONE)
def test_named_cases_are_right(case: Case) -> None:
    assert not wrong_bounds(case.graph, bounds_of(case.graph))


@pytest.mark.parametrize("cut", [0.001, 0.05, 0.3])
def test_truncated_bounds_are_never_inside_the_true_ones(cut: float) -> None:
    for seed in range(150):
        snap = snapshot_told(seed)
        exposures, rest = told(snap, cut)
        assert not any(outside(row, rest[party], exposures_of(snap, party)) for party, row in exposures.items()), seed


def test_truncation_that_is_not_booked_is_caught() -> None:
    def unbooked(seed: int) -> bool:
        snap = snapshot_told(seed)
        exposures, _ = told(snap, 0.05)
        return any(outside(row, 0.0, exposures_of(snap, party)) for party, row in exposures.items())

    assert any(unbooked(seed) for seed in range(40))


@pytest.mark.parametrize(
    ("method", "name"),
    [
        (FromAboveWithoutCollapse, "the sticking ring"),
        (FromBelowAndStopped, "a ring gives more than its chain"),
        (InverseOfHighs, "a ring of bands whose inverse goes negative"),
    ],
)
def test_broken_ways_through_a_ring_are_caught(method: type[Surroundings], name: str) -> None:
    asked = OWNERSHIP[name].graph
    assert not wrong_bounds(asked, bounds_of(asked))
    assert wrong_bounds(asked, bounds_of(asked, method))


@pytest.mark.parametrize("method", [FromAboveWithoutCollapse, FromBelowAndStopped])
def test_broken_ways_through_a_ring_are_caught_on_random_graphs(method: type[Surroundings]) -> None:
    def wrong(seed: int) -> bool:
        snap = snapshot_told(seed)
        exposures, _ = told(snap, method=method)
        return any(differences(row, exposures_of(snap, party)) for party, row in exposures.items())

    assert any(wrong(seed) for seed in range(60))


def test_what_a_walk_never_leaves_takes_its_share_with_it() -> None:
    # What c has of a is only asserted, so at the lows a keeps for itself what comes to it from c; the long way
    # through g makes sweeps too slow, so that policies decide.
    asserted = Fact(
        id="told",
        holder="c",
        subject="a",
        type="shareholding",
        source=SOURCE,
        low=0,
        high=50 * PERCENT,
        directness=Directness.INDIRECT,
    )
    owned_ = world().owns("d", "c", 6).owns("a", "c", 14).owns("g", "c", 80).owns("c", "g", 99).owns("a", "a", 100)
    low, high = told(owned_.tells(asserted).on())[0]["c"]["d"][:2]
    assert (low, high) == pytest.approx((0.06 / (1 - 0.8 * 0.99), 0.06 / (1 - 0.8 * 0.99 - 0.14 * 0.5)))


def test_a_ring_that_is_too_much_work_excludes_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rings, "LARGEST_WORK", 0)
    for seed in range(60):
        snap = snapshot_told(seed)
        exposures, rest = told(snap, 0.05)
        assert not any(outside(row, rest[party], exposures_of(snap, party)) for party, row in exposures.items()), seed


def test_arrays_that_do_not_fit_together_are_refused() -> None:
    owner, share = np.array([0], np.int32), np.array([0.5])
    with pytest.raises(ValueError, match="3 rising offsets"):
        BulkGraph.from_arrays(2, np.array([0, 1]), owner, share, share)
    with pytest.raises(ValueError, match="from 0 to 1"):
        BulkGraph.from_arrays(2, np.array([0, 0, 1]), owner + 2, share, share)


def test_a_chain_of_ten_thousand() -> None:
    kernel = exposures_in(chain(10_000, share=90), [9_999], 0.001)
    nearest = kernel.exposures(9_999).high[-1:]
    assert nearest == pytest.approx([0.9])
    assert len(kernel.exposures(9_999).high[kernel.exposures(9_999).high > 0.001]) == 65
    assert kernel.exposures(9_999).must.all()


def test_a_hub_of_a_hundred_thousand_holdings() -> None:
    kernel = exposures_in(hub(100_000), range(2, 100_002), 0.0)
    assert list(kernel.exposures(50_000).high) == pytest.approx([0.015, 0.05])
    moved = kernel.update([Change(1, stakes=Held([0], [0.2], [0.3]))])
    assert len(moved) == 100_000
    assert list(kernel.exposures(50_000).low) == pytest.approx([0.01, 0.05])


def test_a_complete_ring_of_two_hundred() -> None:
    kernel = exposures_in(complete_ring(200), [0], 0.0)
    told_ = kernel.exposures(0)
    # At the highs y = 0.6 + 0.4 y; at the lows the others hold nothing.
    assert list(told_.holder) == list(range(1, 201))
    assert told_.high[-1] == pytest.approx(1.0)
    assert told_.low[-1] == pytest.approx(0.5)


def test_five_thousand_in_one_ring_of_bands() -> None:
    rows = ring_of_bands(5_000)
    told_ = exposures_in(rows, [0], 0.05).exposures(0)
    assert (told_.holder[-1], told_.low[-1]) == (5_000, 0.0)
    # Down from 0: the outsider takes what it can, the party before most of what that leaves.
    reached, carried = 0.0, 1.0
    for party in [0, *range(4_999, 0, -1)]:
        taken = rows[party].get(5_000, (0, 0))[1] / WHOLE
        reached += carried * taken
        carried *= min(rows[party][(party - 1) % 5_000][1] / WHOLE, 1 - taken)
    assert reached == pytest.approx(0.487, abs=1e-3)
    assert reached <= told_.high[-1] <= reached + told_.rest


def weight(snap: Snapshot, chain: tuple[str, ...]) -> float:
    """The product of the highs along a chain of stakes and assertions; joint names that were left out count as 1."""
    product = 1.0
    for subject, holder in pairwise(reversed(chain)):
        stakes = (*snap.economic.into(subject).values(), *snap.asserted_economic.into(subject).values())
        product *= float(max(stake.bounds.high for stake in stakes if holder in stake.members)) / WHOLE
    return product


def test_paths_carry_as_much_as_those_of_the_plain_engine() -> None:
    for seed in range(100):
        snap = snapshot_told(seed)
        built, names = bulk_graph(snap)
        kernel = Kernel(built, 0.0)
        kernel.run(range(len(names)))
        for vendor, name in enumerate(names):
            expected = exposures_of(snap, name) if name not in snap.joint else {}
            chains = {names[h]: tuple(names[p] for p in chain) for h, chain in kernel.paths(vendor).items()}
            for holder, exposure in expected.items():
                chain = chains[holder]
                assert (chain[0], chain[-1]) == (holder, name)
                if exposure.high > 0:
                    assert weight(snap, chain) == pytest.approx(weight(snap, exposure.path)), seed
                else:
                    assert set(chain) - {holder} <= controlled_by(snap, holder, may=True, line=HALF), seed
