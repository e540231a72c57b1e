"""Control and the three sides of a screening (SEMANTICS 4 and 5)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from conflicts.engine.facts import PartyKind
from tests.engine.oracle.verdict.votes import votes_of
from tests.engine.oracle.verdict.world import World

Parties = frozenset[str]
NOBODY: frozenset[str] = frozenset()


def controlled(
    world: World, holder: str, line: Fraction, *, may: bool, stop: frozenset[str] = NOBODY
) -> frozenset[str]:
    """4.1: the least fixpoint of what one party controls, itself included; nothing through `stop` (5.2)."""
    return controlled_by(world, frozenset({holder}), line, may=may, stop=stop)


def controlled_by(
    world: World, holders: frozenset[str], line: Fraction, *, may: bool, stop: frozenset[str] = NOBODY
) -> frozenset[str]:
    """The same for several that act as one."""
    key = ("controlled", holders, line, may, stop)
    if key not in world.memo:
        found = holders
        while more := {s for s in held(world, found) - found - stop if _taken(world, found, s, line, may=may)}:
            found |= more
        world.memo[key] = found
    return world.memo[key]  # type: ignore[return-value]


def held(world: World, group: frozenset[str]) -> set[str]:
    """Every subject in which one of the group holds anything, alone or with others."""
    if "held" not in world.memo:
        index: dict[str, set[str]] = {}
        stakes = (world.share_votes, world.votes, world.told_share_votes, world.told_votes, world.control)
        for holder, subject in {pair for there in stakes for pair in there}:
            for one in world.members(holder):
                index.setdefault(one, set()).add(subject)
        world.memo["held"] = index
    index = world.memo["held"]  # type: ignore[assignment]
    return {subject for holder in group for subject in index.get(holder, ())}


def _taken(world: World, group: frozenset[str], subject: str, line: Fraction, *, may: bool) -> bool:
    facts = [sure for (h, s), sure in world.control.items() if s == subject and world.touches(h, group)]
    if any(facts) or (may and facts):
        return True
    low, high, _ = votes_of(world, group, subject)
    return (high if may else low) > line or _together(world, group, subject, line)


def _together(world: World, group: frozenset[str], subject: str, line: Fraction) -> bool:
    """2.3: each member of a joint holding over the control line must-controls the subject."""
    sets = [name for name in world.joint if world.touches(name, group)]
    return any(votes_of(world, {name}, subject)[0] > line for name in sets)


def controllers(
    world: World, subject: str, line: Fraction, *, may: bool, stop: frozenset[str] = NOBODY
) -> frozenset[str]:
    stop -= {subject}
    return frozenset(h for h in world.kinds if subject in controlled(world, h, line, may=may, stop=stop))


def is_state(world: World, party: str) -> bool:
    return world.kinds[party] is PartyKind.STATE_BODY


def group(world: World, party: str, line: Fraction) -> frozenset[str]:
    """5.1, 5.2: ultimate must-controllers and what they must-control; a state body joins nothing."""
    if is_state(world, party):
        return frozenset({party})
    found: frozenset[str] = frozenset({party})
    for holder in controllers(world, party, line, may=False):
        if not is_state(world, holder):
            found |= controlled(world, holder, line, may=False)
    return found


@dataclass(frozen=True)
class Sides:
    """`rival` and `vendor` are proved; the `maybe` sets are those that only may belong; `reach` is 5.3's wider side."""

    client: frozenset[str]
    rival: frozenset[str]
    maybe_rival: frozenset[str]
    vendor: frozenset[str]
    maybe_vendor: frozenset[str]
    reach: frozenset[str]


def sides(world: World, principal: str, vendor: str, line: Fraction, *, competitor: str) -> Sides:
    return sides_beside(world, group(world, principal, line), vendor, line, competitor=competitor)


def sides_beside(world: World, client: Parties, vendor: str, line: Fraction, *, competitor: str) -> Sides:
    """The sides where that of the client is known."""
    stop = client - {vendor, competitor}
    rival = (group(world, competitor, line) - client) | {competitor}
    maybe_rival = _maybe_rival(world, competitor, line, stop) - client - rival
    owners = controllers(world, vendor, line, may=False, stop=stop)
    # A state body is a member only where it is the competitor itself: else what it brings is a note (5.3).
    side = frozenset(u for u in owners if u == competitor or not is_state(world, u)) - client | {vendor}
    maybe = controllers(world, vendor, line, may=True, stop=stop) - owners
    maybe_vendor = frozenset(u for u in maybe if u == competitor or not is_state(world, u)) - client - side
    below = controlled(world, vendor, line, may=False, stop=stop)
    reach = side | frozenset(u for u in below if u == competitor or not is_state(world, u))
    return Sides(client, rival, maybe_rival, side, maybe_vendor, reach)


def _maybe_rival(world: World, competitor: str, line: Fraction, stop: frozenset[str]) -> frozenset[str]:
    """5.1: what the must-controllers only may-control, and who only may-controls the competitor."""
    if is_state(world, competitor):
        return NOBODY
    found = {u for u in controllers(world, competitor, line, may=True, stop=stop) if not is_state(world, u)}
    for top in controllers(world, competitor, line, may=False, stop=stop) - stop:
        if top == competitor or not is_state(world, top):
            found |= controlled(world, top, line, may=True, stop=stop)
    return frozenset(found)
