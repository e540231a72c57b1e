"""Proof subgraphs that leave out what a verdict can rest on (SEMANTICS 8.5)."""

from __future__ import annotations

from conflicts.engine.control import above
from conflicts.engine.proof import proof_parties
from conflicts.engine.screening import Query
from conflicts.engine.snapshot import Snapshot


def without_announced(snap: Snapshot, query: Query) -> frozenset[str]:
    """Who is named only by what is announced, and everybody above, is left out."""
    return proof_parties(snap.with_facts((), [fact.id for fact in snap.pending]), query)


def owners_alone(snap: Snapshot, query: Query) -> frozenset[str]:
    """Ancestors by stakes and control alone: who has a seat, a post or a contract is left out."""
    return frozenset().union(*(above(snap, party) for party in (query.vendor, query.principal, *query.competitors)))


def without_asides(snap: Snapshot, query: Query) -> frozenset[str]:
    """Rows that a better source set aside are taken for nothing."""
    rows = (row.id for _, held in snap.holdings_in(list(snap.subjects)) for row in held.asides)
    return proof_parties(snap.with_facts((), list(rows)), query)


def with_private_facts_alone(snap: Snapshot, query: Query) -> frozenset[str]:
    """Who counts only where the private facts are left out is left out."""
    return proof_parties(snap, query)
