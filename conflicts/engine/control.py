"""Who controls whom, must and may (SEMANTICS 4): least fixpoints over votes and control facts."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from conflicts.engine.bounds import WHOLE, Share
from conflicts.engine.facts import Axis, PartyKind
from conflicts.engine.memo import kept_with_snapshot
from conflicts.engine.snapshot import must_control

if TYPE_CHECKING:
    from collections.abc import Collection

    from conflicts.engine.facts import Fact
    from conflicts.engine.snapshot import Snapshot

HALF = WHOLE // 2


@kept_with_snapshot
def controlled_by(snap: Snapshot, holder: str, *, may: bool, line: int = HALF) -> frozenset[str]:
    """Everything that `holder` controls, itself included (4.1).

    Control is strictly more than `line` (millionths of a percent) of the votes held by what is
    already controlled, or a control fact of one of it.
    """
    controlled, waiting = {holder}, deque([holder])
    while waiting:
        for subject in snap.holds.get(waiting.popleft(), ()):
            if subject not in controlled and _controls(snap, controlled, subject, may=may, line=line):
                controlled.add(subject)
                waiting.append(subject)
    return frozenset(controlled)


@kept_with_snapshot
def controllers_of(snap: Snapshot, subject: str, *, may: bool, line: int = HALF) -> frozenset[str]:
    """Everybody else who controls `subject`."""
    return frozenset(
        party
        for party in above(snap, subject)
        if party != subject and subject in controlled_by(snap, party, may=may, line=line)
    )


@kept_with_snapshot
def above(snap: Snapshot, subject: str) -> frozenset[str]:
    """The subject and everybody from whom stakes, votes or control lead down to it."""
    found, waiting = {subject}, [subject]
    while waiting:
        more = snap.holders(waiting.pop()) - found
        found |= more
        waiting.extend(more)
    return frozenset(found)


def is_state_body(snap: Snapshot, party: str) -> bool:
    node = snap.nodes.get(party)
    return node is not None and node.kind is PartyKind.STATE_BODY


def _controls(snap: Snapshot, owners: Collection[str], subject: str, *, may: bool, line: int) -> bool:
    """Whether these owners together control the subject in one step."""
    ties = [tie for tie in snap.control.get(subject, ()) if tie.fact.holder in owners]
    if any(may or must_control(tie) for tie in ties):
        return True
    if may:
        return votes_high(snap, owners, subject)[0] > line
    votes, some_open = votes_low(snap, owners, subject)
    return votes > line or (votes == line and some_open)


def votes_low(snap: Snapshot, owners: Collection[str], subject: str) -> tuple[int, bool]:
    """The sum of the owners' low votes, and whether one of those ends is open.

    In the supported world a faulted subject counts what its stated lows support (2.7).
    """
    members = [s for s in snap.voting.get(subject, {}).values() if s.holder in owners]
    if snap.supported and snap.faulted(Axis.VOTING, subject):
        total = sum(stake.stated.low for stake in members)
        return min(WHOLE, total), total < WHOLE and any(stake.stated.low_open for stake in members)
    some_open = any(stake.bounds.low_open for stake in members)
    return sum(stake.bounds.low for stake in members), some_open


def votes_high(snap: Snapshot, owners: Collection[str], subject: str) -> tuple[Share, bool]:
    """min(the owners' highs, 100 - the lows of all others), and whether that end is open (4.1)."""
    stakes = snap.voting.get(subject, {}).values()
    members = [stake for stake in stakes if stake.holder in owners]
    others = [stake for stake in stakes if stake.holder not in owners]
    own: Share = sum(stake.bounds.high for stake in members)
    left = WHOLE - sum(stake.bounds.low for stake in others)
    own_open = any(stake.bounds.high_open for stake in members)
    left_open = any(stake.bounds.low_open for stake in others)
    most = min(own, left)
    return most, (own == most and own_open) or (left == most and left_open)


def control_path(snap: Snapshot, holder: str, subject: str, *, may: bool, line: int = HALF) -> tuple[Fact, ...]:
    """Facts that lead from holder to subject through what it controls, fewest parties first.

    Empty where holder and subject are one, or where no such chain exists.
    """
    inside = controlled_by(snap, holder, may=may, line=line)
    came: dict[str, tuple[str, Fact]] = {}
    waiting = deque([holder])
    while waiting and subject not in came and subject != holder:
        party = waiting.popleft()
        for below in sorted(snap.holds.get(party, ())):
            if below in inside and below != holder and below not in came:
                fact = _link(snap, party, below, may=may)
                if fact is not None:
                    came[below] = (party, fact)
                    waiting.append(below)
    return _walked_back(came, holder, subject)


def _link(snap: Snapshot, holder: str, subject: str, *, may: bool) -> Fact | None:
    """The fact by which holder has control, or else votes, in the subject."""
    for tie in snap.control.get(subject, ()):
        if tie.fact.holder == holder and (may or must_control(tie)):
            return tie.fact
    stake = snap.voting.get(subject, {}).get(holder)
    if stake is None:
        return None
    low = stake.stated.low if snap.supported else stake.bounds.low
    return stake.facts[0] if (stake.bounds.high if may else low) > 0 else None


def _walked_back(came: dict[str, tuple[str, Fact]], holder: str, subject: str) -> tuple[Fact, ...]:
    path: list[Fact] = []
    party = subject
    while party != holder and party in came:
        party, fact = came[party]
        path.append(fact)
    return tuple(reversed(path))
