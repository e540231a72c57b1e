"""Integrated ownership by exact policy iteration over interval Markov chains (SEMANTICS 3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from tests.engine.oracle.verdict.directness import Pair
from tests.engine.oracle.verdict.slots import WHOLE
from tests.engine.oracle.verdict.world import Span

Chain = dict[str, dict[str, Fraction]]
Values = dict[str, Fraction]
Told = Mapping[str, Sequence[tuple[str, Fraction]]]
"""By subject the assertions (2.5): holder and share."""
Group = frozenset[str]


@dataclass(frozen=True)
class Walk:
    """What a walk up may do: shares inside `spans` with totals <= 100, or at any subject one assertion instead."""

    spans: Mapping[Pair, Span]
    told: Told

    def reach(self, start: str, targets: Group, stop: Group) -> Fraction:
        """The most, over all that the walk may do, of ever meeting a target; in shares.

        Switching a subject's choice only for a strict gain ends at a fixed point of the optimum's equation that
        some chain attains; the optimum is the least such point, so the two are equal.
        """
        if start in targets:
            return WHOLE
        into = self._above(start, targets, stop)
        values: Values = dict.fromkeys(targets, Fraction(1))
        chain: Chain = {subject: self._choice(subject, owners, values) for subject, owners in into.items()}
        while True:
            values = _solve(chain, targets)
            better = False
            for subject, owners in into.items():
                best = self._choice(subject, owners, values)
                if _worth(best, values) > _worth(chain[subject], values):
                    chain[subject], better = best, True
            if not better:
                return values.get(start, Fraction(0)) * WHOLE

    def _above(self, start: str, targets: Group, stop: Group) -> dict[str, dict[str, Span]]:
        """The owners of every party that the walk can pass."""
        into: dict[str, dict[str, Span]] = {}
        todo = {start}
        while todo:
            subject = todo.pop()
            into[subject] = {holder: span for (holder, s), span in self.spans.items() if s == subject}
            owners = {*into[subject], *(holder for holder, _ in self.told.get(subject, ()))}
            todo |= {h for h in owners if h not in targets | stop and h not in into}
        return into

    def _choice(self, subject: str, owners: Mapping[str, Span], values: Values) -> dict[str, Fraction]:
        """2.5: the stakes, or one assertion in their place, whichever leads on better."""
        menu = [_best(owners, values), *({holder: share / WHOLE} for holder, share in self.told.get(subject, ()))]
        return max(menu, key=lambda given: _worth(given, values))


def _best(owners: Mapping[str, Span], values: Values) -> dict[str, Fraction]:
    """All lows, then what is left of 100 to the owners of most value, each up to its high."""
    given = {owner: low / WHOLE for owner, (low, _) in owners.items()}
    left = 1 - sum(given.values())
    for owner in sorted(owners, key=lambda o: (-values.get(o, Fraction(0)), o)):
        if values.get(owner, Fraction(0)) > 0:
            more = max(Fraction(0), min(left, owners[owner][1] / WHOLE - given[owner]))
            given[owner] += more
            left -= more
    return given


def _worth(given: Mapping[str, Fraction], values: Values) -> Fraction:
    return sum((share * values.get(owner, Fraction(0)) for owner, share in given.items()), Fraction(0))


def _solve(chain: Chain, targets: frozenset[str]) -> Values:
    """The chance to meet a target: 0 where none can be reached, else the linear system."""
    live = set(targets)
    while True:
        more = {s for s, given in chain.items() if s not in live and any(p > 0 and o in live for o, p in given.items())}
        if not more:
            break
        live |= more
    names = sorted(live - targets)
    place = {name: i for i, name in enumerate(names)}
    rows = [[Fraction(int(i == j)) for j in range(len(names))] + [Fraction(0)] for i in range(len(names))]
    for name in names:
        for owner, share in chain[name].items():
            if owner in targets:
                rows[place[name]][-1] += share
            elif owner in place:
                rows[place[name]][place[owner]] -= share
    _eliminate(rows)
    found = {name: rows[place[name]][-1] for name in names}
    return found | dict.fromkeys(targets, Fraction(1))


def _eliminate(rows: list[list[Fraction]]) -> None:
    for column in range(len(rows)):
        pivot = next(i for i in range(column, len(rows)) if rows[i][column] != 0)
        rows[column], rows[pivot] = rows[pivot], rows[column]
        scale = rows[column][column]
        rows[column] = [value / scale for value in rows[column]]
        for i, row in enumerate(rows):
            if i != column and row[column] != 0:
                factor = row[column]
                rows[i] = [a - factor * b for a, b in zip(row, rows[column], strict=True)]
