"""The benchmarks refuse to compare different answers.

A ring of two, a held by b 50% and by the person p 30%, b by a 40%, and the vendor v held by a 80%: a walk from v meets
a with 80%, b with 80 x 50 = 40%, p with 80 x 30 / (1 - 50 x 40) = 30%.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

np = pytest.importorskip("numpy", reason="The benchmarks need numpy: .venv/bin/pip install numpy.")

from benchmarks.agreement import DisagreementError, Exposures, check  # noqa: E402
from benchmarks.graphs import OwnershipGraph  # noqa: E402
from benchmarks.peers import Pairs  # noqa: E402

A, B, P, V = range(4)


@pytest.fixture
def ring() -> OwnershipGraph:
    low = np.array([0.5, 0.3, 0.4, 0.8])
    ptr, owner = np.array([0, 2, 3, 3, 4]), np.array([B, P, A, A], dtype=np.int32)
    core, vendors = np.array([A, B], dtype=np.int32), np.array([V], dtype=np.int32)
    return OwnershipGraph(4, ptr, owner, low, low, vendors, core)


def ours(low: tuple[float, ...] = (0.8, 0.4, 0.3), slack: float = 0.0) -> Exposures:
    party, bounds = np.array([A, B, P]), np.array(low)
    return Exposures(np.full(3, V), party, bounds, bounds, np.array([V], dtype=np.int32), np.array([slack]))


def walks(*weight: float) -> Pairs:
    """What a peer says of v, a, b and p: sums over walks, so a and b carry the walks around the ring too."""
    return Pairs(np.full(4, V), np.array([V, A, B, P]), np.array(weight))


def test_the_right_answers_agree(ring: OwnershipGraph) -> None:
    seen = check(ring, ours(), {"a search": walks(1, 1, 0.5, 0.3), "another": walks(1, 1, 0.5, 0.3)})

    assert seen[-1].startswith("ours: 3 pairs with both bounds, the low loses at most 0")


def test_a_cut_that_is_booked_agrees(ring: OwnershipGraph) -> None:
    assert check(ring, ours((0.8, 0.4, 0.0), slack=0.3), {"a search": walks(1, 1, 0.5, 0.3)})


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (lambda: (ours((0.8, 0.4, 0.31)), {}), "our low is over the truth"),
        (lambda: (ours((0.8, 0.4, 0.0), slack=0.2), {}), "our high and slack are under the truth"),
        (lambda: (ours(), {"a search": walks(1, 1, 0.5, 0.31)}), "a search finds more than there is"),
        (
            lambda: (ours(), {"a search": walks(1, 1, 0.5, 0.3), "another": walks(1, 1, 0.5, 0)}),
            "another finds less than a search",
        ),
        (
            lambda: (ours(), {"a search": walks(1, 1, 0.5, 0.3), "scipy": walks(1, 0.9, 0.5, 0.3)}),
            "scipy finds less than a search",
        ),
    ],
)
def test_a_wrong_answer_stops_the_run(
    ring: OwnershipGraph, wrong: Callable[[], tuple[Exposures, dict[str, Pairs]]], sentence: str
) -> None:
    with pytest.raises(DisagreementError, match=sentence):
        check(ring, *wrong())


def test_a_low_that_lost_more_than_was_booked_stops_the_run(ring: OwnershipGraph) -> None:
    loose = ours()._replace(low=np.array([0.8, 0.4, 0.1]), slack=np.array([0.1]))

    with pytest.raises(DisagreementError, match="our low loses more than the slack"):
        check(ring, loose, {})
