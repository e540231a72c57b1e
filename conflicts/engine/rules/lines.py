"""Where a set of owners stands against the lines of one party: economic, votes, control."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conflicts.engine.ballots import votes_high, votes_low
from conflicts.engine.control import controlled_jointly, controllers_of
from conflicts.engine.control_paths import nearest_control_path
from conflicts.engine.facts import Axis
from conflicts.engine.findings import Severity
from conflicts.engine.ownership import Ownership, high_reaches, integrated_ownership, low_reaches
from conflicts.engine.paths import economic_path
from conflicts.engine.sides import Side

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conflicts.engine.bounds import Share
    from conflicts.engine.facts import Fact
    from conflicts.engine.policy import Policy
    from conflicts.engine.snapshot import Snapshot
    from conflicts.engine.stakes import Stake


@dataclass(frozen=True, slots=True)
class Crossing:
    """A line crossed: bounds in millionths of a percent, the proof from the owners' side on."""

    axis: Axis
    severity: Severity
    low: int | None
    high: int | None
    line: int
    path: tuple[Fact, ...]
    must: bool
    refined: bool = True


@dataclass(frozen=True, slots=True)
class Question:
    """Do these owners cross a line of this party? A walk stops at `stop`, the client's side.

    `certain` is False where the party itself only may be on the side that is asked about.
    """

    snap: Snapshot
    owners: Side
    subject: str
    certain: bool
    stop: frozenset[str]
    policy: Policy


def crossings(question: Question) -> Iterator[Crossing]:
    """Every axis on which the owners cross a line of the party."""
    for found in (economic(question), voting(question), control(question)):
        if found is not None:
            yield found


def economic(question: Question) -> Crossing | None:
    """Integrated ownership of the set against the economic lines (SEMANTICS 6)."""
    snap, subject, stop = question.snap, question.subject, question.stop
    for line, severity in _economic_lines(question.policy) if question.certain else ():
        reached = low_reaches(snap, question.owners.must, subject, line=line, stop=stop)
        if reached.yes:
            return _economic(question, line, severity, must=True, refined=reached.refined)
    for line, _ in _economic_lines(question.policy):
        reached = high_reaches(snap, question.owners.all, subject, line=line, stop=stop)
        if reached.yes:
            return _economic(question, line, Severity.REVIEW, must=False, refined=reached.refined)
    return None


def _economic_lines(policy: Policy) -> tuple[tuple[int, Severity], ...]:
    return (policy.economic_block, Severity.BLOCK), (policy.economic_review, Severity.REVIEW)


def _held(question: Question, owners: frozenset[str]) -> Ownership:
    return integrated_ownership(question.snap, owners, question.subject, stop=question.stop)


def _economic(question: Question, line: int, severity: Severity, *, must: bool, refined: bool) -> Crossing:
    owners = question.owners.must if must else question.owners.all
    held = _held(question, owners)
    path = economic_path(question.snap, owners, question.subject, must=must, stop=question.stop)
    low, high = math.floor(held.low), math.ceil(held.high)
    return Crossing(Axis.ECONOMIC, severity, low, high, line, path, must=must, refined=refined)


def voting(question: Question) -> Crossing | None:
    """Votes held directly by the set; votes derived from shares cross only the review line."""
    policy = question.policy
    if question.certain:
        must = question.owners.must
        if _low(question, must, stated=True) >= policy.voting_block:
            return _voting(question, policy.voting_block, Severity.BLOCK, must=True)
        if _low(question, must, stated=False) >= policy.voting_review:
            return _voting(question, policy.voting_review, Severity.REVIEW, must=True)
    for line, stated in ((policy.voting_block, True), (policy.voting_review, False)):
        if _reaches(question, line, stated=stated):
            return _voting(question, line, Severity.REVIEW, must=False)
    return None


def _low(question: Question, owners: frozenset[str], *, stated: bool) -> int:
    return votes_low(question.snap, owners, question.subject, stated=stated)[0]


def _reaches(question: Question, line: int, *, stated: bool) -> bool:
    high, is_open = votes_high(question.snap, question.owners.all, question.subject, stated=stated)
    return high > line or (high == line and not is_open)


def _voting(question: Question, line: int, severity: Severity, *, must: bool) -> Crossing:
    snap, subject = question.snap, question.subject
    owners = question.owners.must if must else question.owners.all
    low, _ = votes_low(snap, owners, subject)
    high, _ = votes_high(snap, owners, subject)
    path = tuple(fact for stake in _telling(question, owners, must=must) for fact in stake.facts[:1])
    return Crossing(Axis.VOTING, severity, low, math.ceil(high), line, path, must=must)


def _telling(question: Question, owners: frozenset[str], *, must: bool) -> list[Stake]:
    """The stakes that make the sum, the largest first; or the assertion that tells of more."""

    def counts(stake: Stake) -> bool:
        return stake.inside(owners) if must else stake.touches(owners)

    def size(stake: Stake) -> tuple[Share, Share]:
        return (stake.bounds.low, stake.bounds.high) if must else (stake.bounds.high, stake.bounds.low)

    snap, subject = question.snap, question.subject
    direct = [stake for stake in snap.voting.into(subject).values() if counts(stake)]
    asserted = [stake for stake in snap.asserted_voting.into(subject).values() if counts(stake)]
    best = max(asserted, key=size, default=None)
    if best is not None and size(best)[0] > sum(size(stake)[0] for stake in direct):
        return [best]
    held = sorted(direct, key=lambda stake: (-stake.bounds.low, -stake.bounds.high))
    return [stake for stake in held if stake.stated.high > 0]


def control(question: Question) -> Crossing | None:
    """Whether a member of the set controls the party, must or may (SEMANTICS 4)."""
    line = question.policy.control
    if question.certain:
        path = _control_path(question, question.owners.must, may=False)
        if path:
            return Crossing(Axis.CONTROL, Severity.BLOCK, None, None, line, path, must=True)
    path = _control_path(question, question.owners.all, may=True)
    if path:
        return Crossing(Axis.CONTROL, Severity.REVIEW, None, None, line, path, must=False)
    return None


def joint_control(question: Question) -> Crossing | None:
    """Whether the set, acting jointly, controls the party, must or may (SEMANTICS 4)."""
    line = question.policy.control
    must, everybody = question.owners.must, question.owners.all
    if question.certain and question.subject in controlled_jointly(question.snap, must, may=False, line=line):
        return _jointly(question, Severity.BLOCK, must=True)
    if question.subject in controlled_jointly(question.snap, everybody, may=True, line=line):
        return _jointly(question, Severity.REVIEW, must=False)
    return None


def _jointly(question: Question, severity: Severity, *, must: bool) -> Crossing:
    owners = question.owners.must if must else question.owners.all
    path = _control_path(question, owners, may=not must)
    if not path:
        path = tuple(fact for stake in _telling(question, owners, must=must) for fact in stake.facts[:1])
    return Crossing(Axis.CONTROL, severity, None, None, question.policy.control, path, must=must)


def _control_path(question: Question, owners: frozenset[str], *, may: bool) -> tuple[Fact, ...]:
    snap, subject, line = question.snap, question.subject, question.policy.control
    controllers = owners & controllers_of(snap, subject, may=may, line=line)
    return nearest_control_path(snap, controllers, subject, may=may, line=line)
