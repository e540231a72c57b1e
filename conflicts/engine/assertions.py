"""Assertions that say more than the chains allow (SEMANTICS 2.5)."""

from __future__ import annotations

from collections import deque
from fractions import Fraction
from typing import TYPE_CHECKING

from conflicts.engine.bounds import WHOLE
from conflicts.engine.control import above
from conflicts.engine.facts import PartyKind
from conflicts.engine.reachability import Reachability
from conflicts.engine.walks import Edge, EngineRefusalError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conflicts.engine.bounds import Share
    from conflicts.engine.snapshot import Snapshot
    from conflicts.engine.stakes import Stake
    from conflicts.engine.walks import Ways

OWNERLESS = frozenset({PartyKind.PERSON, PartyKind.STATE_BODY})


def unsupported_assertions(snap: Snapshot, subjects: Iterable[str], *, line: int) -> Iterator[Stake]:
    """Tell the assertions in these subjects whose low exceeds the most that the chains leave room for.

    Every undisclosed remainder is given to the holder. `line` is the line of control, by which votes are counted.
    """
    for subject in sorted(subjects):
        for stake in snap.asserted_economic.into(subject).values():
            if stake.bounds.low > 0 and _exceeds(stake, _most_owned(snap, stake)):
                yield stake
        for stake in snap.asserted_voting.into(subject).values():
            if stake.bounds.low > 0 and not stake.derived and _exceeds(stake, _most_votes(snap, stake, line)):
                yield stake


def _exceeds(stake: Stake, most: Share) -> bool:
    low = stake.bounds.low
    return low > most or (low == most and stake.bounds.low_open)


def _most_owned(snap: Snapshot, stake: Stake) -> Fraction:
    """The largest share of the subject that can reach the holder over stakes and undisclosed remainders."""
    remainder = Edge(stake.holder, 0, WHOLE)

    def ways_of(party: str) -> Ways:
        stakes = snap.economic.into(party).values()
        known = tuple(Edge(s.holder, s.bounds.low, s.bounds.high) for s in stakes if s.bounds.high > 0)
        # Nobody owns a person or a state, so there is nothing undisclosed of them.
        return (known,) if _is_ownerless(snap, party) else ((*known, remainder),)

    room = Reachability(ways_of, frozenset({stake.holder, *stake.members}))
    try:
        return WHOLE * room.exact(stake.subject)
    except EngineRefusalError:
        return WHOLE * room.bounds(stake.subject)[1]


def _most_votes(snap: Snapshot, stake: Stake, line: int) -> Share:
    """What the others' lows leave of the votes to the holder and all that it can control."""
    return _left(snap, _led(snap, stake, line), stake.subject)


def _led(snap: Snapshot, stake: Stake, line: int) -> set[str]:
    """The holder and all above the subject that it controls where every undisclosed remainder is its own."""
    own, parties = set(stake.members), above(snap, stake.subject)
    waiting = deque(sorted(parties))
    while waiting:
        party = waiting.popleft()
        if party not in own and _can_lead(snap, own, party, line):
            own.add(party)
            waiting.extend(sorted(snap.holds.into(party) & parties - own))
    return own


def _can_lead(snap: Snapshot, own: set[str], party: str, line: int) -> bool:
    told = any(tie.fact.holder in own for tie in snap.control.into(party))
    return told or (not _is_ownerless(snap, party) and _left(snap, own, party) > line)


def _left(snap: Snapshot, own: set[str], party: str) -> Share:
    """The votes in the party that nobody else surely has."""
    return WHOLE - sum(stake.bounds.low for stake in snap.voting.into(party).values() if not stake.touches(own))


def _is_ownerless(snap: Snapshot, party: str) -> bool:
    node = snap.nodes.get(party)
    return node is not None and node.kind in OWNERLESS
