"""Graphs for the bulk kernel: snapshots with joint and asserted holdings, large shapes, and a register that changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import accumulate
from random import Random

import numpy as np
import numpy.typing as npt
import pytest

from conflicts.engine.bounds import PERCENT, WHOLE
from conflicts.engine.facts import Directness, Fact, joint_holder
from conflicts.engine.kernel import BulkGraph, Change, Held, Kernel, Votes
from conflicts.engine.snapshot import Snapshot, snapshot
from tests.engine.graphs import graph, with_open_ends
from tests.engine.test_against_oracle import DAY, LONG_FORM, SOURCE, nodes_of, snapshot_of

SOAK = pytest.param(range(10_000), id="10000", marks=LONG_FORM)
BANDS = [(0, 100), (25, 50), (50, 75), (75, 100), (0, 5), (5, 25), (10, 10), (30, 30), (51, 51), (60, 60), (100, 100)]
Row = dict[int, tuple[int, int]]


def snapshot_told(seed: int) -> Snapshot:
    """The random graph of a seed, half of them with open ends, and what its parties hold jointly or indirectly."""
    rng = Random(seed)
    asked = with_open_ends(graph(seed)) if seed % 2 else graph(seed)
    ground = snapshot_of(asked).ground
    facts = [fact for rows in (*ground.rows.values(), *ground.tie_rows.values()) for fact in rows]
    for number in range(rng.choice([0, 0, 1, 2]) if len(asked.parties) > 2 else 0):
        *members, subject = rng.sample(asked.parties, 3)
        band = rng.choice(BANDS)
        row = _fact(rng, f"joint {number}", (joint_holder(members), subject), band)
        facts.append(replace(row, members=tuple(sorted(members))))
    for number in range(rng.choice([0, 0, 1, 2]) if len(asked.parties) > 1 else 0):
        holder, subject = rng.sample(asked.parties, 2)
        row = _fact(rng, f"told {number}", (holder, subject), rng.choice(BANDS))
        facts.append(replace(row, directness=Directness.INDIRECT))
    return snapshot(nodes_of(asked), facts, as_of=DAY, known_on=DAY)


def _fact(rng: Random, name: str, pair: tuple[str, str], band: tuple[int, int]) -> Fact:
    holder, subject = pair
    low, high = (end * PERCENT for end in band)
    kind = rng.choice(["shareholding", "shareholding", "votingRights"])
    return Fact(id=name, holder=holder, subject=subject, type=kind, source=SOURCE, low=low, high=high)


def tightened(row: Row) -> Row:
    """Highs brought down to what the others' lows leave; lows past 100 count as 0 (SEMANTICS 2.6, 2.7)."""
    total = sum(low for low, _ in row.values())
    if total > WHOLE:
        return {owner: (0, high) for owner, (_, high) in row.items()}
    return {owner: (low, min(high, WHOLE - total + low)) for owner, (low, high) in row.items()}


def held(row: Row) -> Held:
    bands = [row[owner] for owner in sorted(row)]
    return Held(sorted(row), [low / WHOLE for low, _ in bands], [high / WHOLE for _, high in bands])


def votes(row: Row, subject: int) -> Votes:
    """Shares as votes; self-held ones carry none."""
    owners = sorted(owner for owner in row if owner != subject)
    bands = [row[owner] for owner in owners]
    return Votes(owners, [low for low, _ in bands], [high for _, high in bands], [False] * len(owners))


def bulk(rows: list[Row]) -> BulkGraph:
    """The graph of these rows by subject, shares counting as votes."""
    told = [held(row) for row in rows]
    cast = [votes(row, subject) for subject, row in enumerate(rows)]
    return BulkGraph.from_arrays(
        len(rows),
        offsets([len(row.owner) for row in told]),
        np.array([owner for row in told for owner in row.owner], np.int32),
        np.array([low for row in told for low in row.low]),
        np.array([high for row in told for high in row.high]),
        votes=Votes(
            [owner for row in cast for owner in row.owner],
            [low for row in cast for low in row.low],
            [high for row in cast for high in row.high],
            [end for row in cast for end in row.is_open],
            offsets([len(row.owner) for row in cast]),
        ),
    )


def offsets(sizes: list[int]) -> npt.NDArray[np.int64]:
    return np.array([0, *accumulate(sizes)], np.int64)


def chain(length: int, share: int) -> list[Row]:
    """Each party holds the next."""
    return [{}, *({party: (share * PERCENT, share * PERCENT)} for party in range(length - 1))]


def hub(holdings: int) -> list[Row]:
    """One fund holds 5% of each of so many companies, and somebody 10 to 30% of the fund."""
    return [{}, {0: (10 * PERCENT, 30 * PERCENT)}, *({1: (5 * PERCENT, 5 * PERCENT)} for _ in range(holdings))]


def complete_ring(size: int) -> list[Row]:
    """Everybody holds up to 2% of everybody else, and one outsider at least half of each."""
    some, much = (0, 2 * PERCENT), (50 * PERCENT, 60 * PERCENT)
    return [{**{o: some for o in range(size) if o != party}, size: much} for party in range(size)] + [{}]


def ring_of_bands(size: int, seed: int = 0) -> list[Row]:
    """Each party holds a band of the next, and one outsider a band of every third."""
    rng = Random(seed)
    bands = [(25, 50), (50, 75), (75, 100)]
    rows: list[Row] = [{(party - 1) % size: _percent(rng.choice(bands))} for party in range(size)]
    for party in range(0, size, 3):
        rows[party][size] = _percent((0, 25))
    return [*map(tightened, rows), {}]


def _percent(band: tuple[int, int]) -> tuple[int, int]:
    return band[0] * PERCENT, band[1] * PERCENT


def without_rings(seed: int, parties: int = 40) -> list[Row]:
    """Owners have lower ids than what they own; many bands, so that the highs of most subjects sum past one."""
    rng = Random(seed)
    rows: list[Row] = [{}, {}]
    for party in range(2, parties):
        owners = rng.sample(range(party), min(party, rng.choice([1, 2, 3, 5])))
        rows.append(tightened({owner: _percent(rng.choice(BANDS)) for owner in owners}))
    return rows


@dataclass
class Register:
    """Rows that change event by event: a stake is added or changed or ends, a party comes, two parties merge."""

    rng: Random
    rows: list[Row] = field(default_factory=list)

    @classmethod
    def drawn(cls, seed: int, parties: int = 24) -> Register:
        register = cls(Random(seed), [{} for _ in range(parties)])
        for _ in range(2 * parties):
            register._add()
        return register

    def happens(self) -> list[Change]:
        """Let one event happen; the changes are the new rows of the subjects that it touched."""
        event = self.rng.choice([self._add, self._add, self._end, self._end, self._found, self._merge])
        touched = event()
        return [
            Change(
                subject, stakes=held(tightened(self.rows[subject])), votes=votes(tightened(self.rows[subject]), subject)
            )
            for subject in sorted(touched)
        ]

    @property
    def graph(self) -> BulkGraph:
        return bulk([tightened(row) for row in self.rows])

    def _add(self) -> set[int]:
        """Mostly from a lower id to a higher one, at times the other way, so that rings come and go."""
        one, other = self.rng.randrange(len(self.rows)), self.rng.randrange(len(self.rows))
        holder, subject = (one, other) if self.rng.random() < 0.2 else (min(one, other), max(one, other))
        self.rows[subject][holder] = _percent(self.rng.choice(BANDS))
        return {subject}

    def _end(self) -> set[int]:
        subject = self.rng.choice([s for s, row in enumerate(self.rows) if row] or [0])
        for holder in list(self.rows[subject])[:1]:
            del self.rows[subject][holder]
        return {subject}

    def _found(self) -> set[int]:
        self.rows.append({self.rng.randrange(len(self.rows)): _percent(self.rng.choice(BANDS))})
        return {len(self.rows) - 1}

    def _merge(self) -> set[int]:
        """One party becomes another: what it held, and what was held in it, moves over."""
        gone, stays = self.rng.sample(range(len(self.rows)), 2)
        touched = {gone, stays} | {subject for subject, row in enumerate(self.rows) if gone in row}
        self.rows[stays] = {**self.rows[gone], **self.rows[stays]}
        self.rows[gone] = {}
        for subject in touched:
            if gone in self.rows[subject]:
                self.rows[subject].setdefault(stays, self.rows[subject].pop(gone))
        return touched


def exposures_in(rows: list[Row], vendors: Iterable[int], cut: float) -> Kernel:
    kernel = Kernel(bulk(rows), cut)
    kernel.run(list(vendors))
    return kernel
