"""The benchmarks' graphs keep what they promise; no time is measured here."""

from __future__ import annotations

import pytest

np = pytest.importorskip("numpy", reason="The benchmarks' graphs need numpy: .venv/bin/pip install numpy.")

from benchmarks.events import above_vendors, hub_event, stake_events, widest_hub  # noqa: E402
from benchmarks.graphs import DEPTH, MOST_HOLDERS, SMALL, OwnershipGraph, ownership_graph  # noqa: E402


@pytest.fixture(scope="module")
def graph() -> OwnershipGraph:
    return ownership_graph(SMALL, seed=7)


def test_the_size_is_about_what_was_asked(graph: OwnershipGraph) -> None:
    assert graph.edges == pytest.approx(SMALL.edges, rel=0.1)
    assert len(graph.vendors) == SMALL.vendors
    assert len(graph.core) == SMALL.core


def test_one_seed_gives_one_graph_and_another_gives_another(graph: OwnershipGraph) -> None:
    again, other = ownership_graph(SMALL, seed=7), ownership_graph(SMALL, seed=8)

    for name in ("ptr", "owner", "low", "high", "vendors", "core"):
        assert np.array_equal(getattr(again, name), getattr(graph, name))
    assert not np.array_equal(other.owner[:1000], graph.owner[:1000])


def test_the_rows_are_csr_by_subject_with_each_holder_once(graph: OwnershipGraph) -> None:
    assert graph.ptr[0] == 0
    assert graph.ptr[-1] == graph.edges == len(graph.low) == len(graph.high)
    pairs = graph.subject.astype(np.int64) * graph.count + graph.owner
    assert (np.diff(pairs) > 0).all()


@pytest.mark.parametrize("seed", range(5))
def test_nobody_holds_itself(seed: int) -> None:
    graph = ownership_graph(SMALL, seed)

    assert (graph.subject != graph.owner).all()


def test_lows_leave_room_and_highs_are_tightened(graph: OwnershipGraph) -> None:
    total = np.bincount(graph.subject, graph.low, graph.count)

    assert total.max() <= 1
    assert (graph.low > 0).all()
    assert (graph.high >= graph.low).all()
    assert (graph.high <= 1 - total[graph.subject] + graph.low + 1e-12).all()


def test_a_third_of_the_large_stakes_are_bands(graph: OwnershipGraph) -> None:
    banded = graph.high > graph.low
    large = graph.high >= 0.25

    assert set(graph.low[banded]) == {0.25, 0.5, 0.75}
    assert banded.sum() / (banded | large).sum() == pytest.approx(1 / 3, abs=0.05)


def test_no_chain_is_deeper_than_twelve_and_some_are_that_deep(graph: OwnershipGraph) -> None:
    inside = np.isin(graph.subject, graph.core) & np.isin(graph.owner, graph.core)
    subject, owner = graph.subject[~inside], graph.owner[~inside]
    depth = np.zeros(graph.count, dtype=np.int64)
    for _ in range(DEPTH + 2):
        np.maximum.at(depth, subject, depth[owner] + 1)

    assert depth.max() == DEPTH


def test_every_core_member_sits_in_a_ring(graph: OwnershipGraph) -> None:
    inside = np.isin(graph.subject, graph.core) & np.isin(graph.owner, graph.core)
    holders = {int(party): set[int]() for party in graph.core}
    for subject, owner in zip(graph.subject[inside].tolist(), graph.owner[inside].tolist(), strict=True):
        holders[subject].add(owner)

    assert all(party in _everyone_above(party, holders) for party in holders)


def test_companies_have_few_holders_and_funds_have_many_small_holdings(graph: OwnershipGraph) -> None:
    holders = np.diff(graph.ptr)
    hub, reach = widest_hub(graph)
    held = graph.owner == hub

    assert holders.max() <= MOST_HOLDERS
    assert np.median(holders[holders > 0]) >= 4
    assert held.sum() > 0.03 * graph.edges
    assert np.median(graph.high[held]) < 0.02
    assert reach >= held.sum()


def test_vendors_are_held_and_sit_below_the_top(graph: OwnershipGraph) -> None:
    assert (np.diff(graph.ptr)[graph.vendors] > 0).all()
    assert above_vendors(graph).sum() > 3 * len(graph.vendors)


def test_an_event_changes_one_subject_and_leaves_sound_bounds(graph: OwnershipGraph) -> None:
    for event in [*stake_events(graph, 50, seed=3), hub_event(graph)[0]]:
        rows = slice(graph.ptr[event.subject], graph.ptr[event.subject + 1])
        assert set(graph.owner[rows]) <= set(event.owner)
        assert not (np.array_equal(event.low, graph.low[rows]) and np.array_equal(event.high, graph.high[rows]))
        assert event.low.sum() <= 1 + 1e-12
        assert (event.high >= event.low).all()


def _everyone_above(party: int, holders: dict[int, set[int]]) -> set[int]:
    found: set[int] = set()
    waiting = [party]
    while waiting:
        fresh = holders[waiting.pop()] - found
        found |= fresh
        waiting.extend(fresh)
    return found
