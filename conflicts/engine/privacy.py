"""The world without private facts, by which a client is told what it may read (DESIGN 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conflicts.engine.memo import kept_with_snapshot
from conflicts.engine.proof import Proof, proof_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from conflicts.engine.case import Query
    from conflicts.engine.snapshot import Snapshot


@kept_with_snapshot
def without_private(snap: Snapshot) -> Snapshot:
    """Return the world without any private fact, one for all questions that are asked of the snapshot."""
    ground = snap.ground
    rows = (fact for table in (ground.rows, ground.tie_rows) for held in table.values() for fact in held)
    return snap.with_facts((), [fact.id for fact in (*rows, *ground.pending) if not fact.public])


def rests_on_public(snap: Snapshot, parties: Collection[str]) -> bool:
    """Return whether every row into these parties is public, announced ones too."""
    ground = snap.ground
    held = (fact.public for table in (ground.rows, ground.tie_rows) for one in parties for fact in table.get(one, ()))
    return all(held) and all(fact.public for fact in ground.pending if fact.subject in parties)


@kept_with_snapshot
def proof_with_privacy(snap: Snapshot, query: Query) -> Proof:
    """Find the proof subgraph of the pair and, beside it, that of the same pair without private facts.

    What a finding shows rests on both: without a private row that replaces it, an older public one counts, and others
    can be near.
    """
    proof = proof_of(snap, query)
    if rests_on_public(snap, proof.parties):
        return proof
    public = proof_of(without_private(snap), query)
    return Proof(proof.near | public.near, proof.parties | public.parties)
