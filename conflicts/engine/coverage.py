"""How much of a vendor's ownership is known (SEMANTICS 7.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conflicts.engine.bounds import HALF
from conflicts.engine.control import above, controllers_of
from conflicts.engine.facts import PartyKind
from conflicts.engine.findings import Coverage, Coverages
from conflicts.engine.sides import on_top

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conflicts.engine.bounds import Bounds
    from conflicts.engine.facts import Fact
    from conflicts.engine.snapshot import Snapshot

_FINAL = frozenset({PartyKind.PERSON, PartyKind.STATE_BODY})


def coverage_of(snap: Snapshot, vendor: str, *, line: int = HALF) -> Coverages:
    """`majority`, `partial` or `none`, and the day of the newest source of an ownership fact.

    Where the vendor is controlled, only the top of its side counts: every top is a person or a
    state body, or has known lows over 50.
    """
    facts = list(ownership_facts(snap, vendor))
    newest = max((fact.source.day for fact in facts if fact.source.day), default=None)
    if not snap.holders.into(vendor):
        return Coverages(Coverage.NONE, newest)
    tops = _tops(snap, vendor, line=line)
    known = all(_known(snap, top) for top in tops)
    return Coverages(Coverage.MAJORITY if known else Coverage.PARTIAL, newest)


def _tops(snap: Snapshot, vendor: str, *, line: int) -> frozenset[str]:
    """Whoever controls the vendor and is controlled by nobody outside its own ring; else the vendor."""
    controllers = controllers_of(snap, vendor, may=False, line=line)
    return on_top(snap, vendor, controllers, line=line, state_bodies=True) or frozenset({vendor})


def _known(snap: Snapshot, party: str) -> bool:
    if _kind(snap, party) in _FINAL:
        return True
    direct = (snap.economic.into(party), snap.voting.into(party))
    asserted = (*snap.asserted_economic.into(party).values(), *snap.asserted_voting.into(party).values())
    return any(_majority(s.bounds for s in held.values()) for held in direct) or any(
        _majority([stake.bounds]) for stake in asserted
    )


def _majority(known: Iterable[Bounds]) -> bool:
    lows = [(bounds.low, bounds.low_open) for bounds in known]
    total = sum(low for low, _ in lows)
    return total > HALF or (total == HALF and any(is_open for _, is_open in lows))


def _kind(snap: Snapshot, party: str) -> PartyKind:
    node = snap.nodes.get(party)
    return node.kind if node is not None else PartyKind.ORGANIZATION


def ownership_facts(snap: Snapshot, vendor: str) -> Iterable[Fact]:
    """What is known of who owns or controls the vendor, and of those above it."""
    for party in above(snap, vendor):
        for table in (snap.economic, snap.voting, snap.asserted_economic, snap.asserted_voting):
            for stake in table.into(party).values():
                yield from stake.facts
        for tie in snap.control.into(party):
            yield tie.fact
