"""High bounds that look right and are not (SEMANTICS 3.3, 3.5). The comparison must catch each one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import product

from tests.engine.oracle.walks import Reach, maximum, reach
from tests.engine.oracle.worlds import WHOLE, Pair, Share, Stakes, into, parties_of, vertices

Parties = frozenset[str]
Reaching = Callable[[Stakes, Parties, Parties], Reach]

EARLY = 10
LONG = 300


def inverse_of_highs(stakes: Stakes, owners: Parties, stop: Parties) -> Reach:
    """(I - W_high)^-1: where highs sum past 100% it goes negative or singular."""
    try:
        chances = reach({pair: high for pair, (_, high) in stakes.items()}, owners, stop)
    except StopIteration:
        return dict.fromkeys(parties_of(stakes), Fraction(0))
    return {party: min(chance, Fraction(WHOLE)) for party, chance in chances.items()}


def simple_paths(stakes: Stakes, owners: Parties, stop: Parties) -> Reach:
    """The products of the highs, summed over the paths that meet no party twice: rings are lost."""

    def climb(party: str, met: Parties) -> Fraction:
        if party in owners or party in stop:
            return Fraction(party in owners)
        steps = [(holder, high) for (holder, _), (_, high) in into(stakes, party).items() if holder not in met]
        return sum((Fraction(high) / WHOLE * climb(holder, met | {holder}) for holder, high in steps), Fraction(0))

    return {party: min(climb(party, frozenset({party})), Fraction(1)) * WHOLE for party in parties_of(stakes)}


def box_corners(stakes: Stakes, owners: Parties, stop: Parties) -> Reach:
    """Every share at an end of its band: the points where the total of 100% cuts the box are lost."""
    return maximum(reach(world, owners, stop) for world in _corners(stakes))


def few_rounds_from_below(stakes: Stakes, owners: Parties, stop: Parties) -> Reach:
    """Iteration from below, stopped early: every round is too low, so it bounds nothing from above."""
    return _iterate(stakes, owners, stop, start=dict.fromkeys(parties_of(stakes), 0.0), rounds=EARLY)


def many_rounds_from_above(stakes: Stakes, owners: Parties, stop: Parties) -> Reach:
    """Iteration from above without the collapse of end components: it sticks where a walk can stay for ever."""
    traces = reach({pair: min(high, 1) for pair, (_, high) in stakes.items()}, owners, stop)
    start = {party: 1.0 if trace else 0.0 for party, trace in traces.items()}
    return _iterate(stakes, owners, stop, start=start, rounds=LONG)


def _corners(stakes: Stakes) -> Iterator[dict[Pair, Share]]:
    for corner in product(*(sorted(set(band)) for band in stakes.values())):
        world = dict(zip(stakes, corner, strict=True))
        totals = [sum(world[pair] for pair in into(stakes, subject)) for subject in parties_of(stakes)]
        if max(totals) <= WHOLE:
            yield world


def _iterate(stakes: Stakes, owners: Parties, stop: Parties, *, start: dict[str, float], rounds: int) -> Reach:
    """Every round takes the best extreme point of each subject; floats, since exact numbers would grow."""
    values = start | dict.fromkeys(owners, 1.0)
    choices = {
        subject: [[(holder, float(share) / WHOLE) for (holder, _), share in point.items()] for point in points]
        for subject in set(parties_of(stakes)) - owners - stop
        if (points := vertices(into(stakes, subject)))
    }
    for _ in range(rounds):
        values |= {
            subject: max(sum(share * values[holder] for holder, share in point) for point in points)
            for subject, points in choices.items()
        }
    return {party: Fraction(value) * WHOLE for party, value in values.items()}
