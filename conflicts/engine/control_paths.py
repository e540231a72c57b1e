"""Chains of control: the facts by which one party controls another, fewest parties first (SEMANTICS 4.1, 6)."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from conflicts.engine.bounds import HALF, Share
from conflicts.engine.control import controlled_by
from conflicts.engine.memo import kept_with_snapshot
from conflicts.engine.ties import must_control

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from conflicts.engine.facts import Fact
    from conflicts.engine.snapshot import Snapshot
    from conflicts.engine.stakes import Stake


def control_path(snap: Snapshot, holder: str, subject: str, *, may: bool, line: int = HALF) -> tuple[Fact, ...]:
    """Facts that lead from holder to subject through what it controls, fewest parties first.

    Empty where holder and subject are one, or where no such chain exists.
    """
    came = control_tree(snap, holder, may=may, line=line)
    path: list[Fact] = []
    party = subject
    while party != holder and party in came:
        party, fact = came[party]
        path.append(fact)
    return tuple(reversed(path))


@kept_with_snapshot
def control_tree(snap: Snapshot, holder: str, *, may: bool, line: int) -> dict[str, tuple[str, Fact]]:
    """For everything that the holder controls the party, and its fact, by which it came to be controlled."""
    inside = controlled_by(snap, holder, may=may, line=line)
    came: dict[str, tuple[str, Fact]] = {}
    waiting = deque([holder])
    while waiting:
        party = waiting.popleft()
        for below in sorted(snap.holds.into(party)):
            if below in inside and below != holder and below not in came:
                fact = _link(snap, party, below, may=may)
                if fact is not None:
                    came[below] = (party, fact)
                    waiting.append(below)
    return came


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


def nearest_control_path(
    snap: Snapshot, owners: Collection[str], subject: str, *, may: bool, line: int
) -> tuple[Fact, ...]:
    """The shortest chain of control from one of the owners to the subject; empty where there is none."""
    best: tuple[Fact, ...] = ()
    if not owners:
        return best
    for distance, owner in _by_distance(snap, owners, subject, may=may):
        if best and distance > len(best):
            break
        chain = control_path(snap, owner, subject, may=may, line=line) if owner != subject else ()
        if chain and (not best or len(chain) < len(best)):
            best = chain
    return best


def _by_distance(snap: Snapshot, owners: Collection[str], subject: str, *, may: bool) -> Iterator[tuple[int, str]]:
    """The owners from whom links lead down to the subject, by the number of links and then by name."""
    found, level, distance = {subject}, [subject], 0
    while level:
        yield from ((distance, owner) for owner in sorted(level) if owner in owners)
        above = {up for party in level for up in snap.holders.into(party) if up not in found}
        level = [up for up in above if any(_link(snap, up, party, may=may) for party in level)]
        found.update(level)
        distance += 1
