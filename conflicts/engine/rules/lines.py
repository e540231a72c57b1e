"""Where a set of owners stands against the lines of one party: economic, votes, control."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from conflicts.engine.ballots import votes_high, votes_low
from conflicts.engine.control import above, controllers_of
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
    """A line crossed: bounds in millionths of a percent, the proof from the owners' side on.

    `beyond` tells that it may be crossed where a lower line of the axis is proved to be.
    """

    axis: Axis
    severity: Severity
    low: int | None
    high: int | None
    line: int
    path: tuple[Fact, ...]
    must: bool
    refined: bool = True
    beyond: bool = False

    @property
    def beside(self) -> tuple[str, ...]:
        """What sets its topic apart from that of the proved line, which can stay where this vanishes (7.2)."""
        return ("beyond",) if self.beyond else ()


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

    @property
    def idle(self) -> bool:
        """Whether no way leads from the owners down to the party, on any axis."""
        return self.owners.all.isdisjoint(above(self.snap, self.subject))


def crossings(question: Question) -> Iterator[Crossing]:
    """Every line that the owners cross: on each axis the proved one, then what may be crossed beyond it."""
    for measure in () if question.idle else (economic, voting, control):
        yield from measure(question)


def economic(question: Question) -> Iterator[Crossing]:
    """Integrated ownership of the set against the economic lines (SEMANTICS 6)."""
    proved = _proved_economic(question)
    if proved is not None:
        yield proved
    for line, _ in _economic_lines(question.policy):
        if proved is not None and line <= proved.line:
            return
        reached = high_reaches(question.snap, question.owners.all, question.subject, line=line, stop=question.stop)
        if reached.yes:
            found = _economic(question, line, Severity.REVIEW, must=False, refined=reached.refined)
            yield replace(found, beyond=proved is not None)
            return


def _proved_economic(question: Question) -> Crossing | None:
    for line, severity in _economic_lines(question.policy) if question.certain else ():
        reached = low_reaches(question.snap, question.owners.must, question.subject, line=line, stop=question.stop)
        if reached.yes:
            return _economic(question, line, severity, must=True, refined=reached.refined)
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


def voting(question: Question) -> Iterator[Crossing]:
    """Votes held directly by the set; votes derived from shares cross only the review line."""
    policy = question.policy
    proved = _proved_voting(question)
    if proved is not None:
        yield proved
    for line, stated in ((policy.voting_block, True), (policy.voting_review, False)):
        if proved is not None and line <= proved.line:
            return
        if _reaches(question, line, stated=stated):
            yield replace(_voting(question, line, Severity.REVIEW, must=False), beyond=proved is not None)
            return


def _proved_voting(question: Question) -> Crossing | None:
    policy, must = question.policy, question.owners.must
    if question.certain and _low(question, must, stated=True) >= policy.voting_block:
        return _voting(question, policy.voting_block, Severity.BLOCK, must=True)
    if question.certain and _low(question, must, stated=False) >= policy.voting_review:
        return _voting(question, policy.voting_review, Severity.REVIEW, must=True)
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
    path = tuple(fact for stake in telling_votes(snap, owners, subject, must=must) for fact in stake.facts[:1])
    return Crossing(Axis.VOTING, severity, low, math.ceil(high), line, path, must=must)


def telling_votes(snap: Snapshot, owners: frozenset[str], subject: str, *, must: bool) -> list[Stake]:
    """The stakes that make the owners' sum, the largest first; or the assertion that tells of more."""

    def counts(stake: Stake) -> bool:
        return stake.inside(owners) if must else stake.touches(owners)

    def size(stake: Stake) -> tuple[Share, Share]:
        return (stake.bounds.low, stake.bounds.high) if must else (stake.bounds.high, stake.bounds.low)

    direct = [stake for stake in snap.voting.into(subject).values() if counts(stake)]
    asserted = [stake for stake in snap.asserted_voting.into(subject).values() if counts(stake)]
    best = max(asserted, key=size, default=None)
    if best is not None and size(best)[0] > sum(size(stake)[0] for stake in direct):
        return [best]
    held = sorted(direct, key=lambda stake: (-stake.bounds.low, -stake.bounds.high, stake.holder))
    return [stake for stake in held if stake.stated.high > 0]


def control(question: Question) -> Iterator[Crossing]:
    """Whether a member of the set controls the party, must or may (SEMANTICS 4)."""
    line = question.policy.control
    for must in (True, False) if question.certain else (False,):
        path = control_path_from(question, question.owners.must if must else question.owners.all, may=not must)
        if path:
            severity = Severity.BLOCK if must else Severity.REVIEW
            yield Crossing(Axis.CONTROL, severity, None, None, line, path, must=must)
            return


def control_path_from(question: Question, owners: frozenset[str], *, may: bool) -> tuple[Fact, ...]:
    """The shortest chain by which one of the owners alone controls the party; empty where none does."""
    snap, subject, line = question.snap, question.subject, question.policy.control
    controllers = owners & controllers_of(snap, subject, may=may, line=line)
    return nearest_control_path(snap, controllers, subject, may=may, line=line)
