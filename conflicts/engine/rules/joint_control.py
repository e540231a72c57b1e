"""Control by several who act jointly, with every fact that it rests on (SEMANTICS 4.1, 6 aggregate)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conflicts.engine.control import controlled_jointly
from conflicts.engine.facts import Axis
from conflicts.engine.findings import Severity
from conflicts.engine.rules.lines import Crossing, control_path_from, telling_votes
from conflicts.engine.ties import must_control

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conflicts.engine.facts import Fact
    from conflicts.engine.rules.lines import Question
    from conflicts.engine.snapshot import Snapshot
    from conflicts.engine.stakes import Stake


def joint_control(question: Question) -> Iterator[Crossing]:
    """Whether the set, acting jointly, controls the party, must or may."""
    for must in (True, False) if question.certain else (False,):
        owners = question.owners.must if must else question.owners.all
        inside = controlled_jointly(question.snap, owners, may=not must, line=question.policy.control)
        if question.subject in inside:
            severity = Severity.BLOCK if must else Severity.REVIEW
            path = control_path_from(question, owners, may=not must) or _paths_down(question, owners, inside, must=must)
            yield Crossing(Axis.CONTROL, severity, None, None, question.policy.control, path, must=must)
            return


def _paths_down(question: Question, owners: frozenset[str], inside: frozenset[str], *, must: bool) -> tuple[Fact, ...]:
    """What the owners, and all that they control jointly, hold in the party and in each of these; the owners first."""
    links: list[tuple[Fact, ...]] = []
    met, level = {question.subject}, [question.subject]
    while level:
        told = [_links(question, inside, party, must=must) for party in level]
        links.extend(told)
        holders = (member for facts in told for fact in facts for member in fact.members or (fact.holder,))
        level = [party for party in dict.fromkeys(holders) if party in inside - owners and party not in met]
        met.update(level)
    return tuple(fact for facts in reversed(links) for fact in facts)


def _links(question: Question, inside: frozenset[str], subject: str, *, must: bool) -> tuple[Fact, ...]:
    """The fact of control of one of them, else what votes they have, the largest first."""
    snap = question.snap
    for tie in snap.control.into(subject):
        if tie.fact.holder in inside and (must_control(tie) or not must):
            return (tie.fact,)
    stakes = _joint_majority(snap, inside, subject, question.policy.control) if must else []
    stakes = stakes or telling_votes(snap, inside, subject, must=must)
    return tuple(fact for stake in stakes for fact in stake.facts[:1])


def _joint_majority(snap: Snapshot, inside: frozenset[str], subject: str, line: int) -> list[Stake]:
    """A joint holding over the line, of which each member controls (2.3)."""
    tables = (snap.voting, snap.asserted_voting)
    joint = (s for table in tables for s in table.into(subject).values() if len(s.members) > 1 and s.touches(inside))
    lows = ((stake, stake.stated if snap.supported else stake.bounds) for stake in joint)
    return [stake for stake, end in lows if end.low > line or (end.low == line and end.low_open)][:1]
