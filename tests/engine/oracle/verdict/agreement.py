"""Where the engine and the oracle differ on one question, in sentences."""

from __future__ import annotations

from conflicts.engine.findings import Answer
from conflicts.engine.screening import Query, screen
from conflicts.engine.snapshot import snapshot
from tests.engine.oracle.verdict.case import Hit
from tests.engine.oracle.verdict.freshness import is_old
from tests.engine.oracle.verdict.verdict import Question, Verdict, verdict

RANKS = {"note": 0, "review": 1, "block": 2}
OWNERSHIP = {
    "same_party",
    "economic_line",
    "voting_line",
    "control",
    "common_controller",
    "reverse",
    "unstated_holding",
    "aggregate",
}
INSIDE = {"board", "personnel", "commercial", "option"}
"""What may be told, or not, of two that are one party (same party, proved)."""
LEVELS = {"none": 0, "partial": 1, "majority": 2}


def answered(question: Question) -> Answer:
    there = snapshot(question.nodes, question.facts, as_of=question.as_of, known_on=question.known_on)
    return screen(there, Query(question.principal, question.vendor, question.competitors, question.policy))


def loud(answer: Answer) -> dict[str, Hit]:
    """The severest hit above note by rule."""
    found: dict[str, Hit] = {}
    for finding in answer.findings:
        rank = RANKS[finding.severity]
        if rank:
            found[finding.rule] = max(found.get(finding.rule, (0, False)), (rank, finding.must))
    return found


def differences(question: Question) -> list[str]:
    """Empty where both agree.

    One edge is one finding (6), so an ownership finding may be told under another rule of at least its weight; a
    may-finding beside a proved one of the same party is the same story told twice. The text leaves open whether a tie
    or a deal inside one proved party is told.
    """
    ours, theirs = verdict(question), answered(question)
    found, mine = loud(theirs), dict(ours.findings)
    told = _coverages_apart(question, theirs, ours)
    if theirs.outcome != ours.outcome:
        told.append(f"outcome: engine {theirs.outcome}, oracle {ours.outcome}")
    odd = [(rule, hit) for rule, hit in found.items() if _odd(rule, hit, mine) and not _shared(question, hit, mine)]
    told += [f"{rule}: engine {hit}, oracle {mine.get(rule)}" for rule, hit in odd]
    return told + [f"{rule}: engine silent, oracle {hit}" for rule, hit in mine.items() if _untold(rule, hit, found)]


def _coverages_apart(question: Question, theirs: Answer, ours: Verdict) -> list[str]:
    """Beside a finding the text does not say whether old sources lower the coverage (6, stale: "a clear verdict")."""
    reach = {LEVELS[theirs.coverage], LEVELS[ours.coverage]}
    aged = ours.outcome != "clear" and any(is_old(fact, question.known_on) for fact in question.facts)
    if len(reach) == 1 or (aged and reach == {1, 2}):
        return []
    return [f"coverage: engine {theirs.coverage}, oracle {ours.coverage}"]


def _shared(question: Question, hit: Hit, ours: dict[str, Hit]) -> bool:
    """A part of a joint stake is an unstated holding to one reader and a crossed line to the other."""
    jointly = any(fact.members for fact in question.facts)
    return jointly and any(ours[rule] >= hit for rule in OWNERSHIP & set(ours))


def _odd(rule: str, hit: Hit, ours: dict[str, Hit]) -> bool:
    """The engine says what the oracle does not: less than the rule found can be the rest of a told edge.

    A may-finding beside an unstated holding may be what that holding tells (7.2).
    """
    if ours.get("same_party") == (2, True) and rule in OWNERSHIP | INSIDE and hit < (2, True):
        return False
    if rule in OWNERSHIP and hit == (1, False) and "unstated_holding" in ours:
        return False
    mine = ours.get(rule)
    return mine is None or hit > mine or (hit < mine and rule not in OWNERSHIP)


def _untold(rule: str, hit: Hit, found: dict[str, Hit]) -> bool:
    if rule in found or (rule in INSIDE and found.get("same_party") == (2, True)):
        return False
    return rule not in OWNERSHIP or not any(found[other] >= hit for other in OWNERSHIP & set(found))
