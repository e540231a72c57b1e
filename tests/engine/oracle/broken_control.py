"""Control that looks right and is not (SEMANTICS 4). The comparison must catch each one."""

from __future__ import annotations

from collections.abc import Callable

from tests.engine.oracle.control import HALF, Facts, Parties, least
from tests.engine.oracle.walks import reach
from tests.engine.oracle.worlds import WHOLE, Stakes, into, lowest_world, parties_of

Controlling = Callable[[Stakes, Facts, str], Parties]


def tightened_highs(votes: Stakes, facts: Facts, holder: str) -> Parties:
    """May-control on the sum of each member's own tightened high: A and B [0, 100] beside C 60 get 80."""
    highs = {
        pair: min(high, WHOLE - sum(low for other, (low, _) in into(votes, pair[1]).items() if other != pair))
        for pair, (_, high) in votes.items()
    }
    return least(holder, facts, votes, lambda bloc, subject: sum(highs.get((one, subject), 0) for one in bloc))


def summed_highs(votes: Stakes, facts: Facts, holder: str) -> Parties:
    """May-control on the sum of the members' highs, whatever the others surely have."""
    return least(holder, facts, votes, lambda bloc, subject: sum(votes.get((one, subject), (0, 0))[1] for one in bloc))


def multiplied_votes(votes: Stakes, facts: Facts, holder: str) -> Parties:
    """Must-control where votes are multiplied through companies (SEMANTICS 4.2 forbids it)."""
    chances = reach(lowest_world(votes), frozenset({holder}))
    return frozenset({holder}) | {party for party, chance in chances.items() if chance > HALF}


def greatest_fixpoint(votes: Stakes, facts: Facts, holder: str) -> Parties:
    """Must-control taken from above: a ring that owns itself stays in."""
    bloc = frozenset(parties_of(votes)) | {holder}
    while True:
        kept = {subject for subject in bloc if _held(votes, facts, bloc, subject)} | {holder}
        if bloc <= kept:
            return bloc
        bloc = frozenset(kept)


def _held(votes: Stakes, facts: Facts, bloc: Parties, subject: str) -> bool:
    lows = sum(low for (holder, _), (low, _) in into(votes, subject).items() if holder in bloc)
    return lows > HALF or any((holder, subject) in facts for holder in bloc)
