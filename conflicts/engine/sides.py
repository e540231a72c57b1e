"""The competitor's, the client's and the vendor's side (SEMANTICS 5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conflicts.engine.components import components_owners_first
from conflicts.engine.control import above, alone_over, controlled_by, controllers_of, is_state_body
from conflicts.engine.memo import kept_with_snapshot

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from conflicts.engine.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Side:
    """The parties that must belong together, and those that only may."""

    must: frozenset[str]
    may: frozenset[str]

    @property
    def all(self) -> frozenset[str]:
        return self.must | self.may


@dataclass(frozen=True, slots=True)
class VendorSide:
    """The vendor with what controls it; `below` is what the vendor itself must-controls (5.3)."""

    vendor: str
    must: frozenset[str]
    may: frozenset[str]
    below: frozenset[str]

    @property
    def wide(self) -> Side:
        """For reverse, board, personnel and unstated holding."""
        return Side(self.must | self.below, self.may - self.below)


@kept_with_snapshot
def ultimate_controllers(snap: Snapshot, party: str, *, line: int) -> frozenset[str]:
    """Those of party and its controllers whom nobody outside their own ring controls (5.1).

    A state body does not join its companies into one group, so the way up ends below it.
    """
    if is_state_body(snap, party):
        return frozenset({party})
    candidates = {party, *_companies_above(snap, party, may=False, line=line)}
    return on_top(snap, party, candidates, line=line, state_bodies=False)


def on_top(snap: Snapshot, party: str, candidates: Collection[str], *, line: int, state_bodies: bool) -> frozenset[str]:
    """Those of the candidates, all above the party or it, whom nobody outside their own ring must-control.

    Without `state_bodies` those count as nobody.
    """
    found: set[str] = set()
    for ring in _rings_on_top(snap, party, candidates, line=line, state_bodies=state_bodies):
        one = min(ring)
        owners = controllers_of(snap, one, may=False, line=line)
        counted = (owner for owner in owners if state_bodies or not is_state_body(snap, owner))
        if controlled_by(snap, one, may=False, line=line).issuperset(counted):
            found.update(ring)
    return frozenset(found)


def _rings_on_top(
    snap: Snapshot, party: str, candidates: Collection[str], *, line: int, state_bodies: bool
) -> list[set[str]]:
    """The candidates that can be ultimate, those together who control each other.

    A party controls nobody from whom nothing leads back down to it, so whoever is controlled from outside its own
    strongly connected part of the graph is not ultimate.
    """
    ups = above(snap, party)
    parts = components_owners_first({one: sorted(snap.holders.into(one) & ups) for one in ups})
    part_of = {one: number for number, part in enumerate(parts) for one in part}
    owners = {
        one: [up for up in alone_over(snap, one, may=False, line=line) if state_bodies or not is_state_body(snap, up)]
        for one in {party, *candidates}
    }
    highest = {one for one, up in owners.items() if all(part_of[owner] == part_of[one] for owner in up)}
    rings = components_owners_first({one: [up for up in owners[one] if up in highest] for one in sorted(highest)})
    # A ring can close through the party itself, also where that is no candidate.
    return [among for ring in rings if (among := {one for one in ring if one in candidates})]


@kept_with_snapshot
def group(snap: Snapshot, party: str, *, line: int) -> frozenset[str]:
    """The must-group: ultimate controllers, and everything they must-control (5.1)."""
    if is_state_body(snap, party):
        return frozenset({party})
    return _controlled_by_any(snap, {party, *ultimate_controllers(snap, party, line=line)}, may=False, line=line)


def _controlled_by_any(snap: Snapshot, tops: Iterable[str], *, may: bool, line: int) -> frozenset[str]:
    """What one of the tops controls, themselves included; who is controlled adds nothing to who controls it."""
    found: set[str] = set()
    for top in sorted(tops):
        if top not in found:
            found |= controlled_by(snap, top, may=may, line=line)
    return frozenset(found)


@kept_with_snapshot
def competitor_side(snap: Snapshot, competitor: str, *, client: frozenset[str], line: int) -> Side:
    """5.1 less the client's side, from which the competitor itself is never taken out (5.2)."""
    must = (group(snap, competitor, line=line) - client) | {competitor}
    return Side(must, _perhaps_with(snap, competitor, client=client, line=line) - must - client)


@kept_with_snapshot
def vendor_side(snap: Snapshot, vendor: str, *, client: frozenset[str], line: int) -> VendorSide:
    """The vendor with everything that controls it, outside the client's side (5.3)."""
    must = (controllers_of(snap, vendor, may=False, line=line) - client) | {vendor}
    may = controllers_of(snap, vendor, may=True, line=line) - must - client
    below = controlled_by(snap, vendor, may=False, line=line) - must - client
    return VendorSide(vendor, must, may, below)


def _perhaps_with(snap: Snapshot, competitor: str, *, client: frozenset[str], line: int) -> frozenset[str]:
    """What the ultimate controllers may control, and who may control the competitor.

    What the client itself controls is the client's, also where it controls the competitor.
    """
    if is_state_body(snap, competitor):
        return frozenset()
    tops = (ultimate_controllers(snap, competitor, line=line) - client) | {competitor}
    above_it = _companies_above(snap, competitor, may=True, line=line)
    return above_it | _controlled_by_any(snap, tops, may=True, line=line)


def _companies_above(snap: Snapshot, party: str, *, may: bool, line: int) -> frozenset[str]:
    """The controllers of a party that are no state bodies."""
    return frozenset(
        owner for owner in controllers_of(snap, party, may=may, line=line) if not is_state_body(snap, owner)
    )
