"""The proof subgraph: the parties on whose facts the verdict of one pair can rest (SEMANTICS 8.5)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import reduce
from typing import TYPE_CHECKING

from conflicts.engine.bounds import hull
from conflicts.engine.control import controlled_by
from conflicts.engine.facts import POSTS
from conflicts.engine.memo import kept_with_snapshot
from conflicts.engine.sides import group, vendor_side

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conflicts.engine.case import Query
    from conflicts.engine.holdings import Holding
    from conflicts.engine.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Proof:
    """`near` are those whose holdings and posts count for the pair, `parties` those into whom rows count."""

    near: frozenset[str]
    parties: frozenset[str]


def proof_parties(snap: Snapshot, query: Query) -> frozenset[str]:
    """Return the parties of the pair's proof subgraph: no row into any other can change the verdict."""
    return proof_of(snap, query).parties


@kept_with_snapshot
def proof_of(snap: Snapshot, query: Query) -> Proof:
    """Find the ancestors on all axes of vendor, principal and competitors, and what the vendor's side holds.

    The latter are every subject in which one of the vendor's side, or who has a post in it, has an interest or a post,
    and those subjects' ancestors. An ancestor is also whoever would be one by what is only announced, and by a row
    that a better source set aside, since the pair is judged with these too (2.2d, 6).
    """
    client = group(snap, query.principal, line=query.policy.control)
    near = _near(snap, query, client=client)
    parties = _around(snap, query, near)
    opened: set[str] = set()
    while asides := _with_asides(snap, parties - opened):
        opened |= asides
        perhaps = _opened(snap, opened)
        nearby = _near(perhaps, query, client=frozenset())
        near |= nearby
        parties |= _around(perhaps, query, nearby)
    return Proof(near, parties)


def _near(snap: Snapshot, query: Query, *, client: frozenset[str]) -> frozenset[str]:
    """The vendor's side, what it may control, which a fault or zeroed shares of others can lift, and posts in these."""
    line = query.policy.control
    side = vendor_side(snap, query.vendor, client=client, line=line).wide.all
    side |= controlled_by(snap, query.vendor, may=True, line=line)
    ties = (tie.fact for member in side for tie in snap.ties_into.into(member))
    return side.union(fact.holder for fact in ties if fact.type in POSTS)


def _around(snap: Snapshot, query: Query, near: frozenset[str]) -> frozenset[str]:
    held = {subject for party in near for subject in snap.holds.into(party)}
    return _above_on_all_axes(snap, {query.vendor, query.principal, *query.competitors, *held})


def _above_on_all_axes(snap: Snapshot, parties: Iterable[str]) -> frozenset[str]:
    pending = _pending_into(snap)
    found = set(parties)
    waiting = list(found)
    while waiting:
        subject = waiting.pop()
        ties = (tie.fact.holder for tie in snap.ties_into.into(subject))
        more = {*snap.holders.into(subject), *ties, *pending.get(subject, ())} - found
        found |= more
        waiting.extend(more)
    return frozenset(found)


@kept_with_snapshot
def _pending_into(snap: Snapshot) -> Mapping[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for fact in snap.pending:
        found[fact.subject].update(fact.members or (fact.holder,))
    return found


def _with_asides(snap: Snapshot, parties: Iterable[str]) -> frozenset[str]:
    return frozenset(key.subject for key, holding in snap.holdings_in(parties) if holding.asides)


def _opened(snap: Snapshot, subjects: Iterable[str]) -> Snapshot:
    """The snapshot in which each holding in these subjects is as small or as large as one of its rows tells."""
    return snap.with_holdings((key, _widened(held)) for key, held in snap.holdings_in(subjects) if held.asides)


def _widened(held: Holding) -> Holding:
    told = reduce(hull, (row.bounds for row in held.asides), held.bounds)
    return replace(held, bounds=told, certain=False, facts=(*held.facts, *held.asides), over=False)
