"""Worlds: exact assignments of shares that the stated bounds leave possible (SEMANTICS 3.2).

A stake is {(holder, subject): (low, high)}, closed ends, in millionths of a percent. A world
gives every stake one number inside its bounds with a total of at most 100% in every subject. Nothing
here imports the engine: the oracle must be able to disagree with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import product
from math import prod
from random import Random

Pair = tuple[str, str]
Share = int | Fraction
Band = tuple[Share, Share]
Stakes = Mapping[Pair, Band]
World = Mapping[Pair, Share]

PERCENT = 1_000_000
WHOLE = 100 * PERCENT


def parties_of(stakes: Stakes | World) -> list[str]:
    return sorted({party for pair in stakes for party in pair})


def into(stakes: Stakes, subject: str) -> dict[Pair, Band]:
    return {pair: band for pair, band in stakes.items() if pair[1] == subject}


def faults(stakes: Stakes) -> frozenset[str]:
    """The subjects whose stated lows sum past 100% (SEMANTICS 2.7)."""
    return frozenset(subject for _, subject in stakes if sum(low for low, _ in into(stakes, subject).values()) > WHOLE)


def base(stakes: Stakes) -> dict[Pair, Band]:
    """What bounds are computed on: at a fault the lows are 0 and the highs capped at 100% (2.7)."""
    wrong = faults(stakes)
    return {pair: (0, min(high, WHOLE)) if pair[1] in wrong else (low, high) for pair, (low, high) in stakes.items()}


def supported(stakes: Stakes) -> dict[Pair, Band]:
    """What each rule is also run on: at a fault anything from 0 to the stated low, else the low (2.7).

    The maximum over these worlds is the most that the stated lows support.
    """
    wrong = faults(stakes)
    return {pair: (0, low) if pair[1] in wrong else (low, low) for pair, (low, _) in stakes.items()}


def vertices(stakes: Stakes) -> list[dict[Pair, Share]]:
    """Every extreme point of {low <= x <= high, sum <= 100%} for the stakes in one subject.

    An extreme point has every share at an end of its band, or all but one and the total at 100%.
    """
    points = [dict(zip(stakes, corner, strict=True)) for corner in product(*map(_ends, stakes.values()))]
    points = [point for point in points if sum(point.values()) <= WHOLE]
    for pair, (low, high) in stakes.items():
        others = {other: band for other, band in stakes.items() if other != pair}
        for corner in product(*map(_ends, others.values())):
            rest = WHOLE - sum(corner)
            if low < rest < high:
                points.append({**dict(zip(others, corner, strict=True)), pair: rest})
    return points


def extreme_worlds(stakes: Stakes) -> Iterator[dict[Pair, Share]]:
    """Every combination of one extreme point per subject; stakes without faults only."""
    for combination in product(*(vertices(into(stakes, subject)) for subject in _subjects(stakes))):
        yield {pair: share for point in combination for pair, share in point.items()}


def count_extreme_worlds(stakes: Stakes) -> int:
    return prod(len(vertices(into(stakes, subject))) for subject in _subjects(stakes))


def lowest_world(stakes: Stakes) -> dict[Pair, Share]:
    return {pair: low for pair, (low, _) in stakes.items()}


def sampled_world(stakes: Stakes, rng: Random) -> dict[Pair, Share]:
    """A random world, inside the bounds and often away from every extreme point."""
    world = lowest_world(stakes)
    for subject in _subjects(stakes):
        room = WHOLE - sum(world[pair] for pair in into(stakes, subject))
        for pair in rng.sample(list(into(stakes, subject)), len(into(stakes, subject))):
            low, high = stakes[pair]
            more = rng.randint(0, int(min(high - low, room)))
            world[pair] += more
            room -= more
    return world


def _ends(band: Band) -> tuple[Share, ...]:
    return tuple(sorted(set(band)))


def _subjects(stakes: Stakes) -> list[str]:
    return sorted({subject for _, subject in stakes})
