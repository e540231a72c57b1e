"""How often a walk up is expected to be where: a cheap filter before each party is asked about (SEMANTICS 3.5)."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from conflicts.engine.bounds import WHOLE
from conflicts.engine.memo import kept_with_snapshot

if TYPE_CHECKING:
    from conflicts.engine.snapshot import Snapshot

LEAST = 1e-4
MOST_ROUNDS = 500


@kept_with_snapshot
def expected_visits(snap: Snapshot, start: str, *, stop: frozenset[str]) -> dict[str, float]:
    """Return, by party, no less than the chance of meeting it on a walk over the lows, up to a thousandth.

    Stakes and assertions are taken together, which only counts more. A walk that does not die out counts everybody whom
    it has met as met.
    """
    met: defaultdict[str, float] = defaultdict(float)
    mass: dict[str, float] = {start: 1.0}
    for _ in range(MOST_ROUNDS):
        following: defaultdict[str, float] = defaultdict(float)
        for party, weight in mass.items():
            for table in (snap.economic, snap.asserted_economic):
                for stake in table.into(party).values():
                    following[stake.holder] += weight * max(stake.bounds.low, stake.stated.low) / WHOLE
        mass = {party: weight for party, weight in following.items() if weight > 0 and party not in stop}
        for party, weight in mass.items():
            met[party] += weight
        if sum(mass.values()) < LEAST:
            return dict(met)
    return dict.fromkeys(met, 1.0)
