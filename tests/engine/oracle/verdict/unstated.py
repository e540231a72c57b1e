"""Shares of which no positive low is stated (SEMANTICS 6, 7.2)."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from tests.engine.oracle.verdict.case import REVIEW, Case, Hit
from tests.engine.oracle.verdict.directness import Pair
from tests.engine.oracle.verdict.slots import WHOLE
from tests.engine.oracle.verdict.votes import direct_votes, votes_in
from tests.engine.oracle.verdict.world import ZERO, Slots, World, economic_faults

Holding = tuple[str, Pair]
"""The field of the world that holds the slot, and the pair."""
RIDERS = {"shares": "share_votes", "told_shares": "told_share_votes"}
"""Shares that go take the votes derived from them along."""


def unstated(world: World, *fields: str) -> Iterator[Holding]:
    """Every slot of these fields of which no positive low is stated."""
    for name in fields:
        slots: Slots = getattr(world, name)
        yield from ((name, pair) for pair, one in slots.items() if one.unstated)


def without(world: World, holdings: set[Holding]) -> World:
    """Unstated shares set to exactly 0."""
    changes: dict[str, Slots] = {}
    for name in ("shares", "votes", "told_shares", "told_votes"):
        gone = {pair for field, pair in holdings if field == name}
        for field in {name, RIDERS.get(name, name)}:
            slots: Slots = getattr(world, field)
            changes[field] = {pair: one for pair, one in slots.items() if pair not in gone}
    return world.changed(**changes)


def _reaches_a_line(case: Case, field: str, pair: Pair) -> bool:
    """Whether the high, tightened (2.6), reaches a line."""
    world, (holder, subject) = case.world, pair
    votes = direct_votes(world, {holder}, subject)[1] if holder in votes_in(world, subject) else ZERO
    if field == "votes":
        return votes >= case.policy.voting_review
    others = sum((s.low for (h, t), s in world.shares.items() if t == subject and h != holder), ZERO)
    fault = subject in economic_faults(world)
    high = min(world.shares[pair].high, WHOLE - (Fraction(0) if fault else others))
    return high >= case.policy.economic_review or votes >= case.policy.voting_review


def across(case: Case) -> Iterator[Holding]:
    """What a member of one side holds directly, alone or with others, in a member of the other; no assertion (2.5)."""
    for field, pair in unstated(case.world, "shares", "votes"):
        holder, subject = pair
        for left, right in ((case.rivals, case.wide), (case.wide, case.rivals)):
            meets = case.world.touches(holder, left) and subject in right and holder != subject
            if meets and _reaches_a_line(case, field, pair):
                yield field, pair


def unstated_holding(case: Case) -> Iterator[Hit]:
    world, sides = case.world, case.sides
    for field, (holder, subject) in across(case):
        slots: Slots = getattr(world, field)
        forth = world.inside(holder, sides.rival) and subject in sides.reach
        back = world.inside(holder, sides.reach) and subject in sides.rival
        yield REVIEW, None not in slots[holder, subject].options and (forth or back)
