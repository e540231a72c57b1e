"""An update of the bulk kernel is a run on the changed graph, and so are the bounds of one vendor."""

from collections.abc import Iterable, Iterator

import pytest

pytest.importorskip("numba", reason="numpy and numba are for jobs; the engine does without.")

import numpy as np

from conflicts.engine.bounds import PERCENT
from conflicts.engine.kernel import Change, Held, Kernel, bulk, shelves
from tests.engine.kernel_graphs import SOAK, Register, Row, chain, exposures_in

pytestmark = pytest.mark.property


def test_a_ring_that_breaks_is_worked_out_as_none_though_nobody_moved(monkeypatch: pytest.MonkeyPatch) -> None:
    # Stakes that carry nothing are left out, so a ring does not break unseen; here they are let in.
    monkeypatch.setattr(Held, "carries", lambda held: np.ones(len(held.owner), np.bool_))
    some = (10 * PERCENT, 20 * PERCENT)
    rows: list[Row] = [{1: some}, {2: some, 3: some}, {0: (0, 0)}, {}]
    kernel = exposures_in(rows, range(3), 0.02)
    kernel.update([Change(2, stakes=Held([], [], []))])
    rows[2] = {}
    assert everything(kernel, range(3)) == everything(exposures_in(rows, range(3), 0.02), range(3))


def everything(kernel: Kernel, vendors: Iterable[int]) -> dict[int, tuple[object, ...]]:
    rows = {vendor: kernel.exposures(vendor) for vendor in vendors}
    return {
        vendor: (*(column.tolist() for column in (row.holder, row.low, row.high, row.must, row.may)), row.rest)
        for vendor, row in rows.items()
    }


def complaints_about_updates(seed: int, cut: float, events: int) -> Iterator[str]:
    """After each event: an update equals a run on the changed graph, float by float, and names whose rows moved."""
    register = Register.drawn(seed)
    vendors = range(seed % 3, len(register.rows), 3)
    kernel = Kernel(register.graph, cut)
    kernel.run(vendors)
    for event in range(events):
        before = everything(kernel, vendors)
        moved = kernel.update(register.happens())
        fresh = Kernel(register.graph, cut)
        fresh.run(vendors)
        now = everything(kernel, vendors)
        if now != everything(fresh, vendors):
            yield f"seed {seed}, event {event}: not the full run"
        differ = {vendor for vendor in vendors if before[vendor] != now[vendor]}
        if not differ <= set(moved.tolist()):
            yield f"seed {seed}, event {event}: {moved.tolist()} moved, not {sorted(differ)}"


@pytest.mark.parametrize("cut", [0.0, 0.02])
@pytest.mark.parametrize("seeds", [pytest.param(range(40), id="40"), SOAK])
def test_an_update_is_a_full_run(seeds: range, cut: float) -> None:
    for seed in seeds:
        assert not list(complaints_about_updates(seed, cut, events=12))


@pytest.mark.parametrize("cut", [0.0, 0.02])
def test_the_bounds_of_one_vendor_are_those_of_a_run(cut: float) -> None:
    for seed in range(20):
        register = Register.drawn(seed)
        kernel, vendors = Kernel(register.graph, cut), range(len(register.rows))
        kernel.run(vendors)
        for _ in range(6):
            for vendor in vendors:
                entries, rest = kernel.bounds(vendor)
                found, stored = np.sort(entries, order="holder"), kernel.exposures(vendor)
                listed = np.isin(stored.holder, found["holder"])
                for column in ("holder", "low", "high"):
                    assert list(found[column]) == list(getattr(stored, column)[listed]), seed
                assert rest == stored.rest
                assert (stored.high[~listed] == rest).all()
            kernel.update(register.happens())


def test_asking_for_one_vendor_needs_no_run_and_moves_nothing() -> None:
    kernel = exposures_in(chain(9_000, share=100), [5], 0.0)
    before = everything(kernel, [5])
    assert len(kernel.bounds(8_999)[0]) == 8_999
    assert everything(kernel, [5]) == before
    with pytest.raises(KeyError, match="no vendor of the last run"):
        kernel.exposures(8_999)


def test_a_change_of_much_is_a_full_run_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "_FEW", 0)
    for seed in range(5):
        assert not list(complaints_about_updates(seed, 0.0, events=12))


def test_an_update_is_a_full_run_while_memory_grows_and_is_tidied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "_SPARE", 0)
    for seed in range(5):
        assert not list(complaints_about_updates(seed, 0.0, events=12))


def test_an_update_that_stops_at_the_changed_subject_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    hit = shelves.Resting.hit
    monkeypatch.setattr(shelves.Resting, "hit", lambda *asked: np.intersect1d(hit(*asked), asked[1]))
    assert any(list(complaints_about_updates(seed, 0.0, events=12)) for seed in range(5))
