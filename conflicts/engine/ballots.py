"""The votes of a set of owners in one subject, both bounds (SEMANTICS 2.3-2.7, 4.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from conflicts.engine.bounds import WHOLE, Share
from conflicts.engine.facts import Axis

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from conflicts.engine.snapshot import Snapshot
    from conflicts.engine.stakes import Stake


def votes_low(snap: Snapshot, owners: Collection[str], subject: str, *, stated: bool = False) -> tuple[int, bool]:
    """The sum of the owners' low votes, or one assertion in its place (2.5), and whether that end is open.

    With `stated`, votes that are derived from shares are left out.
    """
    box = _box(snap, subject)
    summed = _summed_low(snap, box, owners, stated=stated)
    told = [s.bounds for s in box.asserted if s.inside(owners) and not (stated and s.derived)]
    return max([summed, *((bounds.low, bounds.low_open) for bounds in told)]) if told else summed


def votes_high(snap: Snapshot, owners: Collection[str], subject: str, *, stated: bool = False) -> tuple[Share, bool]:
    """min(the owners' highs, 100 - the lows of all others), or one assertion; and whether that end is open (4.1).

    With `stated`, votes that are derived from shares are left out.
    """
    box = _box(snap, subject)
    summed = _summed_high(box, owners, stated=stated)
    asserted = [s.bounds for s in box.asserted if s.touches(owners) and not (stated and s.derived)]
    high, is_closed = max([summed, *((bounds.high, not bounds.high_open) for bounds in asserted)])
    return high, not is_closed


def hold_jointly(snap: Snapshot, owners: Collection[str], subject: str, line: int) -> bool:
    """Whether one of the owners is a member of a joint holding over the line: each member then controls (2.3)."""
    box = _box(snap, subject)
    joint = [stake for stake in box.joint if stake.touches(owners)]
    supported = snap.supported and bool(joint) and snap.faulted(Axis.VOTING, subject)
    lows = [stake.stated if supported else stake.bounds for stake in joint]
    return any(end.low > line or (end.low == line and end.low_open) for end in lows)


@dataclass(frozen=True, slots=True)
class _Box:
    """All votes in one subject, with what is asked of them again and again."""

    subject: str
    stakes: tuple[Stake, ...]
    of: Mapping[str, tuple[Stake, ...]]
    low: int
    opens: int
    asserted: tuple[Stake, ...]
    joint: tuple[Stake, ...]

    def touched_by(self, owners: Collection[str]) -> Iterable[Stake]:
        """The stakes that one of the owners holds, alone or with others."""
        if len(owners) < len(self.stakes):
            return {s.holder: s for owner in owners for s in self.of.get(owner, ())}.values()
        return [stake for stake in self.stakes if stake.touches(owners)]


def _box(snap: Snapshot, subject: str) -> _Box:
    key = (_box, subject)
    if key not in snap.memo:
        stakes = tuple(snap.voting.into(subject).values())
        asserted = tuple(snap.asserted_voting.into(subject).values())
        of: dict[str, tuple[Stake, ...]] = {}
        for stake in stakes:
            for member in stake.members:
                of[member] = (*of.get(member, ()), stake)
        snap.memo[key] = _Box(
            subject=subject,
            stakes=stakes,
            of=of,
            low=sum(stake.bounds.low for stake in stakes),
            opens=sum(stake.bounds.low_open for stake in stakes),
            asserted=asserted,
            joint=tuple(stake for stake in (*stakes, *asserted) if len(stake.members) > 1),
        )
    return cast("_Box", snap.memo[key])


def _summed_low(snap: Snapshot, box: _Box, owners: Collection[str], *, stated: bool) -> tuple[int, bool]:
    """In the supported world a faulted subject counts what its stated lows support (2.7)."""
    touched = box.touched_by(owners)
    members = [stake for stake in touched if stake.inside(owners) and not (stated and stake.derived)]
    if members and snap.supported and snap.faulted(Axis.VOTING, box.subject):
        total = sum(stake.stated.low for stake in members)
        return min(WHOLE, total), total < WHOLE and any(stake.stated.low_open for stake in members)
    return sum(s.bounds.low for s in members), any(s.bounds.low_open for s in members)


def _summed_high(box: _Box, owners: Collection[str], *, stated: bool) -> tuple[Share, bool]:
    """The sum and whether its end is closed. What one owner holds jointly may be all of the owners' (2.3)."""
    members = [stake for stake in box.touched_by(owners) if not (stated and stake.derived)]
    own: Share = sum(stake.bounds.high for stake in members)
    left = WHOLE - box.low + sum(stake.bounds.low for stake in members)
    own_open = any(stake.bounds.high_open for stake in members)
    left_open = box.opens > sum(stake.bounds.low_open for stake in members)
    most = min(own, left)
    return most, not ((own == most and own_open) or (left == most and left_open))
