"""Where the rows speak against each other (SEMANTICS 2.2 c, 2.5, 2.7)."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from conflicts.engine.facts import PartyKind
from tests.engine.oracle.verdict.case import MUST, REVIEW, Case, Hit
from tests.engine.oracle.verdict.directness import Pair
from tests.engine.oracle.verdict.sides import NOBODY
from tests.engine.oracle.verdict.slots import EPSILON, WHOLE
from tests.engine.oracle.verdict.votes import vote_fault, votes_in
from tests.engine.oracle.verdict.walks import Walk
from tests.engine.oracle.verdict.world import ZERO, World, economic_faults, edges_high


def contradiction(case: Case) -> Iterator[Hit]:
    """Told where the subject lies above either side, which is read as above its end, and one of them holds there."""
    world, members, above = case.world, case.sides.rival | case.sides.reach, _above(case)
    doubtful = _empty_meetings(world) | _faulty(world, above) | _unfounded(world, Fraction(case.policy.control))
    if any(subject in above and world.touches(holder, members) for holder, subject in doubtful):
        yield REVIEW, MUST


def _empty_meetings(world: World) -> set[Pair]:
    fields = (world.shares, world.votes, world.told_shares, world.told_votes)
    return {pair for slots in fields for pair, one in slots.items() if one.contradiction}


def _faulty(world: World, above: frozenset[str]) -> set[Pair]:
    economic = {pair for pair in world.shares if pair[1] in economic_faults(world)}
    return economic | {(h, s) for s in above for h in votes_in(world, s) if vote_fault(world, s)}


def _above(case: Case) -> frozenset[str]:
    """The vendor, the competitor and everybody from whom something leads down to one, not through the client (5.2)."""
    world, found = case.world, frozenset({case.vendor, case.competitor})
    fields = (world.shares, world.votes, world.told_shares, world.told_votes)
    edges = [pair for slots in fields for pair, one in slots.items() if one.high > EPSILON] + list(world.control)
    while more := {one for h, s in edges if s in found for one in world.members(h)} - found - case.stop:
        found |= more
    return found


def _unfounded(world: World, line: Fraction) -> set[Pair]:
    """2.5: assertions whose low is more than the chains' high, every undisclosed remainder given to the holder."""
    key = ("unfounded", line)
    if key not in world.memo:
        shares = {pair for pair, one in world.told_shares.items() if one.low > _most_shares(world, pair)}
        votes = {pair for pair, one in world.told_votes.items() if one.low > _most_votes(world, pair, line)}
        world.memo[key] = shares | votes
    return world.memo[key]  # type: ignore[return-value]


def _has_remainder(world: World, party: str) -> bool:
    """Nobody holds a part of a person or of a state body, disclosed or not."""
    return world.kinds[party] not in {PartyKind.PERSON, PartyKind.STATE_BODY}


def _most_shares(world: World, pair: Pair) -> Fraction:
    holder, subject = pair
    spans = edges_high(world)
    for party in world.kinds:
        if _has_remainder(world, party):
            spans[holder, party] = (spans.get((holder, party), (ZERO, ZERO))[0], WHOLE)
    return Walk(spans, {}).reach(subject, frozenset({holder}), NOBODY)


def _most_votes(world: World, pair: Pair, line: Fraction) -> Fraction:
    """What the holder and all it controls hold directly, with all that the others are not known to hold."""
    holder, subject = pair
    chain = {holder}
    while more := {p for p in world.kinds if p not in chain and _led(world, chain, p, line)}:
        chain |= more
    return _left_by_others(world, chain, subject)


def _led(world: World, chain: set[str], party: str, line: Fraction) -> bool:
    facts = any(s == party and world.touches(h, frozenset(chain)) for h, s in world.control)
    return facts or (_has_remainder(world, party) and _left_by_others(world, chain, party) > line)


def _left_by_others(world: World, chain: set[str], subject: str) -> Fraction:
    group = frozenset(chain)
    lows = [vote.low for h, vote in votes_in(world, subject).items() if not world.touches(h, group)]
    return WHOLE if vote_fault(world, subject) else WHOLE - sum(lows, ZERO)
