"""Assertions that say more than the chains allow (SEMANTICS 2.5)."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from conflicts.engine.bounds import WHOLE
from conflicts.engine.control import controlled_by
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
        node = snap.nodes.get(party)
        # Nobody owns a person or a state, so there is nothing undisclosed of them.
        return (known,) if node is not None and node.kind in OWNERLESS else ((*known, remainder),)

    room = Reachability(ways_of, frozenset({stake.holder, *stake.members}))
    try:
        return WHOLE * room.exact(stake.subject)
    except EngineRefusalError:
        return WHOLE * room.bounds(stake.subject)[1]


def _most_votes(snap: Snapshot, stake: Stake, line: int) -> Share:
    """What the others' lows leave of the votes to the holder and all that it may control."""
    own = frozenset().union(*(controlled_by(snap, member, may=True, line=line) for member in stake.members))
    others = (s for s in snap.voting.into(stake.subject).values() if not s.touches(own))
    return WHOLE - sum(s.bounds.low for s in others)
