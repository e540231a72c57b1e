"""Random small graphs, each told by its seed: rings, bands, self-holdings, sums over 100%, stated votes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache
from random import Random

from conflicts.engine.facts import joint_holder
from tests.engine.oracle.votes import votes_of
from tests.engine.oracle.worlds import PERCENT, WHOLE, Band, Pair, base, count_extreme_worlds, faults, supported

NAMES = "abcdefgh"
MOST_BANDED = 4
MOST_WORLDS = 64
SIZES = [2, 3, 4, 5, 5, 6, 6, 7, 8]
POINTS = [0, 1, 5, 10, 12.5, 20, 24.999999, 25, 25.000001, 33.333333, 40, 49.999999, 50, 50.000001, 60, 75, 99, 100]
BANDS = [(0, 100), (25, 50), (50, 75), (75, 100), (0, 5), (5, 25), (24.999999, 50.000001)]


TRACE = Fraction(1, 10**12)
"""Stands for an infinitely small share, in millionths of a percent."""


@dataclass(frozen=True)
class Graph:
    """Stakes in millionths of a percent, control facts, stated votes, and one question about them."""

    seed: int
    shares: dict[Pair, Band]
    owners: frozenset[str]
    stop: frozenset[str] = frozenset()
    stated: dict[Pair, Band] = field(default_factory=dict)
    facts: frozenset[Pair] = frozenset()
    open_ends: frozenset[tuple[Pair, int]] = frozenset()
    state_bodies: frozenset[str] = frozenset()
    joint: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def parties(self) -> list[str]:
        sides = [side for pair in [*self.shares, *self.stated, *self.facts] for side in pair]
        return sorted({*sides, *self.owners, *self.stop})

    @property
    def known(self) -> dict[Pair, Band]:
        """The shares with every open end (0 low, 1 high) moved inward by a trace."""
        if not self.open_ends:
            return self.shares
        return {
            pair: (low + TRACE * ((pair, 0) in self.open_ends), high - TRACE * ((pair, 1) in self.open_ends))
            for pair, (low, high) in self.shares.items()
        }


@lru_cache(maxsize=2_000)
def graph(seed: int) -> Graph:
    """The random graph of one seed: at most 8 parties, 4 banded stakes and 64 extreme worlds."""
    rng = Random(seed)
    while True:
        shares = _shares(rng, NAMES[: rng.choice(SIZES)])
        if shares and max(count_extreme_worlds(base(shares)), count_extreme_worlds(supported(shares))) <= MOST_WORLDS:
            return _with_question(seed, rng, shares)


def _with_question(seed: int, rng: Random, shares: dict[Pair, Band]) -> Graph:
    names = sorted({side for pair in shares for side in pair})
    owners = frozenset(rng.sample(names, min(len(names), rng.choice([1, 1, 1, 2, 3]))))
    stop = frozenset(name for name in names if name not in owners and rng.random() < 0.1)
    facts = frozenset(pair for pair in shares if pair[0] != pair[1] and rng.random() < 0.05)
    return Graph(seed, shares, owners, stop, _stated(rng, shares), facts)


def with_open_ends(drawn: Graph) -> Graph:
    """The graph with half of its band ends open, but for holders whose votes are stated: 2.4 reads those as numbers."""
    rng = Random(drawn.seed)
    bands = [pair for pair, (low, high) in drawn.shares.items() if low < high and pair not in drawn.stated]
    ends = [(pair, end) for pair in bands for end in (0, 1)]
    return replace(drawn, open_ends=frozenset(end for end in ends if rng.random() < 0.5))


def leaves_a_world(asked: Graph) -> bool:
    """Whether open ends leave a world where closed ones do; lows of exactly 100%, one of them open, leave none."""
    if not asked.open_ends:
        return True
    closed, opened = votes_of(asked.shares, asked.stated), votes_of(asked.known, asked.stated)
    return faults(asked.known) == faults(asked.shares) and faults(opened) == faults(closed)


def with_joint_holders(drawn: Graph) -> Graph:
    """The graph with one or two stakes held jointly with somebody else.

    To the oracle the set is a party of which each member has anything up to the whole, and one of the owners where all
    its members are (SEMANTICS 2.3).
    """
    rng = Random(drawn.seed)
    shares, joint, owners = dict(drawn.shares), dict[str, tuple[str, ...]](), set(drawn.owners)
    own = sorted(pair for pair in shares if pair[0] != pair[1])
    for holder, subject in rng.sample(own, min(len(own), rng.choice([1, 1, 2]))):
        others = [party for party in drawn.parties if party not in {holder, subject}]
        if others:
            members = tuple(sorted([holder, rng.choice(others)]))
            name = joint_holder(members)
            if (name, subject) not in shares:
                shares[name, subject] = shares.pop((holder, subject))
                shares |= {(member, name): (0, WHOLE) for member in members}
                joint[name] = members
                owners |= {name} if owners.issuperset(members) else set()
    return replace(drawn, shares=shares, owners=frozenset(owners), stated={}, facts=frozenset(), joint=joint)


def with_state_bodies(drawn: Graph) -> Graph:
    """The graph in which some parties that nobody holds are state bodies."""
    rng = Random(drawn.seed)
    held = {subject for _, subject in [*drawn.shares, *drawn.facts]}
    return replace(drawn, state_bodies=frozenset(set(drawn.parties) - held - set(rng.sample(drawn.parties, 1))))


def percent(number: float) -> int:
    return round(number * PERCENT)


def shrunk(found: Graph, wrong: Callable[[Graph], object]) -> Graph:
    """The graph without every stake that it can lose and still be wrong."""
    for pair in found.shares:
        shares, stated = (
            {key: band for key, band in told.items() if key != pair} for told in (found.shares, found.stated)
        )
        smaller = replace(found, shares=shares, stated=stated)
        if smaller.shares and wrong(smaller):
            return shrunk(smaller, wrong)
    return found


def _shares(rng: Random, names: str) -> dict[Pair, Band]:
    shares: dict[Pair, Band] = {}
    pairs = _pairs(rng, names)
    for subject in names:
        shares |= _points(rng, [pair for pair in pairs if pair[1] == subject])
    banded = rng.sample(sorted(shares), min(len(shares), rng.randint(0, MOST_BANDED)))
    bands = rng.choice([BANDS, BANDS, BANDS[:1]])
    return shares | {pair: _band(*rng.choice(bands)) for pair in banded}


def _pairs(rng: Random, names: str) -> list[Pair]:
    density = rng.choice([0.1, 0.3, 0.6])
    pairs = {(holder, subject) for holder in names for subject in names if rng.random() < density}
    pairs -= {(name, name) for name in names if rng.random() < 0.7}
    ring = rng.sample(names, rng.randint(2, len(names)))
    if rng.random() < 0.6:
        pairs |= set(zip(ring, [*ring[1:], ring[0]], strict=True))
    return sorted(pairs)


def _points(rng: Random, pairs: list[Pair]) -> dict[Pair, Band]:
    """Shares in one subject: mostly within 100%, sometimes exactly 100%, sometimes past it."""
    room = rng.choice([WHOLE, WHOLE, WHOLE, WHOLE, len(pairs) * WHOLE])
    shares: dict[Pair, Band] = {}
    for pair in rng.sample(pairs, len(pairs)):
        share = rng.choice([point for point in map(percent, POINTS) if point <= min(room, WHOLE)])
        shares[pair] = share, share
        room -= share
    if pairs and 0 < room < WHOLE and rng.random() < 0.3:
        last = pairs[-1]
        shares[last] = shares[last][0] + room, shares[last][0] + room
    return shares


def _stated(rng: Random, shares: dict[Pair, Band]) -> dict[Pair, Band]:
    """Votes stated in one subject of some graphs: none, as many as the shares, or more (SEMANTICS 2.4)."""
    subjects = sorted({subject for holder, subject in shares if holder != subject} - faults(shares))
    if not subjects or rng.random() < 0.5:
        return {}
    chosen = rng.choice(subjects)
    held = [(holder, subject) for holder, subject in sorted(shares) if subject == chosen != holder]
    stated = {
        pair: _votes(rng, int(shares[pair][1])) for pair in rng.sample(held, min(len(held), rng.choice([1, 1, 2])))
    }
    return stated if sum(low for low, _ in stated.values()) <= WHOLE else {}


def _votes(rng: Random, share: int) -> Band:
    low = rng.choice(
        [0, 0, share, share + 1, share + 10 * PERCENT, max(share + 1, 51 * PERCENT), percent(rng.choice(POINTS))]
    )
    return min(WHOLE, low), min(WHOLE, low + rng.choice([0, 0, 5]) * PERCENT * (low > 0))


def _band(low: float, high: float) -> Band:
    return percent(low), percent(high)
