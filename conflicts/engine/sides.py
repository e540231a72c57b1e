"""The competitor's, the client's and the vendor's side (SEMANTICS 5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conflicts.engine.control import controlled_by, controllers_of, is_state_body
from conflicts.engine.memo import kept_with_snapshot

if TYPE_CHECKING:
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
    ups = {party, *_companies_above(snap, party, may=False, line=line)}
    return frozenset(
        top
        for top in ups
        if all(
            owner in controlled_by(snap, top, may=False, line=line)
            for owner in _companies_above(snap, top, may=False, line=line)
        )
    )


@kept_with_snapshot
def group(snap: Snapshot, party: str, *, line: int) -> frozenset[str]:
    """The must-group: ultimate controllers, and everything they must-control (5.1)."""
    if is_state_body(snap, party):
        return frozenset({party})
    tops = ultimate_controllers(snap, party, line=line)
    down = (controlled_by(snap, top, may=False, line=line) for top in tops)
    return frozenset({party}).union(*down)


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
    down = (controlled_by(snap, top, may=True, line=line) for top in tops)
    return _companies_above(snap, competitor, may=True, line=line).union(*down)


def _companies_above(snap: Snapshot, party: str, *, may: bool, line: int) -> frozenset[str]:
    """The controllers of a party that are no state bodies."""
    return frozenset(
        owner for owner in controllers_of(snap, party, may=may, line=line) if not is_state_body(snap, owner)
    )
