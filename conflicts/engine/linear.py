"""Sparse elimination of x = A x + b, in fractions or in floats."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

N = TypeVar("N", Fraction, float)


def reaching_gain(shares: Mapping[str, Mapping[str, N]], gains: Mapping[str, N]) -> list[str]:
    """The states that reach a positive gain along positive shares; in the least solution all others are 0."""
    held: dict[str, list[str]] = {}
    for state, row in shares.items():
        for owner, share in row.items():
            if share > 0:
                held.setdefault(owner, []).append(state)
    live: set[str] = set()
    waiting = [state for state, gain in gains.items() if gain > 0]
    while waiting:
        state = waiting.pop()
        if state not in live:
            live.add(state)
            waiting.extend(held.get(state, ()))
    return sorted(live)


def least_solution(
    shares: Mapping[str, Mapping[str, N]], gains: Mapping[str, N], spend: Callable[[int, N], None]
) -> dict[str, N]:
    """Solve x = A x + b for the states that reach a gain; A is `shares` by row, b is `gains`, nowhere negative.

    `spend` is told how many numbers were worked out and one of them, and may raise to end the work.
    """
    return solution(shares, gains, reaching_gain(shares, gains), spend)


def solution(
    shares: Mapping[str, Mapping[str, N]], gains: Mapping[str, N], live: list[str], spend: Callable[[int, N], None]
) -> dict[str, N]:
    """Solve x = A x + b among the live states, in which I - A must be regular; b may be negative."""
    system = _System(shares, gains, live, spend)
    for pivot in live:
        system.eliminate(pivot)
    return system.solution(live)


class _System(Generic[N]):
    rows: dict[str, dict[str, N]]
    constants: dict[str, N]

    def __init__(
        self,
        shares: Mapping[str, Mapping[str, N]],
        gains: Mapping[str, N],
        live: Iterable[str],
        spend: Callable[[int, N], None],
    ) -> None:
        inside = set(live)
        self.spend: Callable[[int, N], None] = spend
        self.rows = {s: {o: w for o, w in shares[s].items() if o in inside and w} for s in inside}
        self.constants = {state: gains[state] for state in inside}
        self.uses: dict[str, set[str]] = {state: set() for state in inside}
        for state, row in self.rows.items():
            for owner in row:
                self.uses[owner].add(state)
        self.done: set[str] = set()

    def eliminate(self, pivot: str) -> None:
        """Put what the pivot is into every row that is still to come."""
        itself = self.rows[pivot].pop(pivot, None)
        if itself:
            self.rows[pivot] = {owner: share / (1 - itself) for owner, share in self.rows[pivot].items()}
            self.constants[pivot] /= 1 - itself
            self.spend(1 + len(self.rows[pivot]), self.constants[pivot])
        self.done.add(pivot)
        for state in sorted(self.uses[pivot] - self.done):
            self._substitute(state, pivot)

    def _substitute(self, state: str, pivot: str) -> None:
        row = self.rows[state]
        weight = row.pop(pivot)
        for owner, share in self.rows[pivot].items():
            if owner in row:
                row[owner] += weight * share
            else:
                row[owner] = weight * share
                self.uses[owner].add(state)
        self.constants[state] += weight * self.constants[pivot]
        self.spend(1 + len(self.rows[pivot]), self.constants[state])

    def solution(self, live: list[str]) -> dict[str, N]:
        """Work the values out from the last row back to the first."""
        found: dict[str, N] = {}
        for state in reversed(live):
            value = self.constants[state]
            for owner, share in self.rows[state].items():
                value += share * found[owner]
            self.spend(1 + len(self.rows[state]), value)
            found[state] = value
        return found
