"""Control and groups, by naive fixpoints over the definitions (SEMANTICS 4, 5.1).

`votes` is what `votes_of` answers; `facts` are control facts, pairs (holder, subject) without a percentage.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tests.engine.oracle.worlds import (
    PERCENT,
    WHOLE,
    Pair,
    Share,
    Stakes,
    World,
    base,
    extreme_worlds,
    into,
    lowest_world,
    parties_of,
    supported,
)

HALF = 50 * PERCENT
Parties = frozenset[str]
Facts = frozenset[Pair]


def must_control(votes: Stakes, facts: Facts, holder: str, line: Share = HALF) -> Parties:
    """Everything that `holder` controls on the lows, itself included (SEMANTICS 4.1)."""
    return control_in(lowest_world(base(votes)), facts, holder, line)


def may_control(votes: Stakes, facts: Facts, holder: str, line: Share = HALF) -> Parties:
    """Everything that `holder` controls where each set has min(its highs, 100% - the lows of all others)."""
    possible = base(votes)
    return least(holder, facts, possible, lambda bloc, subject: _most(into(possible, subject), bloc), line=line)


def supported_control(votes: Stakes, facts: Facts, holder: str, line: Share = HALF) -> Parties:
    """Everything that `holder` controls on the most that the stated lows support (SEMANTICS 2.7)."""
    possible = supported(votes)
    return least(holder, facts, possible, lambda bloc, subject: _most(into(possible, subject), bloc), line=line)


def control_in(world: World, facts: Facts, holder: str, line: Share = HALF) -> Parties:
    """Everything that `holder` controls in one world."""
    return least(
        holder, facts, world, lambda bloc, subject: sum(world.get((one, subject), 0) for one in bloc), line=line
    )


def control_in_extreme_worlds(votes: Stakes, facts: Facts, holder: str, line: Share = HALF) -> list[Parties]:
    return [control_in(world, facts, holder, line) for world in extreme_worlds(base(votes))]


def group(
    votes: Stakes, facts: Facts, party: str, line: Share = HALF, *, state_bodies: Parties = frozenset()
) -> Parties:
    """Everything that the ultimate must-controllers of `party` control (SEMANTICS 5.1).

    Controllers in a ring are each as ultimate as the other. A state body joins nothing into a group.
    """
    heads = ({party} | set(parties_of(votes)) | {side for pair in facts for side in pair}) - state_bodies
    controlled = {head: must_control(votes, facts, head, line) for head in heads}
    controllers = {head for head in heads if party in controlled[head]}
    ultimate = {
        head
        for head in controllers
        if all(above in controlled[head] for above in controllers if head in controlled[above])
    }
    return frozenset({party}).union(*(controlled[head] for head in ultimate))


def least(
    holder: str, facts: Facts, pairs: Iterable[Pair], votes_in: Callable[[Parties, str], Share], *, line: Share = HALF
) -> Parties:
    """The least set with `holder` in it that no votes and no control fact lead out of."""
    subjects = {subject for _, subject in pairs}
    bloc = frozenset({holder})
    while True:
        told = {subject for member, subject in facts if member in bloc}
        voted = {subject for subject in subjects if votes_in(bloc, subject) > line}
        if told | voted <= bloc:
            return bloc
        bloc |= told | voted


def _most(stakes: Stakes, bloc: Parties) -> Share:
    """The most votes that `bloc` can have in one subject (SEMANTICS 4.1)."""
    highs = sum(high for (holder, _), (_, high) in stakes.items() if holder in bloc)
    lows_of_others = sum(low for (holder, _), (low, _) in stakes.items() if holder not in bloc)
    return min(highs, WHOLE - lows_of_others)
