"""Who controls whom, must and may (SEMANTICS 4): least fixpoints over votes and control facts."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from conflicts.engine.ballots import hold_jointly, votes_high, votes_low
from conflicts.engine.bounds import HALF
from conflicts.engine.facts import PartyKind
from conflicts.engine.memo import kept_with_snapshot
from conflicts.engine.ties import must_control

if TYPE_CHECKING:
    from collections.abc import Collection

    from conflicts.engine.snapshot import Snapshot


@kept_with_snapshot
def controlled_by(snap: Snapshot, holder: str, *, may: bool, line: int = HALF) -> frozenset[str]:
    """Everything that `holder` controls, itself included (4.1).

    Control is strictly more than `line` (millionths of a percent) of the votes held by what is
    already controlled, or a control fact of one of it.
    """
    return controlled_jointly(snap, frozenset({holder}), may=may, line=line)


@kept_with_snapshot
def controlled_jointly(snap: Snapshot, holders: frozenset[str], *, may: bool, line: int = HALF) -> frozenset[str]:
    """Everything that the holders control when they act as one, themselves included (4.1)."""
    return _closure(snap, holders, None, may=may, line=line)


def _closure(
    snap: Snapshot, holders: frozenset[str], among: Collection[str] | None, *, may: bool, line: int
) -> frozenset[str]:
    """The least fixpoint from the holders down, inside `among` where that is given."""
    controlled, waiting = set(holders), deque(sorted(holders))
    while waiting:
        for subject in snap.holds.into(waiting.popleft()):
            if subject in controlled or (among is not None and subject not in among):
                continue
            if _controls(snap, controlled, subject, may=may, line=line):
                controlled.add(subject)
                waiting.append(subject)
    return frozenset(controlled)


@kept_with_snapshot
def controllers_of(snap: Snapshot, subject: str, *, may: bool, line: int = HALF) -> frozenset[str]:
    """Everybody else who controls `subject`.

    Who alone controls a controller is one too (4.1), and is found by going up. Only who holds something else alone can
    come to control by a sum; for those the fixpoint is worked out. It stays among the parties above the subject, since
    no other can help.
    """
    found = _up_alone(snap, subject, may=may, line=line)
    ups = above(snap, subject)
    for party in sorted(ups - found):
        if party not in found and _controls_one_alone(snap, party, ups, may=may, line=line):
            inside = _closure(snap, frozenset({party}), ups, may=may, line=line)
            if subject in inside:
                found |= _up_alone(snap, party, may=may, line=line)
    return frozenset(found - {subject})


def _up_alone(snap: Snapshot, subject: str, *, may: bool, line: int) -> set[str]:
    found, waiting = {subject}, [subject]
    while waiting:
        more = alone_over(snap, waiting.pop(), may=may, line=line) - found
        found |= more
        waiting.extend(more)
    return found


def _controls_one_alone(snap: Snapshot, party: str, among: Collection[str], *, may: bool, line: int) -> bool:
    return any(party in alone_over(snap, one, may=may, line=line) for one in snap.holds.into(party) if one in among)


@kept_with_snapshot
def alone_over(snap: Snapshot, subject: str, *, may: bool, line: int = HALF) -> frozenset[str]:
    """Who controls the subject in one step by what it holds itself, the subject left out."""
    holders = snap.holders.into(subject) - {subject}
    return frozenset(holder for holder in holders if _controls(snap, {holder}, subject, may=may, line=line))


@kept_with_snapshot
def above(snap: Snapshot, subject: str) -> frozenset[str]:
    """The subject and everybody from whom stakes, votes or control lead down to it."""
    found, waiting = {subject}, [subject]
    while waiting:
        more = snap.holders.into(waiting.pop()) - found
        found |= more
        waiting.extend(more)
    return frozenset(found)


def is_state_body(snap: Snapshot, party: str) -> bool:
    node = snap.nodes.get(party)
    return node is not None and node.kind is PartyKind.STATE_BODY


def _controls(snap: Snapshot, owners: Collection[str], subject: str, *, may: bool, line: int) -> bool:
    """Whether these owners together control the subject in one step."""
    for tie in snap.control.into(subject):
        if tie.fact.holder in owners and (may or must_control(tie)):
            return True
    if may:
        return votes_high(snap, owners, subject)[0] > line
    votes, some_open = votes_low(snap, owners, subject)
    return votes > line or (votes == line and some_open) or hold_jointly(snap, owners, subject, line)
