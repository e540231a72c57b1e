"""Systems solved by products alone are solved as by elimination, or not at all."""

from __future__ import annotations

from random import Random

import pytest

from conflicts.engine.krylov import iterated_solution
from conflicts.engine.linear import least_solution

pytestmark = pytest.mark.property

Rows = dict[str, dict[str, float]]


def drawn(seed: int, *, loss: float) -> tuple[Rows, dict[str, float]]:
    """Thirty who own each other; of each some is owned by nobody."""
    random = Random(seed)
    names = [str(number) for number in range(30)]
    rows: Rows = {}
    for name in names:
        weights = {owner: random.random() for owner in random.sample(names, random.randint(1, 30))}
        whole = sum(weights.values()) / (1 - loss)
        rows[name] = {owner: weight / whole for owner, weight in weights.items()}
    return rows, {name: random.random() for name in names}


def free(_: int, __: float) -> None:
    """Work costs nothing."""


def missed(seed: int) -> float:
    """By how much the two answers differ, as a part of the answer."""
    shares, gains = drawn(seed, loss=0.01)
    by_products = iterated_solution(shares, gains, sorted(gains), free, tolerance=1e-13)
    by_elimination = least_solution(shares, gains, free)
    assert by_products is not None
    return max(abs(by_products[name] - value) / value for name, value in by_elimination.items())


def test_products_and_elimination_find_the_same() -> None:
    assert max(missed(seed) for seed in range(50)) < 1e-10


def test_a_part_may_be_owned_by_itself_and_by_nobody() -> None:
    shares = {"a": {"a": 0.5}, "b": {"a": 0.5}, "c": dict[str, float]()}
    found = iterated_solution(shares, {"a": 1, "b": 0, "c": 3}, ["a", "b", "c"], free, tolerance=1e-13)
    assert found == pytest.approx({"a": 2, "b": 1, "c": 3})


def test_a_long_ring_takes_too_long_and_nothing_is_told() -> None:
    ring = {str(place): {str((place + 1) % 2_000): 1 - 1e-9} for place in range(2_000)}
    gains = dict.fromkeys(ring, 0.0) | {"7": 1.0}
    assert iterated_solution(ring, gains, sorted(ring), free, tolerance=1e-13) is None


def test_what_nobody_gains_is_nothing() -> None:
    assert iterated_solution({"a": {"a": 0.5}}, {"a": 0}, ["a"], free, tolerance=1e-13) == {"a": 0}
