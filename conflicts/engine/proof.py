"""The proof subgraph: the parties on whose facts the verdict of one pair can rest (SEMANTICS 8.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conflicts.engine.memo import kept_with_snapshot
from conflicts.engine.sides import group, vendor_side

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conflicts.engine.case import Query
    from conflicts.engine.snapshot import Snapshot


@kept_with_snapshot
def proof_parties(snap: Snapshot, query: Query) -> frozenset[str]:
    """Find the ancestors on all axes of vendor, principal and competitors, and what the vendor's side holds.

    The latter are every subject in which one of the vendor's side, or a person with a post in it, has an interest or a
    post, and those subjects' ancestors.
    """
    line = query.policy.control
    client = group(snap, query.principal, line=line)
    side = vendor_side(snap, query.vendor, client=client, line=line).wide.all
    people = {tie.fact.holder for member in side for tie in snap.ties_into.into(member)}
    held = {subject for party in side | people for subject in _held_by(snap, party)}
    return _above_on_all_axes(snap, {query.vendor, query.principal, *query.competitors, *held})


def _held_by(snap: Snapshot, holder: str) -> frozenset[str]:
    return snap.holds.into(holder)


def _above_on_all_axes(snap: Snapshot, parties: Iterable[str]) -> frozenset[str]:
    found = set(parties)
    waiting = list(found)
    while waiting:
        subject = waiting.pop()
        ties = (tie.fact.holder for tie in snap.ties_into.into(subject))
        more = {*snap.holders(subject), *ties} - found
        found |= more
        waiting.extend(more)
    return frozenset(found)
