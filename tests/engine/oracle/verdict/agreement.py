"""Where the engine and the oracle differ on one question, in sentences."""

from __future__ import annotations

from conflicts.engine.findings import Answer
from conflicts.engine.screening import Query, screen
from conflicts.engine.snapshot import snapshot
from tests.engine.oracle.verdict.rules import Hit
from tests.engine.oracle.verdict.verdict import Question, verdict

RANKS = {"note": 0, "review": 1, "block": 2}
OWNERSHIP = {
    "same_party",
    "economic_line",
    "voting_line",
    "control",
    "common_controller",
    "reverse",
    "unstated_holding",
}


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
    may-finding beside a proved one of the same party is the same story told twice. The text leaves open which
    contradictions belong to a pair, and whether a tie inside one proved party is told: where
    only one of the two tells a contradiction, the outcome is not compared.
    """
    ours, theirs = verdict(question), answered(question)
    found, mine = loud(theirs), dict(ours.findings)
    told = []
    if ("contradiction" in found) == ("contradiction" in mine):
        told = [] if theirs.outcome == ours.outcome else [f"outcome: engine {theirs.outcome}, oracle {ours.outcome}"]
    found.pop("contradiction", None)
    mine.pop("contradiction", None)
    if theirs.coverage != ours.coverage:
        told.append(f"coverage: engine {theirs.coverage}, oracle {ours.coverage}")
    told += [f"{rule}: engine {hit}, oracle {mine.get(rule)}" for rule, hit in found.items() if _odd(rule, hit, mine)]
    return told + [f"{rule}: engine silent, oracle {hit}" for rule, hit in mine.items() if _untold(rule, hit, found)]


def _odd(rule: str, hit: Hit, ours: dict[str, Hit]) -> bool:
    """The engine says what the oracle does not: less than the rule found can be the rest of a told edge."""
    if ours.get("same_party") == (2, True) and rule in OWNERSHIP and hit < (2, True):
        return False
    mine = ours.get(rule)
    return mine is None or hit > mine or (hit < mine and rule not in OWNERSHIP)


def _untold(rule: str, hit: Hit, found: dict[str, Hit]) -> bool:
    if rule in found or (rule == "commercial" and found.get("same_party") == (2, True)):
        return False
    return rule not in OWNERSHIP or not any(found[other] >= hit for other in OWNERSHIP & set(found))
