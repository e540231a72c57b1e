"""The rules, each as the pairs of severity and must that it finds (SEMANTICS 6), before anything vanishes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from conflicts.engine.dates import PartialDate
from conflicts.engine.facts import CONTRACT, CUSTOMER, Fact, PartyKind
from conflicts.engine.policy import Policy
from tests.engine.oracle.verdict.sides import Sides, controlled, controllers, is_state
from tests.engine.oracle.verdict.slots import EPSILON
from tests.engine.oracle.verdict.times import presence
from tests.engine.oracle.verdict.walks import reach
from tests.engine.oracle.verdict.world import (
    Pair,
    World,
    economic_faults,
    edges_high,
    edges_low,
    is_majority,
    pairs,
    vote_fault,
    votes_in,
    votes_of,
)

NOTE, REVIEW, BLOCK = 0, 1, 2
MUST, MAY = True, False
Hit = tuple[int, bool]


@dataclass(frozen=True)
class Case:
    """One competitor of one screening."""

    world: World
    sides: Sides
    vendor: str
    competitor: str
    policy: Policy

    @property
    def stop(self) -> frozenset[str]:
        """5.2: nothing is held or controlled through the client's side."""
        return self.sides.client - {self.vendor, self.competitor}

    @property
    def rivals(self) -> frozenset[str]:
        return self.sides.rival | self.sides.maybe_rival

    @property
    def vendors(self) -> frozenset[str]:
        return self.sides.vendor | self.sides.maybe_vendor

    @property
    def wide(self) -> frozenset[str]:
        return self.sides.reach | self.sides.maybe_vendor


def same_party(case: Case) -> Iterator[Hit]:
    if case.sides.vendor & case.sides.rival:
        yield BLOCK, MUST
    elif case.vendors & case.rivals:
        yield REVIEW, MAY


def economic(case: Case, owners: frozenset[str], subject: str, *, low: bool) -> Fraction:
    """5.2: a walk up from the subject that stops at the client's side."""
    spans = edges_low(case.world) if low else edges_high(case.world)
    targets = owners - {subject}
    key = ("reach", low, targets, subject, case.sides.client)
    if key not in case.world.memo:
        case.world.memo[key] = reach(spans, subject, targets, case.sides.client - targets)
    return case.world.memo[key]  # type: ignore[return-value]


def _economic_hits(
    case: Case, owners: tuple[frozenset[str], frozenset[str]], subject: str, *, sure: bool
) -> Iterator[Hit]:
    low = economic(case, owners[0], subject, low=True)
    if sure and low >= case.policy.economic_review:
        yield (BLOCK if low >= case.policy.economic_block else REVIEW), MUST
    elif economic(case, owners[1], subject, low=False) >= case.policy.economic_review:
        yield REVIEW, MAY


def economic_line(case: Case) -> Iterator[Hit]:
    for subject in case.vendors:
        yield from _economic_hits(case, (case.sides.rival, case.rivals), subject, sure=subject in case.sides.vendor)


def _voting_hits(
    case: Case, owners: tuple[frozenset[str], frozenset[str]], subject: str, *, sure: bool
) -> Iterator[Hit]:
    low, _, stated = votes_of(case.world, owners[0], subject)
    if sure and stated >= case.policy.voting_block:
        yield BLOCK, MUST
    elif sure and low >= case.policy.voting_review:
        yield REVIEW, MUST
    elif votes_of(case.world, owners[1], subject)[1] >= case.policy.voting_review:
        yield REVIEW, MAY


def voting_line(case: Case) -> Iterator[Hit]:
    for subject in case.vendors:
        yield from _voting_hits(case, (case.sides.rival, case.rivals), subject, sure=subject in case.sides.vendor)


def control(case: Case) -> Iterator[Hit]:
    line = Fraction(case.policy.control)
    for subject in case.vendors:
        for holder in case.rivals - {subject}:
            sure = holder in case.sides.rival and subject in case.sides.vendor
            if sure and subject in controlled(case.world, holder, line, may=False, stop=case.stop):
                yield BLOCK, MUST
            elif subject in controlled(case.world, holder, line, may=True, stop=case.stop):
                yield REVIEW, MAY


def common_controller(case: Case) -> Iterator[Hit]:
    """A state body is a note (6) and the client's own stakes are notes (5.2)."""
    line = Fraction(case.policy.control)
    for top in case.world.kinds:
        if is_state(case.world, top) or top in case.sides.client:
            continue
        ends = {case.vendor, case.competitor}
        if top in ends:
            continue
        if ends <= controlled(case.world, top, line, may=False, stop=case.stop):
            yield BLOCK, MUST
        elif ends <= controlled(case.world, top, line, may=True, stop=case.stop):
            yield REVIEW, MAY


def reverse(case: Case) -> Iterator[Hit]:
    """The vendor's side, with what the vendor must-controls, in a competitor; through a state body a note (5.3)."""
    line = Fraction(case.policy.control)
    sure, wide = case.sides.reach - {case.competitor}, case.wide - {case.competitor}
    yield from _economic_hits(case, (sure, wide), case.competitor, sure=True)
    yield from _voting_hits(case, (sure, wide), case.competitor, sure=True)
    for holder in wide:
        if holder in sure and case.competitor in controlled(case.world, holder, line, may=False, stop=case.stop):
            yield BLOCK, MUST
        elif case.competitor in controlled(case.world, holder, line, may=True, stop=case.stop):
            yield REVIEW, MAY


def _posts(case: Case, types: frozenset[str]) -> dict[Pair, bool]:
    found = {}
    rows = [row for row in case.world.rows if row.type in types and is_majority(row) is not True]
    for pair, there in pairs(rows).items():
        sure = presence(there, case.world.as_of)
        if sure is not None:
            found[pair] = sure
    return found


def board(case: Case) -> Iterator[Hit]:
    seats = frozenset({"boardMember", "boardChair", "appointmentOfBoard"})
    for (holder, subject), sure in _posts(case, seats).items():
        if case.world.kinds[holder] is PartyKind.PERSON or holder not in case.rivals or subject not in case.wide:
            continue
        if sure and holder in case.sides.rival and subject in case.sides.reach:
            yield BLOCK, MUST
        else:
            yield REVIEW, MAY


def _places(case: Case, person: str, posts: dict[Pair, bool]) -> dict[str, bool]:
    places = {subject: sure for (holder, subject), sure in posts.items() if holder == person}
    return places | {person: True}


def personnel(case: Case) -> Iterator[Hit]:
    """A state body above the vendor counts here: only what it controls elsewhere is a note (5.3)."""
    above = controllers(case.world, case.vendor, Fraction(case.policy.control), may=False, stop=case.stop)
    states = frozenset(party for party in above if is_state(case.world, party))
    posts = _posts(case, frozenset({"seniorManagingOfficial", "boardMember", "boardChair"}))
    for person in {holder for holder, _ in posts if case.world.kinds[holder] is PartyKind.PERSON}:
        places = _places(case, person, posts)
        for here, here_sure in places.items():
            for there, there_sure in places.items():
                if here == there or here not in case.rivals or there not in case.wide | states:
                    continue
                proved = here in case.sides.rival and there in case.sides.reach | states
                yield (BLOCK, MUST) if proved and here_sure and there_sure else (REVIEW, MAY)


def commercial(case: Case) -> Iterator[Hit]:
    for row in case.world.rows:
        if row.holder not in case.sides.rival or row.subject not in case.sides.vendor:
            continue
        begun = row.start is None or row.start.last < case.world.as_of or row.start.first == row.start.last
        if begun and _weighs(row, case.policy) and _recent(row, case.world.as_of):
            yield REVIEW, MUST


def _weighs(row: Fact, policy: Policy) -> bool:
    share = row.revenue_share is not None and row.revenue_share >= policy.commercial_share
    commitment = row.type == CONTRACT and row.amount is not None and row.amount_per in {"year", "quarter", "month"}
    return row.type in {CONTRACT, CUSTOMER} and (share or commitment)


def _recent(row: Fact, as_of: date) -> bool:
    """An ended tie keeps its severity for 12 months; `amount_until` ends a commitment."""
    ends: list[PartialDate] = [end for end in (row.end, row.amount_until) if end is not None]
    year_ago = as_of.replace(year=as_of.year - 1)
    begun = row.start is None or row.start.first <= as_of
    return begun and all(end.last >= year_ago for end in ends)


def unstated_stakes(case: Case) -> Iterator[tuple[str, Pair, bool]]:
    """Shares and votes of which no positive low is stated: axis, pair, whether surely held."""
    for pair, one in case.world.shares.items():
        if one.unstated:
            yield "shares", pair, None not in one.options
    for pair, one in case.world.votes.items():
        if one.unstated:
            yield "votes", pair, None not in one.options


def crosses_unstated(case: Case, axis: str, pair: Pair) -> bool:
    """Whether the high, tightened (2.6), reaches a line."""
    world, (holder, subject) = case.world, pair
    votes = votes_of(world, {holder}, subject)[1] if holder in votes_in(world, subject) else Fraction(0)
    if axis == "votes":
        return votes >= case.policy.voting_review
    others = sum((s.low for (h, t), s in world.shares.items() if t == subject and h != holder), Fraction(0))
    fault = subject in economic_faults(world)
    high = min(world.shares[pair].high, 100_000_000 - (Fraction(0) if fault else others))
    return high >= case.policy.economic_review or votes >= case.policy.voting_review


def unstated_pairs(case: Case) -> Iterator[tuple[str, Pair, bool]]:
    for axis, pair, sure in unstated_stakes(case):
        for left, right in ((case.rivals, case.wide), (case.wide, case.rivals)):
            if pair[0] in left and pair[1] in right and pair[0] != pair[1] and crosses_unstated(case, axis, pair):
                yield axis, pair, sure


def unstated_holding(case: Case) -> Iterator[Hit]:
    for _, (holder, subject), sure in unstated_pairs(case):
        forth = holder in case.sides.rival and subject in case.sides.reach
        back = holder in case.sides.reach and subject in case.sides.rival
        yield REVIEW, sure and (forth or back)


def contradiction(case: Case) -> Iterator[Hit]:
    """2.2 c and 2.7, where the subject lies above either side and one of them holds there."""
    members = case.sides.rival | case.sides.reach
    above = _above(case.world, members)
    world = case.world
    doubtful = {pair for slots in (world.shares, world.votes) for pair, one in slots.items() if one.contradiction}
    faulty = {p for p in world.shares if p[1] in economic_faults(world)}
    faulty |= {(h, s) for s in above for h in votes_in(world, s) if vote_fault(world, s)}
    for holder, subject in doubtful | faulty:
        if subject in above and holder in members:
            yield REVIEW, MUST


def _above(world: World, members: frozenset[str]) -> frozenset[str]:
    found = set(members)
    edges = [p for slots in (world.shares, world.votes) for p, one in slots.items() if one.high > EPSILON]
    edges += list(world.control)
    while more := {h for h, s in edges if s in found and h not in found}:
        found |= more
    return frozenset(found)


RULES: dict[str, Callable[[Case], Iterator[Hit]]] = {
    "same_party": same_party,
    "economic_line": economic_line,
    "voting_line": voting_line,
    "control": control,
    "common_controller": common_controller,
    "reverse": reverse,
    "board": board,
    "personnel": personnel,
    "commercial": commercial,
    "unstated_holding": unstated_holding,
    "contradiction": contradiction,
}
