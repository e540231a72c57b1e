"""The rules, each as the pairs of severity and must that it finds (SEMANTICS 6), before anything vanishes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction

from conflicts.engine.dates import PartialDate
from conflicts.engine.facts import CONTRACT, CUSTOMER, POSTS, SEATS, Fact, PartyKind
from conflicts.engine.policy import Policy
from tests.engine.oracle.verdict.case import BLOCK, MAY, MUST, REVIEW, Case, Hit, economic_hits, voting_hits
from tests.engine.oracle.verdict.contradictions import contradiction
from tests.engine.oracle.verdict.deals import option
from tests.engine.oracle.verdict.directness import Pair
from tests.engine.oracle.verdict.owners import common_owner
from tests.engine.oracle.verdict.sides import controlled, controllers, is_state
from tests.engine.oracle.verdict.times import presence
from tests.engine.oracle.verdict.unstated import unstated_holding
from tests.engine.oracle.verdict.world import is_majority, pairs


def same_party(case: Case) -> Iterator[Hit]:
    if case.sides.vendor & case.sides.rival:
        yield BLOCK, MUST
    elif case.vendors & case.rivals:
        yield REVIEW, MAY


def economic_line(case: Case) -> Iterator[Hit]:
    for subject in case.vendors:
        yield from economic_hits(case, (case.sides.rival, case.rivals), subject, sure=subject in case.sides.vendor)


def voting_line(case: Case) -> Iterator[Hit]:
    for subject in case.vendors:
        yield from voting_hits(case, (case.sides.rival, case.rivals), subject, sure=subject in case.sides.vendor)


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
    yield from economic_hits(case, (sure, wide), case.competitor, sure=True)
    yield from voting_hits(case, (sure, wide), case.competitor, sure=True)
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


def _states(case: Case, *, may: bool) -> frozenset[str]:
    """A state body above the vendor counts here: only what it controls elsewhere is a note (5.3)."""
    above = controllers(case.world, case.vendor, Fraction(case.policy.control), may=may, stop=case.stop)
    return frozenset(party for party in above if is_state(case.world, party))


def board(case: Case) -> Iterator[Hit]:
    world, states, perhaps = case.world, _states(case, may=False), _states(case, may=True)
    for (holder, subject), sure in _posts(case, SEATS).items():
        if world.kinds.get(holder) is PartyKind.PERSON or subject not in case.wide | perhaps:
            continue
        if sure and world.inside(holder, case.sides.rival) and subject in case.sides.reach | states:
            yield BLOCK, MUST
        elif world.touches(holder, case.rivals):
            yield REVIEW, MAY


def _places(person: str, posts: dict[Pair, bool]) -> dict[str, bool]:
    places = {subject: sure for (holder, subject), sure in posts.items() if holder == person}
    return places | {person: True}


def personnel(case: Case) -> Iterator[Hit]:
    states, perhaps = _states(case, may=False), _states(case, may=True)
    posts = _posts(case, POSTS)
    for person in {holder for holder, _ in posts if case.world.kinds.get(holder) is PartyKind.PERSON}:
        places = _places(person, posts)
        for here, here_sure in places.items():
            for there, there_sure in places.items():
                if here == there or here not in case.rivals or there not in case.wide | perhaps:
                    continue
                proved = here in case.sides.rival and there in case.sides.reach | states
                yield (BLOCK, MUST) if proved and here_sure and there_sure else (REVIEW, MAY)


def commercial(case: Case) -> Iterator[Hit]:
    for row in case.world.rows:
        if not case.world.inside(row.holder, case.sides.rival) or row.subject not in case.sides.vendor:
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
    "option": option,
    "common_owner": common_owner,
    "contradiction": contradiction,
}
