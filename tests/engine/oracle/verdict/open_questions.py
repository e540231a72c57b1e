"""What the text leaves open, and which worlds touch it."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import combinations

from conflicts.engine.facts import SHAREHOLDING, VOTING_RIGHTS, Axis, Directness, Fact
from tests.engine.oracle.verdict.freshness import is_old
from tests.engine.oracle.verdict.sides import controlled, group, sides
from tests.engine.oracle.verdict.times import announced, is_open
from tests.engine.oracle.verdict.verdict import Question
from tests.engine.oracle.verdict.votes import room_matters
from tests.engine.oracle.verdict.world import World, world_of

OPEN = {
    "votes without a number": "2.4 has such a row state nothing, and an unknown number is [0, 100]: beside its "
    "holder's shares the votes are those of the shares, or anything.",
    "held through the client": "5.2 stops a walk at the client's side, and is silent on control through it: by a "
    "state body above the client, or by a second (or joint) controller of what the client controls.",
    "one start, other ends": "2.2 b lets the best standing win among rows of one start; not whether the next "
    "counts once the best has ended.",
    "start and end in one span": "1.3 does not say what a row is that begins and ends inside one partial date.",
    "announced with an end": "1.5 does not say whether the end of an announced fact is that of the offer or of the "
    "holding to come.",
    "votes of a share for which no room is left": "2.4 gives votes by the share's high, and does not say whether it is "
    "the one that 2.6 leaves.",
    "on both sides": "6 does not say whether what a party holds in one side is told where it is proved to be on both.",
    "self-held beside an unstated part": "2.6 counts a company among the other holders of itself and 2.3 gives it no "
    "votes: an unstated part beside self-held shares can be nothing and vote all.",
    "sources of mixed age": "6 and 7.5 do not say for which rows a source is old, nor whether one fresh one is enough.",
    "path that may not hold": "2.5 does not say whether a longer path that only may be in force makes an unknown row "
    "an assertion.",
    "told shares beside stated votes": "2.4 does not say what an indirect shareholding tells of votes in a subject "
    "where votes are stated.",
}
"""What the text leaves open, and why; take a name out once it is settled."""


def topics(asked: Question) -> set[str]:
    """The open questions that a world touches; one at least, if there are any."""
    facts = asked.facts
    found = {
        "votes without a number": any(f.type == VOTING_RIGHTS and not f.sized for f in facts),
        "one start, other ends": any(
            _pair(one) == _pair(other) and one.start == other.start and one.end != other.end
            for one, other in combinations(facts, 2)
        ),
        "start and end in one span": any(f.start is not None and f.start == f.end for f in facts),
        "announced with an end": any(f.end is not None and announced(f, asked.known_on) for f in facts),
        "self-held beside an unstated part": _self_held_beside_unstated(facts),
        "sources of mixed age": len({is_old(f, asked.known_on) for f in facts}) > 1,
        "path that may not hold": _doubtful_path(facts, asked.as_of),
        "told shares beside stated votes": _told_beside_votes(facts),
    }
    names = {name for name, there in found.items() if there}
    # The dear ones last: a world with another open question is not judged anyway.
    return names or _dear_topics(asked)


def _dear_topics(asked: Question) -> set[str]:
    world = world_of(asked.nodes, asked.facts, asked.as_of, asked.known_on)
    found = {
        "held through the client": _through_client(asked, world),
        "on both sides": any(_on_both_sides(asked, world, rival) for rival in asked.competitors),
        "votes of a share for which no room is left": any(room_matters(world, subject) for subject in world.kinds),
    }
    return {name for name, there in found.items() if there}


def _on_both_sides(asked: Question, world: World, rival: str) -> bool:
    """Whether the vendor must-controls what is on the competitor's side, while nobody above it is."""
    there = sides(world, asked.principal, asked.vendor, Fraction(asked.policy.control), competitor=rival)
    return bool(there.rival & there.reach) and not there.rival & there.vendor


def _self_held_beside_unstated(facts: tuple[Fact, ...]) -> bool:
    own = {f.subject for f in facts if f.holder == f.subject and f.axis is Axis.ECONOMIC and f.low}
    parts = [f for f in facts if f.axis in {Axis.ECONOMIC, Axis.VOTING} and f.holder != f.subject]
    return any(f.subject in own and not f.sized for f in parts)


def _doubtful_path(facts: tuple[Fact, ...], day: date) -> bool:
    owned = [f for f in facts if f.axis in {Axis.ECONOMIC, Axis.VOTING}]
    is_undirected = any(f.directness is Directness.UNKNOWN for f in owned)
    return is_undirected and any(is_open(end, day) for f in owned for end in (f.start, f.end))


def _told_beside_votes(facts: tuple[Fact, ...]) -> bool:
    told = {f.subject for f in facts if f.type == SHAREHOLDING and f.directness is not Directness.DIRECT}
    return any(f.type == VOTING_RIGHTS and f.subject in told for f in facts)


def _through_client(asked: Question, world: World) -> bool:
    """Whether, on one run of 2.7, anyone else may control one of the client's side that holds what is asked about."""
    line, ends = Fraction(asked.policy.control), {asked.vendor, *asked.competitors}
    for there in (world, world.changed(supported=True)):
        client = group(there, asked.principal, line)
        outer = [fact for fact in asked.facts if fact.subject in ends or fact.subject not in client]
        through = client & {one for fact in outer for one in fact.members or (fact.holder,)}
        if any(controlled(there, one, line, may=True) & through for one in there.kinds if one not in client):
            return True
    return False


def _pair(fact: Fact) -> tuple[str, str, Axis]:
    return fact.holder, fact.subject, fact.axis
