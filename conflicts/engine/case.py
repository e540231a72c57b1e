"""One competitor's side against one vendor's side on one snapshot: what every rule reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conflicts.engine.sides import competitor_side, group, vendor_side

if TYPE_CHECKING:
    from conflicts.engine.policy import Policy
    from conflicts.engine.sides import Side, VendorSide
    from conflicts.engine.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Query:
    """The question whether a principal with these competitors may use this vendor."""

    principal: str
    vendor: str
    competitors: tuple[str, ...]
    policy: Policy


@dataclass(frozen=True, slots=True)
class Case:
    """What a rule looks at: the sides of one competitor and of the vendor."""

    snap: Snapshot
    query: Query
    competitor: str
    client: frozenset[str]
    theirs: Side
    vendor: VendorSide

    @property
    def policy(self) -> Policy:
        return self.query.policy

    @property
    def targets(self) -> tuple[tuple[str, bool], ...]:
        """The vendor's side, the vendor first, with whether each member must belong to it."""
        side = self.vendor
        must = sorted(side.must, key=lambda party: (party != side.vendor, party))
        return (*((party, True) for party in must), *((party, False) for party in sorted(side.may)))

    def on(self, snap: Snapshot) -> Case:
        """The same question on a variant of its snapshot, the sides worked out again."""
        return _case(snap, self.query, self.competitor, self.client)


def build_case(snap: Snapshot, query: Query, competitor: str) -> Case:
    """Work out the sides of SEMANTICS 5 for one declared competitor.

    What anybody holds through the client's side is no finding, so every way up ends there (5.2).
    """
    client = group(snap, query.principal, line=query.policy.control)
    return _case(snap.closed_at(client - {query.vendor, competitor}), query, competitor, client)


def _case(snap: Snapshot, query: Query, competitor: str, client: frozenset[str]) -> Case:
    line = query.policy.control
    return Case(
        snap=snap,
        query=query,
        competitor=competitor,
        client=client,
        theirs=competitor_side(snap, competitor, client=client, line=line),
        vendor=vendor_side(snap, query.vendor, client=client, line=line),
    )
