"""One snapshot: the slots of every pair and the facts without a size (SEMANTICS 1.5, 2.1 to 2.3, 2.5 to 2.7)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from conflicts.engine.facts import SHAREHOLDING, Axis, Fact, Node, PartyKind
from tests.engine.oracle.verdict.directness import Pair, asserted
from tests.engine.oracle.verdict.slots import EPSILON, WHOLE, Slot, size_of, slot
from tests.engine.oracle.verdict.times import announced, counts, presence

Slots = Mapping[Pair, Slot]
Span = tuple[Fraction, Fraction]
ZERO = Fraction(0)
HALF = WHOLE / 2


@dataclass(frozen=True)
class World:
    """Slots by (holder, subject); `supported` runs each rule on the most the stated lows support (2.7).

    `told_*` are assertions (2.5), apart from the stakes. `joint` names the members of every set that holds (2.3).
    """

    kinds: Mapping[str, PartyKind]
    rows: Sequence[Fact]
    announced: Sequence[Fact]
    as_of: date
    joint: Mapping[str, frozenset[str]]
    shares: Slots
    share_votes: Slots
    votes: Slots
    told_shares: Slots
    told_share_votes: Slots
    told_votes: Slots
    control: Mapping[Pair, bool]
    supported: bool = False
    memo: dict[object, object] = field(default_factory=dict, compare=False)

    def changed(self, **changes: object) -> World:
        return replace(self, memo={}, **changes)  # type: ignore[arg-type]

    def members(self, holder: str) -> frozenset[str]:
        """Who holds: the party itself, or every member of a joint holder."""
        return self.joint.get(holder, frozenset({holder}))

    def inside(self, holder: str, group: frozenset[str]) -> bool:
        """2.3: a joint holder is inside a set if all its members are."""
        return holder in group or self.members(holder) <= group

    def touches(self, holder: str, group: frozenset[str]) -> bool:
        """2.3: where only some are, each member is [0, 100] of the joint stake."""
        return holder in group or bool(self.members(holder) & group)

    def with_sets(self, group: frozenset[str]) -> frozenset[str]:
        return group | {name for name, members in self.joint.items() if members <= group}


def world_of(nodes: Iterable[Node], facts: Iterable[Fact], as_of: date, known_on: date) -> World:
    facts = list(facts)
    rows = [fact for fact in facts if counts(fact, known_on)]
    joint = {fact.holder: frozenset(fact.members) for fact in facts if fact.members}
    economic = [r for r in rows if r.axis is Axis.ECONOMIC]
    voting = [r for r in rows if r.axis is Axis.VOTING]
    told = asserted(economic, _holding(economic, as_of), joint)
    told |= asserted(voting, _holding([*voting, *_shares_that_vote(economic, voting)], as_of), joint)
    return World(
        kinds={node.id: node.kind for node in nodes},
        rows=rows,
        announced=[fact for fact in facts if announced(fact, known_on)],
        as_of=as_of,
        joint=joint,
        shares=slots([r for r in economic if r.id not in told], as_of),
        share_votes=slots([r for r in economic if r.type == SHAREHOLDING and r.id not in told], as_of),
        votes=slots([r for r in voting if r.id not in told], as_of),
        told_shares=slots([r for r in economic if r.id in told], as_of),
        told_share_votes=slots([r for r in economic if r.type == SHAREHOLDING and r.id in told], as_of),
        told_votes=slots([r for r in voting if r.id in told], as_of),
        control=_control(rows, as_of),
    )


def _shares_that_vote(economic: Iterable[Fact], voting: Iterable[Fact]) -> list[Fact]:
    """2.1, 2.4: shareholding is on the voting axis where the holder's own votes are not stated."""
    stated = {(row.holder, row.subject) for row in voting}
    return [r for r in economic if r.type == SHAREHOLDING and (r.holder, r.subject) not in stated]


def _holding(rows: Iterable[Fact], as_of: date) -> set[Pair]:
    """The pairs in which something is or may be held; a stated zero holds nothing."""
    return {pair for pair, one in slots(rows, as_of).items() if one.high > EPSILON}


def pairs(rows: Iterable[Fact]) -> dict[Pair, list[Fact]]:
    found: dict[Pair, list[Fact]] = defaultdict(list)
    for row in rows:
        found[row.holder, row.subject].append(row)
    return found


def slots(rows: Iterable[Fact], as_of: date) -> dict[Pair, Slot]:
    made = {pair: slot(there, as_of) for pair, there in pairs(rows).items()}
    return {pair: one for pair, one in made.items() if one is not None}


def is_majority(row: Fact) -> bool | None:
    """2.1: appointment of a majority is control; True surely, None perhaps, False a minority or unstated."""
    size = size_of(row)
    if row.type != "appointmentOfBoard" or not size.sized:
        return False
    return True if size.low > HALF else (None if size.high > HALF else False)


def _control(rows: Iterable[Fact], as_of: date) -> dict[Pair, bool]:
    """A control fact has no size, so told indirectly it counts like any other (2.5)."""
    sure = [r for r in rows if r.axis is Axis.CONTROL or is_majority(r) is True]
    perhaps = [r for r in rows if r.axis is Axis.CONTROL or is_majority(r) is not False]
    found = {}
    for pair, there in pairs(perhaps).items():
        if presence(there, as_of) is not None:
            found[pair] = presence([r for r in sure if (r.holder, r.subject) == pair], as_of) is True
    return found


def economic_faults(world: World) -> set[str]:
    """2.7: subjects whose economic lows sum past 100."""
    if "faults" not in world.memo:
        world.memo["faults"] = {s for _, s in world.shares if sum_low(world.shares, s) > WHOLE}
    return world.memo["faults"]  # type: ignore[return-value]


def sum_low(there: Slots, subject: str) -> Fraction:
    return sum((one.low for (_, s), one in there.items() if s == subject), ZERO)


def edges_low(world: World) -> dict[Pair, Span]:
    """3.2 low, 2.7: all shares at low; in a faulty subject 0, or anything up to the stated low."""
    faults = economic_faults(world)
    spans = {}
    for pair, one in world.shares.items():
        if pair[1] not in faults:
            spans[pair] = (one.low, one.low)
        else:
            spans[pair] = (ZERO, one.low if world.supported else ZERO)
    return spans


def edges_high(world: World) -> dict[Pair, Span]:
    """2.3: each member is [0, 100] of a joint holder."""
    faults = economic_faults(world)
    spans = {pair: (ZERO if pair[1] in faults else one.low, one.high) for pair, one in world.shares.items()}
    return spans | {(member, name): (ZERO, WHOLE) for name, there in world.joint.items() for member in there}


def told(world: World, *, low: bool) -> dict[str, list[tuple[str, Fraction]]]:
    """2.5: by subject, each economic assertion that can stand in the place of its stakes."""
    found: dict[str, list[tuple[str, Fraction]]] = defaultdict(list)
    for (holder, subject), one in world.told_shares.items():
        found[subject].append((holder, one.low if low else one.high))
    return found
