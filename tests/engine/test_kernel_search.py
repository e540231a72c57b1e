"""A search up from one vendor against the vector method, on graphs without rings in which most subjects are tight."""

from collections.abc import Iterator

import pytest

pytest.importorskip("numba", reason="numpy and numba are for jobs; the engine does without.")

from conflicts.engine.bounds import PERCENT, WHOLE
from conflicts.engine.kernel import BulkGraph, Change, Held, Kernel, surroundings, workers
from conflicts.engine.walks import EngineRefusalError
from tests.engine.kernel_graphs import Row, bulk, chain, complete_ring, without_rings

pytestmark = pytest.mark.property
NEAR = 1e-9
ROUNDING = 1e-12
Found = dict[int, tuple[float, float]]


def bounds(kernel: Kernel, vendor: int) -> Found:
    row = kernel.exposures(vendor)
    return dict(zip(row.holder.tolist(), zip(row.low.tolist(), row.high.tolist(), strict=True), strict=True))


def with_idle_assertions(rows: list[Row]) -> BulkGraph:
    """The rows with each stake told once more, as an assertion of next to nothing: so no search goes through."""
    built = bulk(rows)
    for subject in range(len(rows)):
        owners = built.stakes.row(subject)["owner"].tolist()
        idle = Held(owners, [0.0] * len(owners), [1 / WHOLE] * len(owners))
        built.replace([Change(subject, assertions=idle)])
    return built


def both_ways(seed: int, cut: float) -> Iterator[tuple[Found, Found]]:
    """What searches and what vectors find, party by party."""
    rows = without_rings(seed)
    kernel, other = Kernel(bulk(rows), cut), Kernel(with_idle_assertions(rows), 0.0)
    kernel.run(range(len(rows)))
    other.run(range(len(rows)))
    for vendor in range(len(rows)):
        yield bounds(kernel, vendor), bounds(other, vendor)


def test_a_search_finds_what_vectors_do() -> None:
    for seed in range(40):
        for found, expected in both_ways(seed, 0.0):
            assert found.keys() == expected.keys()
            assert all(found[holder] == pytest.approx(expected[holder], abs=NEAR) for holder in found), seed


@pytest.mark.parametrize("cut", [0.001, 0.02, 0.1])
def test_a_search_that_stops_early_stays_outside(cut: float) -> None:
    for seed in range(40):
        for found, true in both_ways(seed, cut):
            for holder, (low, high) in found.items():
                assert low <= true[holder][0] + ROUNDING, seed
                assert high >= true[holder][1] - ROUNDING, seed


def test_owners_that_share_what_is_above_them_take_no_more_than_the_whole() -> None:
    # The sum over ways would be 60% of a half, twice.
    half, band_ = (50 * PERCENT, 50 * PERCENT), (40 * PERCENT, 60 * PERCENT)
    rows: list[Row] = [{}, {0: half}, {0: half}, {1: band_, 2: band_}]
    kernel = Kernel(bulk(rows), 0.0)
    kernel.run([3])
    assert bounds(kernel, 3)[0] == pytest.approx((0.4, 0.5))


def test_more_entries_than_fit_are_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "MOST_ENTRIES", 1_000)
    with pytest.raises(EngineRefusalError, match="ask with a larger cut"):
        Kernel(bulk(chain(100, share=100)), 0.0).run(range(100))


def test_more_entries_in_a_ring_than_fit_are_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surroundings, "MOST_ENTRIES", 100)
    with pytest.raises(EngineRefusalError, match="ask with a larger cut"):
        Kernel(bulk(complete_ring(20)), 0.0).run([0])
