"""Ownership graphs by seed: the same size and seed give the same graph, whatever the machine.

Shape, after what registers show: owners sit above what they own, on levels 0 (persons and funds) to 12; each company
has 2 to 20 holders, one of them on the level just above; who holds follows a power law, and funds hold very many
very small parts; some hundred companies on one level hold each other in rings, the largest with chords; a third of
the stakes of 25% and more are published as the bands 25-50, 50-75 and 75-100.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Ids = NDArray[np.int32]
Shares = NDArray[np.float64]
Flags = NDArray[np.bool_]

DEPTH = 12
MOST_HOLDERS = 20
# How many of the companies sit on levels 1 to 12: fewer the deeper, as in real groups.
LEVEL_WEIGHTS = (0.14, 0.12, 0.11, 0.10, 0.09, 0.08, 0.08, 0.07, 0.07, 0.06, 0.05, 0.03)
CORE_LEVEL = 3
VENDOR_LEVEL = 6
# Two draws can fall on one holder; so many more are drawn.
OVERDRAW = 1.03
MEAN_HOLDERS = 7.0
# What the other holders are; the rest are persons.
BY_FUND, BY_COMPANY = 0.35, 0.5
# Every second parent has a majority; the others share with partners.
LED = 0.5
LARGE = 0.25
BANDED = 1 / 3
# Registers publish hundredths of a percent.
STEP = 1e-4


class Size(NamedTuple):
    """What to ask for: edges about, vendors and ring members exactly."""

    name: str
    edges: int
    vendors: int
    core: int


SMALL = Size("10k", 10_000, 200, 60)
MIDDLE = Size("1M", 1_000_000, 10_000, 300)
LARGE_SIZE = Size("10M", 10_000_000, 100_000, 600)
SIZES = {size.name: size for size in (SMALL, MIDDLE, LARGE_SIZE)}


@dataclass(frozen=True, slots=True)
class OwnershipGraph:
    """Stakes as CSR by subject: the holders of s are owner[ptr[s]:ptr[s + 1]], lows and highs lie beside them.

    ptr: int64, count + 1 long; owner: int32; low, high: float64, fractions of one, lows of a subject sum to at most 1
    and highs are tightened (SEMANTICS 2.6); vendors and core (ring members): int32 ids, ascending.
    """

    count: int
    ptr: Ints
    owner: Ids
    low: Shares
    high: Shares
    vendors: Ids
    core: Ids

    @property
    def edges(self) -> int:
        return len(self.owner)

    @property
    def subject(self) -> Ids:
        """The subject of each edge, beside owner."""
        return np.repeat(np.arange(self.count, dtype=np.int32), np.diff(self.ptr))


class Cast(NamedTuple):
    """Who there is, by place: persons first, then funds, then companies by level (starts holds 13 places)."""

    persons: int
    funds: int
    starts: Ints

    @property
    def parties(self) -> int:
        return int(self.starts[-1])

    @property
    def companies(self) -> Ints:
        return np.arange(self.starts[0], self.starts[-1])

    @property
    def level(self) -> Ints:
        """The level of each company."""
        return np.repeat(np.arange(1, DEPTH + 1), np.diff(self.starts))

    def core(self, size: int) -> Ints:
        """The ring members: the first of their level, so the ones that most others are held by."""
        first, end = self.starts[CORE_LEVEL - 1 : CORE_LEVEL + 1]
        return np.arange(first, min(first + size, end))


class Draws(NamedTuple):
    """One drawn holding each: places, whether a fund's small part, whether by the company just above."""

    subject: Ints
    owner: Ints
    small: Flags
    leading: Flags


def ownership_graph(size: Size, seed: int = 1) -> OwnershipGraph:
    """Draw a graph. The order of ids is random, as that of a register's keys is."""
    rng = np.random.default_rng(seed)
    cast = _cast(size)
    draws = _with_rings(_draws(cast, rng), cast.core(size.core), rng)
    ids = rng.permutation(cast.parties)
    draws = _renumbered(draws, ids)
    share = _shares(draws, cast.parties, rng)
    low, high = _banded(share, rng)
    high = _tightened(draws.subject, low, high, cast.parties)
    ptr = np.concatenate(([0], np.cumsum(np.bincount(draws.subject, minlength=cast.parties)))).astype(np.int64)
    vendors = rng.choice(np.arange(cast.starts[VENDOR_LEVEL - 1], cast.parties), size.vendors, replace=False)
    return OwnershipGraph(
        cast.parties,
        ptr,
        draws.owner.astype(np.int32),
        low,
        high,
        np.sort(ids[vendors]).astype(np.int32),
        np.sort(ids[cast.core(size.core)]).astype(np.int32),
    )


def _cast(size: Size) -> Cast:
    companies = round(size.edges * OVERDRAW / MEAN_HOLDERS)
    persons = companies // 2
    funds = max(20, companies // 1000)
    ends = np.rint(np.cumsum(LEVEL_WEIGHTS) * companies).astype(np.int64)
    return Cast(persons, funds, persons + funds + np.concatenate(([0], ends)))


def _popular(rng: np.random.Generator, among: Ints | int, power: float, size: int) -> Ints:
    """Places below `among`, the low ones far more often: fan-out follows a power law."""
    return np.floor(among * rng.random(size) ** power).astype(np.int64)


def _draws(cast: Cast, rng: np.random.Generator) -> Draws:
    holders = np.minimum(1 + rng.geometric(1 / (MEAN_HOLDERS - 1), len(cast.companies)), MOST_HOLDERS)
    subject = np.repeat(cast.companies, holders)
    level = np.repeat(cast.level, holders)
    slot = np.arange(len(subject)) - np.repeat(np.cumsum(holders) - holders, holders)
    leading = (slot == 0) & (level > 1)
    kind = rng.random(len(subject))
    by_fund = ~leading & (slot > 0) & (kind < BY_FUND)
    by_company = ~leading & (slot > 0) & (kind >= 1 - BY_COMPANY) & (level > 1)
    owner = _popular(rng, cast.persons, 1.5, len(subject))
    owner[by_fund] = cast.persons + _popular(rng, cast.funds, 3, int(by_fund.sum()))
    above = cast.starts[level - 1] - cast.starts[0]
    owner[by_company] = cast.starts[0] + _popular(rng, above[by_company], 2, int(by_company.sum()))
    owner[leading] = _just_above(cast, level[leading], rng)
    return Draws(subject, owner, by_fund, leading)


def _just_above(cast: Cast, level: Ints, rng: np.random.Generator) -> Ints:
    first, end = cast.starts[level - 2], cast.starts[level - 1]
    return first + _popular(rng, end - first, 2, len(level))


def _with_rings(draws: Draws, core: Ints, rng: np.random.Generator) -> Draws:
    """Let the next member of its ring hold a part in each; in the largest ring a member at random another."""
    first = np.searchsorted(draws.subject, core)
    place = 0
    for length in _ring_lengths(len(core)):
        ring = np.arange(place, place + length)
        draws.owner[first[ring] + 1] = core[np.roll(ring, -1)]
        draws.small[first[ring] + 1] = False
        if place == 0:
            _add_chords(draws, first[ring] + 2, core[ring], rng)
        place += length
    return draws


def _add_chords(draws: Draws, rows: Ints, ring: Ints, rng: np.random.Generator) -> None:
    fits = draws.subject[rows] == ring
    draws.owner[rows[fits]] = rng.choice(ring, int(fits.sum()))
    draws.small[rows[fits]] = False


def _ring_lengths(members: int) -> list[int]:
    """One ring of a third of the members, then rings of 2 to 12."""
    lengths = [members // 3]
    while (left := members - sum(lengths)) > 0:
        following = (2, 3, 5, 8, 12)[len(lengths) % 5]
        lengths.append(left if left < following + 2 else following)
    return lengths


def _renumbered(draws: Draws, ids: Ints) -> Draws:
    """By subject and owner under their ids, each pair once, nobody holding itself."""
    subject, owner = ids[draws.subject], ids[draws.owner]
    _, rows = np.unique(subject * len(ids) + owner, return_index=True)
    rows = rows[subject[rows] != owner[rows]]
    return Draws(subject[rows], owner[rows], draws.small[rows], draws.leading[rows])


def _shares(draws: Draws, count: int, rng: np.random.Generator) -> Shares:
    """Funds hold 0.01 to 2%; the others share 60 to 99% less that, by a power law, down to whole steps."""
    weight = rng.random(len(draws.subject)) ** (-1 / 1.2)
    weight[draws.small] = 0
    _lead(draws, weight, count, rng)
    small = np.where(draws.small, STEP * 200 ** rng.random(len(weight)), 0)
    disclosed = rng.uniform(0.6, 0.99, count) - np.bincount(draws.subject, small, count)
    whole = np.bincount(draws.subject, weight, count)
    share = small + weight * (disclosed / np.maximum(whole, 1))[draws.subject]
    steps: Shares = np.maximum(np.floor(share / STEP), 1) / round(1 / STEP)
    return steps


def _lead(draws: Draws, weight: Shares, count: int, rng: np.random.Generator) -> None:
    """Give every second parent 50 to 99% of what the holders other than funds share."""
    led = draws.leading & (rng.random(len(weight)) < LED)
    others = np.bincount(draws.subject, np.where(led, 0, weight), count)[draws.subject]
    part = rng.uniform(0.5, 0.99, len(weight))
    weight[led] = np.where(others > 0, others * part / (1 - part), 1)[led]


def _banded(share: Shares, rng: np.random.Generator) -> tuple[Shares, Shares]:
    banded = (share >= LARGE) & (rng.random(len(share)) < BANDED)
    low = np.where(banded, np.floor(share / LARGE) * LARGE, share)
    return low, np.where(banded, np.minimum(low + LARGE, 1), share)


def _tightened(subject: Ints, low: Shares, high: Shares, count: int) -> Shares:
    """SEMANTICS 2.6: high = min(high, 100 - the others' lows)."""
    total = np.bincount(subject, low, count)
    room: Shares = 1 - total[subject] + low
    return np.maximum(np.minimum(high, room), low)
