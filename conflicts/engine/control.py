"""Who controls whom, must and may (SEMANTICS 4): least fixpoints over votes and control facts."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from conflicts.engine.bounds import WHOLE, Share
from conflicts.engine.facts import Axis, PartyKind
from conflicts.engine.memo import kept_with_snapshot
from conflicts.engine.ties import must_control

if TYPE_CHECKING:
    from collections.abc import Collection

    from conflicts.engine.facts import Fact
    from conflicts.engine.snapshot import Snapshot
    from conflicts.engine.stakes import Stake

HALF = WHOLE // 2


@kept_with_snapshot
def controlled_by(snap: Snapshot, holder: str, *, may: bool, line: int = HALF) -> frozenset[str]:
    """Everything that `holder` controls, itself included (4.1).

    Control is strictly more than `line` (millionths of a percent) of the votes held by what is
    already controlled, or a control fact of one of it.
    """
    controlled, waiting = {holder}, deque([holder])
    while waiting:
        for subject in snap.holds.into(waiting.popleft()):
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
    ties = [tie for tie in snap.control.into(subject) if tie.fact.holder in owners]
    if any(may or must_control(tie) for tie in ties):
        return True
    if may:
        return votes_high(snap, owners, subject)[0] > line
    votes, some_open = votes_low(snap, owners, subject)
    return votes > line or (votes == line and some_open) or _hold_jointly(snap, owners, subject, line)


def _hold_jointly(snap: Snapshot, owners: Collection[str], subject: str, line: int) -> bool:
    """Whether one of the owners is a member of a joint holding over the line: each member then controls (2.3)."""
    direct, asserted = snap.voting.into(subject).values(), snap.asserted_voting.into(subject).values()
    joint = [stake for stake in (*direct, *asserted) if len(stake.members) > 1 and stake.touches(owners)]
    supported = snap.supported and bool(joint) and snap.faulted(Axis.VOTING, subject)
    lows = [stake.stated if supported else stake.bounds for stake in joint]
    return any(end.low > line or (end.low == line and end.low_open) for end in lows)


def votes_low(snap: Snapshot, owners: Collection[str], subject: str, *, stated: bool = False) -> tuple[int, bool]:
    """The sum of the owners' low votes, or one assertion in its place (2.5), and whether that end is open.

    With `stated`, votes that are derived from shares are left out.

    In the supported world a faulted subject counts what its stated lows support (2.7).
    """
    told = [s.bounds for s in _asserted(snap, subject, stated=stated) if s.inside(owners)]
    summed = _summed_low(snap, owners, subject, stated=stated)
    return max([summed, *((bounds.low, bounds.low_open) for bounds in told)])


def _asserted(snap: Snapshot, subject: str, *, stated: bool) -> list[Stake]:
    return [s for s in snap.asserted_voting.into(subject).values() if not (stated and s.derived)]


def _summed_low(snap: Snapshot, owners: Collection[str], subject: str, *, stated: bool) -> tuple[int, bool]:
    held = snap.voting.into(subject).values()
    members = [stake for stake in held if stake.inside(owners) and not (stated and stake.derived)]
    if snap.supported and snap.faulted(Axis.VOTING, subject):
        total = sum(stake.stated.low for stake in members)
        return min(WHOLE, total), total < WHOLE and any(stake.stated.low_open for stake in members)
    some_open = any(stake.bounds.low_open for stake in members)
    return sum(stake.bounds.low for stake in members), some_open


def votes_high(snap: Snapshot, owners: Collection[str], subject: str, *, stated: bool = False) -> tuple[Share, bool]:
    """min(the owners' highs, 100 - the lows of all others), or one assertion; and whether that end is open (4.1).

    With `stated`, votes that are derived from shares are left out.
    """
    summed = _summed_high(snap, owners, subject, stated=stated)
    asserted = [s for s in _asserted(snap, subject, stated=stated) if s.touches(owners)]
    high, is_closed = max([summed, *((s.bounds.high, not s.bounds.high_open) for s in asserted)])
    return high, not is_closed


def _summed_high(snap: Snapshot, owners: Collection[str], subject: str, *, stated: bool) -> tuple[Share, bool]:
    """The sum and whether its end is closed. What one owner holds jointly may be all of the owners' (2.3)."""
    stakes = snap.voting.into(subject).values()
    members = [stake for stake in stakes if stake.touches(owners) and not (stated and stake.derived)]
    others = [stake for stake in stakes if stake not in members]
    own: Share = sum(stake.bounds.high for stake in members)
    left = WHOLE - sum(stake.bounds.low for stake in others)
    own_open = any(stake.bounds.high_open for stake in members)
    left_open = any(stake.bounds.low_open for stake in others)
    most = min(own, left)
    return most, not ((own == most and own_open) or (left == most and left_open))


def control_path(snap: Snapshot, holder: str, subject: str, *, may: bool, line: int = HALF) -> tuple[Fact, ...]:
    """Facts that lead from holder to subject through what it controls, fewest parties first.

    Empty where holder and subject are one, or where no such chain exists.
    """
    inside = controlled_by(snap, holder, may=may, line=line)
    came: dict[str, tuple[str, Fact]] = {}
    waiting = deque([holder])
    while waiting and subject not in came and subject != holder:
        party = waiting.popleft()
        for below in sorted(snap.holds.into(party)):
            if below in inside and below != holder and below not in came:
                fact = _link(snap, party, below, may=may)
                if fact is not None:
                    came[below] = (party, fact)
                    waiting.append(below)
    return _walked_back(came, holder, subject)


def _link(snap: Snapshot, holder: str, subject: str, *, may: bool) -> Fact | None:
    """The fact by which holder has control, or else votes, in the subject."""
    for tie in snap.control.into(subject):
        if tie.fact.holder == holder and (may or must_control(tie)):
            return tie.fact
    stakes = (*snap.voting.into(subject).values(), *snap.asserted_voting.into(subject).values())
    held = [stake for stake in stakes if stake.touches({holder}) and stake.facts]
    best = max(held, key=lambda stake: _weight(snap, stake, may=may), default=None)
    return best.facts[0] if best is not None and _weight(snap, best, may=may) > 0 else None


def _weight(snap: Snapshot, stake: Stake, *, may: bool) -> Share:
    if may:
        return stake.bounds.high
    return stake.stated.low if snap.supported else stake.bounds.low


def _walked_back(came: dict[str, tuple[str, Fact]], holder: str, subject: str) -> tuple[Fact, ...]:
    path: list[Fact] = []
    party = subject
    while party != holder and party in came:
        party, fact = came[party]
        path.append(fact)
    return tuple(reversed(path))
