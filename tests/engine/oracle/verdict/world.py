"""One snapshot: the slots of every pair and the facts without a size (SEMANTICS 2.1, 2.4, 2.6, 2.7)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from itertools import product

from conflicts.engine.facts import Axis, Fact, Node, PartyKind
from tests.engine.oracle.verdict.slots import WHOLE, Size, Slot, size_of, slot
from tests.engine.oracle.verdict.times import counts, presence

Pair = tuple[str, str]
Span = tuple[Fraction, Fraction]
ZERO = Fraction(0)
HALF = WHOLE / 2


@dataclass(frozen=True)
class Vote:
    """Votes of one holder in one subject: bounds, and the low that is stated as votes."""

    low: Fraction
    high: Fraction
    stated_low: Fraction


@dataclass(frozen=True)
class World:
    """Slots by (holder, subject); `supported` runs each rule on the most the stated lows support (2.7)."""

    kinds: Mapping[str, PartyKind]
    rows: Sequence[Fact]
    as_of: date
    shares: Mapping[Pair, Slot]
    share_votes: Mapping[Pair, Slot]
    votes: Mapping[Pair, Slot]
    control: Mapping[Pair, bool]
    supported: bool = False
    memo: dict[object, object] = field(default_factory=dict, compare=False)

    def changed(self, **changes: object) -> World:
        return replace(self, memo={}, **changes)  # type: ignore[arg-type]


def world_of(nodes: Iterable[Node], facts: Iterable[Fact], as_of: date, known_on: date) -> World:
    rows = [fact for fact in facts if counts(fact, known_on)]
    return World(
        kinds={node.id: node.kind for node in nodes},
        rows=rows,
        as_of=as_of,
        shares=_slots([r for r in rows if r.axis is Axis.ECONOMIC], as_of),
        share_votes=_slots([r for r in rows if r.type == "shareholding"], as_of),
        votes=_slots([r for r in rows if r.axis is Axis.VOTING], as_of),
        control=_control(rows, as_of),
    )


def pairs(rows: Iterable[Fact]) -> dict[Pair, list[Fact]]:
    found: dict[Pair, list[Fact]] = defaultdict(list)
    for row in rows:
        found[row.holder, row.subject].append(row)
    return found


def _slots(rows: Iterable[Fact], as_of: date) -> dict[Pair, Slot]:
    made = {pair: slot(there, as_of) for pair, there in pairs(rows).items()}
    return {pair: one for pair, one in made.items() if one is not None}


def is_majority(row: Fact) -> bool | None:
    """2.1: appointment of a majority is control; True surely, None perhaps, False a minority or unstated."""
    size = size_of(row)
    if row.type != "appointmentOfBoard" or not size.sized:
        return False
    return True if size.low > HALF else (None if size.high > HALF else False)


def _control(rows: Iterable[Fact], as_of: date) -> dict[Pair, bool]:
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
        world.memo["faults"] = {s for s in _subjects(world.shares) if _sum_low(world.shares, s) > WHOLE}
    return world.memo["faults"]  # type: ignore[return-value]


def _subjects(slots: Mapping[Pair, Slot]) -> set[str]:
    return {subject for _, subject in slots}


def _sum_low(slots: Mapping[Pair, Slot], subject: str) -> Fraction:
    return sum((one.low for (_, s), one in slots.items() if s == subject), ZERO)


def votes_in(world: World, subject: str) -> dict[str, Vote]:
    """2.4 on raw lows: a hull over every way the rows that may be in force can be in force."""
    key = ("votes", subject)
    if key not in world.memo:
        world.memo[key] = _votes_in(world, subject)
    return world.memo[key]  # type: ignore[return-value]


def _votes_in(world: World, subject: str) -> dict[str, Vote]:
    shares = {h: one for (h, s), one in world.share_votes.items() if s == subject and h != s}
    votes = {h: one for (h, s), one in world.votes.items() if s == subject and h != s}
    menus = [_menu(h, one) for h, one in votes.items()]
    variants = [_variant(shares, dict(pick)) for pick in product(*menus)]
    return {
        holder: Vote(
            min(v[holder].low for v in variants),
            max(v[holder].high for v in variants),
            min(v[holder].stated_low for v in variants),
        )
        for holder in {*shares, *votes}
    }


def _menu(holder: str, one: Slot) -> list[tuple[str, Size | None]]:
    """The stated size, a row without a number, or nothing at all."""
    menu: list[tuple[str, Size | None]] = []
    for sized in (True, False):
        there = [option for option in one.options if option is not None and option.sized is sized]
        if there:
            menu.append((holder, Size(min(o.low for o in there), max(o.high for o in there), sized)))
    return menu + [(holder, None)] * (None in one.options)


def _variant(shares: Mapping[str, Slot], rows: Mapping[str, Size | None]) -> dict[str, Vote]:
    stated = {h: size for h, size in rows.items() if size is not None and size.sized}
    result = {h: Vote(size.low, size.high, size.low) for h, size in stated.items()}
    for holder in {*shares, *rows} - set(stated):
        result[holder] = _unstated_votes(holder, shares, rows, stated)
    return result


def _unstated_votes(
    holder: str, shares: Mapping[str, Slot], rows: Mapping[str, Size | None], stated: Mapping[str, Size]
) -> Vote:
    low, high = ZERO, ZERO
    if holder in shares:
        low, high = shares[holder].low, shares[holder].high
    elif rows[holder] is not None:
        high = WHOLE
    if not stated:
        return Vote(low, high, ZERO)
    if all(size.high == 0 for size in stated.values()):
        rest = WHOLE - sum((shares[h].low for h in stated if h in shares), ZERO)
        return Vote(low, min(WHOLE, high * WHOLE / rest) if rest > 0 else WHOLE, ZERO)
    rest = WHOLE - sum((size.low for size in stated.values()), ZERO)
    return Vote(ZERO, max(ZERO, min(rest, 10 * high)), ZERO)


def vote_fault(world: World, subject: str) -> bool:
    return sum((vote.low for vote in votes_in(world, subject).values()), ZERO) > WHOLE


def votes_of(world: World, group: Iterable[str], subject: str) -> tuple[Fraction, Fraction, Fraction]:
    """4.1, 2.7: low, high and stated low of the votes that a set holds directly in a subject."""
    votes, members = votes_in(world, subject), set(group)
    fault = vote_fault(world, subject)
    low = sum((v.low for h, v in votes.items() if h in members), ZERO)
    stated = sum((v.stated_low for h, v in votes.items() if h in members), ZERO)
    others = ZERO if fault else sum((v.low for h, v in votes.items() if h not in members), ZERO)
    high = min(sum((v.high for h, v in votes.items() if h in members), ZERO), WHOLE - others)
    if fault:
        low, stated = (min(low, WHOLE), min(stated, WHOLE)) if world.supported else (ZERO, ZERO)
    return low, high, stated


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
    faults = economic_faults(world)
    return {pair: (ZERO if pair[1] in faults else one.low, one.high) for pair, one in world.shares.items()}
