"""Outcome, coverage and findings of one pair (SEMANTICS 7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from conflicts.engine.facts import Fact, Node, PartyKind
from conflicts.engine.policy import Policy
from tests.engine.oracle.verdict.rules import (
    BLOCK,
    MAY,
    MUST,
    NOTE,
    REVIEW,
    RULES,
    Case,
    Hit,
    economic,
    unstated_pairs,
    unstated_stakes,
)
from tests.engine.oracle.verdict.sides import controllers, is_state, sides
from tests.engine.oracle.verdict.slots import EPSILON, WHOLE, Size, Slot, size_of
from tests.engine.oracle.verdict.world import (
    Pair,
    World,
    economic_faults,
    edges_low,
    vote_fault,
    votes_in,
    votes_of,
    world_of,
)

Findings = dict[str, Hit]
"""Rule -> the severest hit."""


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
    findings, told = judged(world, question)
    worst = _worst(findings)
    if any(_worst(judged(other, question)[0]) > worst for other in alternatives(world)):
        findings["contradiction"] = (REVIEW, MUST)
        worst = max(worst, REVIEW)
    if worst == NOTE and covered == "none" and question.policy.uncovered_to_review:
        worst = REVIEW
    return Verdict({NOTE: "clear", REVIEW: "review", BLOCK: "blocked"}[worst], covered, findings, told)


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
        for competitor in question.competitors:
            hits, also = of_competitor(there, question, competitor)
            told |= also
            for rule, hit in hits.items():
                found[rule] = max(found.get(rule, (NOTE, MAY)), hit)
    return found, frozenset(told)


def _faulty(world: World) -> bool:
    return bool(economic_faults(world)) or any(vote_fault(world, s) for s in world.kinds)


def _case(world: World, question: Question, competitor: str) -> Case:
    line = Fraction(question.policy.control)
    there = sides(world, principal=question.principal, vendor=question.vendor, competitor=competitor, line=line)
    return Case(world, there, question.vendor, competitor, question.policy)


def _raw(case: Case) -> Findings:
    found = {}
    for rule, function in RULES.items():
        hits = list(function(case))
        if hits:
            found[rule] = max(hits)
    return found


def of_competitor(world: World, question: Question, competitor: str) -> tuple[Findings, frozenset[str]]:
    """7.2: what vanishes with outsiders' unstated shares is a note; across the sides it is told there."""
    case = _case(world, question, competitor)
    raw = _raw(case)
    if all(must for _, must in raw.values()):
        return raw, frozenset()
    calm_world = without(world, {(axis, pair) for axis, pair, _ in unstated_stakes(case) if _outside(case, pair[0])})
    calm_case = _case(calm_world, question, competitor)
    calm = _raw(calm_case)
    bare_world = without(
        calm_world, {(axis, pair) for axis, pair, _ in unstated_pairs(calm_case) if _tells(calm_case, pair)}
    )
    bare = _raw(_case(bare_world, question, competitor))
    kept = {rule: hit for rule, hit in raw.items() if hit[1] or rule in calm}
    told = {rule for rule, hit in kept.items() if not hit[1] and rule not in bare and rule != "unstated_holding"}
    return {rule: hit for rule, hit in kept.items() if rule not in told}, frozenset(told)


def _tells(case: Case, pair: Pair) -> bool:
    """At least one end is proved to be on its side."""
    return bool(set(pair) & (case.sides.rival | case.sides.reach))


def _outside(case: Case, holder: str) -> bool:
    """Outside both must sides, and the competitor's side has no positive low in it."""
    if holder in case.sides.rival | case.sides.vendor:
        return False
    if economic(case, case.sides.rival, holder, low=True) > EPSILON:
        return False
    return votes_of(case.world, case.sides.rival, holder)[0] <= EPSILON


def without(world: World, stakes: set[tuple[str, Pair]]) -> World:
    """Unstated shares set to exactly 0."""

    def kept(slots: Mapping[Pair, Slot], axis: str) -> dict[Pair, Slot]:
        return {pair: one for pair, one in slots.items() if (axis, pair) not in stakes}

    return world.changed(
        shares=kept(world.shares, "shares"),
        share_votes=kept(world.share_votes, "shares"),
        votes=kept(world.votes, "votes"),
    )


def alternatives(world: World) -> Iterable[World]:
    """2.2 d: each row that was set aside, in its pair's place."""
    for name in ("shares", "share_votes", "votes"):
        slots: Mapping[Pair, Slot] = getattr(world, name)
        for pair, one in slots.items():
            for row, sure in one.asides:
                options: set[Size | None] = {size_of(row)} if sure else {size_of(row), None}
                other = Slot(frozenset(options))
                changes = {name: {**slots, pair: other}}
                if name == "shares" and pair in world.share_votes:
                    changes["share_votes"] = {**world.share_votes, pair: other}
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
    low = sum((span[0] for (_, s), span in edges_low(world).items() if s == subject), Fraction(0))
    return low > WHOLE / 2 or votes_of(world, votes_in(world, subject), subject)[0] > WHOLE / 2


def _some(world: World, vendor: str) -> bool:
    pairs = {pair for slots in (world.shares, world.votes) for pair, one in slots.items() if one.options != {None}}
    return any(subject == vendor for _, subject in pairs | set(world.control))
