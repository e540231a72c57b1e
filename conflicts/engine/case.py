"""One competitor's side against one vendor's side on one snapshot: what every rule reads."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from conflicts.engine.policy import LARGEST_SIDES, LARGEST_VENDOR_SIDE
from conflicts.engine.sides import Side, competitor_side, group, vendor_side
from conflicts.engine.walks import EngineRefusalError

if TYPE_CHECKING:
    from conflicts.engine.policy import Policy
    from conflicts.engine.sides import VendorSide
    from conflicts.engine.snapshot import Snapshot
    from conflicts.engine.stakes import HoldingKey


@dataclass(frozen=True, slots=True)
class Query:
    """The question whether a principal with these competitors may use this vendor."""

    principal: str
    vendor: str
    competitors: tuple[str, ...]
    policy: Policy


@dataclass(frozen=True, slots=True)
class Case:
    """What a rule looks at: the sides of one competitor and of the vendor.

    What anybody holds through the client's side is no finding, so in `snap` every way up ends there (5.2); `whole` has
    these ways too.
    """

    whole: Snapshot
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

    def with_whole(self, whole: Snapshot) -> Case:
        """The same question on another snapshot, the sides worked out again."""
        return _case(whole, self.query, self.competitor, self.client)

    def zeroed(self, keys: frozenset[HoldingKey]) -> Case:
        """The same question with these holdings at exactly 0, the sides worked out again."""
        return self.with_whole(self.whole.zeroed(keys))


def build_case(snap: Snapshot, query: Query, competitor: str) -> Case:
    """Work out the sides of SEMANTICS 5 for one declared competitor.

    Raises EngineRefusalError where they are too large.
    """
    client = group(snap, query.principal, line=query.policy.control)
    return _case(snap, query, competitor, client)


def _case(whole: Snapshot, query: Query, competitor: str, client: frozenset[str]) -> Case:
    """Must sides are those of the whole graph; what only may belong to them may not do so through the client."""
    line = query.policy.control
    snap = whole.closed_at(client - {query.vendor, competitor})
    theirs = competitor_side(whole, competitor, client=client, line=line)
    vendor = vendor_side(whole, query.vendor, client=client, line=line)
    perhaps_theirs = competitor_side(snap, competitor, client=client, line=line).all
    perhaps_ours = vendor_side(snap, query.vendor, client=client, line=line)
    may = perhaps_ours.must | perhaps_ours.may
    _refuse_too_large(len(vendor.must | may), LARGEST_VENDOR_SIDE, f"The side of {query.vendor} has")
    size = len(theirs.must | perhaps_theirs) + len(vendor.wide.all | may)
    _refuse_too_large(size, LARGEST_SIDES, "The sides of this pair have")
    return Case(
        whole=whole,
        snap=snap,
        query=query,
        competitor=competitor,
        client=client,
        theirs=Side(theirs.must, perhaps_theirs - theirs.must),
        vendor=replace(vendor, may=may - vendor.must),
    )


def _refuse_too_large(size: int, limit: int, words: str) -> None:
    if size > limit:
        msg = f"{words} {size} parties, over the limit of {limit}."
        raise EngineRefusalError(msg)
