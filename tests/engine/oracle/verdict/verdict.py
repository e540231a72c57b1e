"""Outcome, coverage and findings of one pair (SEMANTICS 7)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from conflicts.engine.facts import Fact, Node, PartyKind
from conflicts.engine.policy import Policy
from tests.engine.oracle.verdict.case import BLOCK, MAY, MUST, NOTE, REVIEW, Case, Hit, economic
from tests.engine.oracle.verdict.directness import Pair
from tests.engine.oracle.verdict.freshness import stale
from tests.engine.oracle.verdict.owners import aggregate
from tests.engine.oracle.verdict.rules import RULES
from tests.engine.oracle.verdict.sides import controllers, is_state, sides
from tests.engine.oracle.verdict.slots import EPSILON, WHOLE, Size, Slot, size_of
from tests.engine.oracle.verdict.unstated import RIDERS, across, unstated, without
from tests.engine.oracle.verdict.votes import told_votes_in, vote_fault, votes_in, votes_of
from tests.engine.oracle.verdict.world import Slots, World, economic_faults, edges_low, told, world_of

Findings = dict[str, Hit]
"""Rule -> the severest hit."""
Rules = Mapping[str, Callable[[Sequence[Case]], Iterator[Hit]]]


def _of_one(function: Callable[[Case], Iterator[Hit]]) -> Callable[[Sequence[Case]], Iterator[Hit]]:
    return lambda cases: function(cases[0])


SINGLE: Rules = {rule: _of_one(function) for rule, function in RULES.items()}


@dataclass(frozen=True)
class Question:
    """A screening as the oracle is asked."""

    nodes: tuple[Node, ...]
    facts: tuple[Fact, ...]
    as_of: date
    known_on: date
    principal: str
    vendor: str
    competitors: tuple[str, ...]
    policy: Policy


@dataclass(frozen=True)
class Verdict:
    """`findings` above note by rule; `told` are may-findings that an unstated holding tells."""

    outcome: str
    coverage: str
    findings: Mapping[str, Hit]
    told: frozenset[str]


def verdict(question: Question) -> Verdict:
    asked = {question.principal, question.vendor, *question.competitors}
    world = world_of(question.nodes, question.facts, question.as_of, question.known_on)
    covered = coverage(world, question.vendor, question.policy)
    known = {node.id for node in question.nodes if node.resolved}
    if not asked <= known:
        return Verdict("unknown", covered, {}, frozenset())
    findings, gone = judged(world, question)
    worst = _worst(findings)
    if any(_worst(judged(other, question)[0]) > worst for other in alternatives(world)):
        findings["contradiction"] = (REVIEW, MUST)
        worst = max(worst, REVIEW)
    if worst == NOTE and covered == "none" and question.policy.uncovered_to_review:
        worst = REVIEW
    cases = _cases(world, question, question.competitors)
    if covered == "majority" and stale(cases, question.known_on, clear=worst == NOTE):
        covered = "partial"
    return Verdict({NOTE: "clear", REVIEW: "review", BLOCK: "blocked"}[worst], covered, findings, gone)


def _worst(findings: Findings) -> int:
    return max((severity for severity, _ in findings.values()), default=NOTE)


def judged(world: World, question: Question) -> tuple[Findings, frozenset[str]]:
    """2.7: both runs, the severer counts."""
    found: Findings = {}
    told: set[str] = set()
    for mode in (False, True):
        if mode and not _faulty(world):
            continue
        there = world.changed(supported=mode) if mode else world
        for rivals, rules in _askings(question):
            hits, also = settled(there, question, rivals, rules)
            told |= also
            for rule, hit in hits.items():
                found[rule] = max(found.get(rule, (NOTE, MAY)), hit)
    return found, frozenset(told)


def _askings(question: Question) -> list[tuple[tuple[str, ...], Rules]]:
    """Every competitor by itself, and all of them together."""
    rivals = tuple(dict.fromkeys(question.competitors))
    askings: list[tuple[tuple[str, ...], Rules]] = [((rival,), SINGLE) for rival in rivals]
    return askings + [(rivals, {"aggregate": aggregate})] * (len(rivals) > 1)


def _faulty(world: World) -> bool:
    return bool(economic_faults(world)) or any(vote_fault(world, s) for s in world.kinds)


def _cases(world: World, question: Question, rivals: tuple[str, ...]) -> list[Case]:
    line = Fraction(question.policy.control)
    asked = (question.principal, question.vendor, line)
    return [Case(world, sides(world, *asked, competitor=r), question.vendor, r, question.policy) for r in rivals]


def _raw(cases: Sequence[Case], rules: Rules) -> Findings:
    found = {}
    for rule, function in rules.items():
        hits = [hit for hit in function(cases) if hit[0] > NOTE]
        if hits:
            found[rule] = max(hits)
    return found


def settled(world: World, question: Question, rivals: tuple[str, ...], rules: Rules) -> tuple[Findings, frozenset[str]]:
    """7.2: what vanishes with outsiders' unstated shares is a note; across the sides it is told there."""
    cases = _cases(world, question, rivals)
    raw = _raw(cases, rules)
    if all(must for _, must in raw.values()):
        return raw, frozenset()
    outer = {one for one in unstated(world, "shares", "votes", "told_shares", "told_votes") if _outside(cases, one[1])}
    calm_world = without(world, outer)
    calm_cases = _cases(calm_world, question, rivals)
    calm = _raw(calm_cases, rules)
    inner = {one for case in calm_cases for one in across(case) if _tells(case, one[1])}
    bare = _raw(_cases(without(calm_world, inner), question, rivals), rules)
    kept = {rule: hit for rule, hit in raw.items() if hit[1] or rule in calm}
    gone = {rule for rule, hit in kept.items() if not hit[1] and rule not in bare and rule != "unstated_holding"}
    return {rule: hit for rule, hit in kept.items() if rule not in gone}, frozenset(gone)


def _tells(case: Case, pair: Pair) -> bool:
    """At least one end is proved to be on its own side, the holder on one and the subject on the other."""
    (holder, subject), there = pair, case.sides
    ways = ((case.rivals, there.rival, case.wide, there.reach), (case.wide, there.reach, case.rivals, there.rival))
    return any(
        case.world.touches(holder, left) and subject in right and (case.world.touches(holder, own) or subject in proved)
        for left, own, right, proved in ways
    )


def _outside(cases: Sequence[Case], pair: Pair) -> bool:
    """Outside both must sides, and the competitor's side has no positive low in it; of a joint holder, every member."""
    world, rivals = cases[0].world, frozenset().union(*(case.sides.rival for case in cases))
    members = world.members(pair[0])
    line, stop = Fraction(cases[0].policy.control), cases[0].stop
    above = controllers(world, cases[0].vendor, line, may=False, stop=stop)  # State bodies too (5.3).
    if members & rivals.union(above, *(case.sides.reach for case in cases)):
        return False
    if any(economic(cases[0], rivals, one, low=True) > EPSILON for one in members):
        return False
    return all(votes_of(world, rivals, one)[0] <= EPSILON for one in members)


def alternatives(world: World) -> Iterable[World]:
    """2.2 d: each row that was set aside, in its pair's place; of shares also in that of the votes by shares."""
    for name in ("shares", "votes", "told_shares", "told_votes"):
        slots: Slots = getattr(world, name)
        for pair, one in slots.items():
            for row, sure in one.asides:
                options: set[Size | None] = {size_of(row)} if sure else {size_of(row), None}
                other = Slot(frozenset(options))
                changes = {name: {**slots, pair: other}}
                rider = RIDERS.get(name, name)
                if rider != name and pair in getattr(world, rider):
                    changes[rider] = {**getattr(world, rider), pair: other}
                yield world.changed(**changes)


def coverage(world: World, vendor: str, policy: Policy) -> str:
    """7.5."""
    line = Fraction(policy.control)
    owners = controllers(world, vendor, line, may=False) - {vendor}
    tops = {
        u
        for u in owners
        if all(u in controllers(world, w, line, may=False) for w in controllers(world, u, line, may=False))
    }
    if owners:
        good = all(world.kinds[t] is PartyKind.PERSON or is_state(world, t) or _known(world, t) for t in tops)
    else:
        good = _known(world, vendor)
    if good:
        return "majority"
    return "partial" if owners or _some(world, vendor) else "none"


def _known(world: World, subject: str) -> bool:
    """The stakes' lows, or an assertion's in their place (2.5)."""
    stakes = sum((span[0] for (_, s), span in edges_low(world).items() if s == subject), Fraction(0))
    shares = max([stakes, *(share for _, share in told(world, low=True)[subject])])
    holders = {*votes_in(world, subject), *(holder for holder, _ in told_votes_in(world, subject))}
    return shares > WHOLE / 2 or votes_of(world, holders, subject)[0] > WHOLE / 2


def _some(world: World, vendor: str) -> bool:
    """2.3: votes in itself are nobody's."""
    shares, votes = (world.shares, world.told_shares), (world.votes, world.told_votes)
    found = {pair for slots in shares for pair, one in slots.items() if one.options != {None}}
    found |= {pair for slots in votes for pair, one in slots.items() if one.options != {None} and pair[0] != pair[1]}
    return any(subject == vendor for _, subject in found | set(world.control))
