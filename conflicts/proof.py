"""Reading the proof subgraph: of all facts those on which the verdicts of some pairs can rest (SEMANTICS 8.5)."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TypeVar
from uuid import UUID

from django.db.models import QuerySet

from conflicts.engine.proof import Proof
from conflicts.loading import Case, FactRow, Rows, fact_rows, holder_of, memberships, named
from conflicts.models import EVERYONES, CustomerTie, FactChange, Interest, JointMember, Party, Reach
from conflicts.screening import Scene, scene
from conflicts.ways import EVERY_WAY, edited_parties, pieces, touched_tenants

Pair = tuple[Case, Party]
Slugs = frozenset[str]
Think = Callable[[Callable[[], Slugs]], Slugs]
Row = TypeVar("Row", Interest, CustomerTie)

MOST_CHANGES = 200
"""Where more changes than this came meanwhile, to judge anew is quicker than to look through them."""


@dataclass(frozen=True)
class Moment:
    """When a question is asked: its day, what was known by which day (None: all that is known now), and the epoch."""

    epoch: int
    as_of: dt.date
    known_on: dt.date
    as_known: dt.date | None = None


class TooManyFactsError(Exception):
    """More facts than may be read belong to the proof subgraph."""


def proof_scene(
    pairs: Collection[Pair], moment: Moment, *, at_most: int | None = None, think: Think = lambda work: work()
) -> Scene:
    """Read the facts on which the verdicts of these pairs can rest, and no others.

    `think` is given the work of the engine between two readings, which reads nothing; it may raise to end it.
    Raises TooManyFactsError where there are more than `at_most` of them; hardly more are read then.
    """
    reader = ProofReader(moment.as_known, at_most)
    reader.read_above(_asked_of(pairs))
    while True:
        told = scene(reader.rows(moment.epoch), as_of=moment.as_of, known_on=moment.known_on, as_known=moment.as_known)
        if not reader.read_near(think(partial(_near, told, pairs))):
            return told


class ProofReader:
    """Reads the rows into some parties and into all that stands above them, each party once."""

    def __init__(self, as_known: dt.date | None, at_most: int | None) -> None:
        self._as_known = as_known
        self._at_most = at_most
        self._rows: list[FactRow] = []
        self._parties: dict[UUID, Party] = {}
        self._into: set[UUID] = set()
        self._held_by: set[UUID] = set()

    def read_above(self, parties: Iterable[Party]) -> None:
        """Read who is above these parties on any axis, down to what is only announced, with all rows between."""
        frontier = self._met(parties)
        while frontier:
            self._into |= frontier
            above: set[Party] = set()
            for chunk in pieces(frontier):
                above.update(self._read_into(chunk))
            frontier = self._met(above)

    def read_near(self, slugs: Collection[str]) -> bool:
        """Read what these hold, and above that; return whether any of them was new."""
        near = {party.pk for party in Party.objects.filter(slug__in=slugs)} - self._held_by
        self._held_by |= near
        for chunk in pieces(near):
            self.read_above(self._held(chunk))
        return bool(near)

    def rows(self, epoch: int) -> Rows:
        """Return what was read so far as the engine's input."""
        nodes = sorted(self._parties.values(), key=lambda party: party.slug)
        return Rows(epoch, tuple(party.as_engine() for party in nodes), named(self._rows))

    def _met(self, parties: Iterable[Party]) -> set[UUID]:
        """Keep the parties; return those of which nothing was read yet."""
        met = {party.pk: party for party in parties}
        self._parties |= met
        return met.keys() - self._into

    def _read_into(self, subjects: list[UUID]) -> Iterator[Party]:
        """Read the rows into these subjects; tell who holds, and as whom."""
        interests, ties = fact_rows(self._as_known)
        rows: list[FactRow] = [*self._bounded(interests.filter(subject__in=subjects))]
        rows += self._bounded(ties.filter(supplier__in=subjects))
        self._rows += rows
        self._refuse_more(len(self._rows))
        holders = {holder_of(row) for row in rows}
        yield from holders
        yield from (row.member for row in memberships(holders))

    def _held(self, holders: list[UUID]) -> set[Party]:
        """In whom these hold anything, alone or jointly, or have a post or a tie."""
        joint = JointMember.objects.filter(member__in=holders).values_list("joint", flat=True)
        interests, ties = fact_rows(self._as_known)
        held = {row.subject for row in self._bounded(interests.filter(holder__in=[*holders, *joint]))}
        held |= {row.supplier for row in self._bounded(ties.filter(buyer__in=[*holders, *joint]))}
        self._refuse_more(len(held))
        return held

    def _bounded(self, query: QuerySet[Row]) -> QuerySet[Row]:
        """One row more than may be read tells that there are too many."""
        return query if self._at_most is None else query.order_by()[: self._at_most + 1]

    def _refuse_more(self, count: int) -> None:
        if self._at_most is not None and count > self._at_most:
            raise TooManyFactsError


def still_rests(proof: Proof, *, tenant: UUID, since: int) -> bool:
    """Return whether nothing that was committed after the epoch `since` touches a verdict that rests on this.

    It is the verdict of now, too: neither has a row into one of the proof's parties come or gone (SEMANTICS 8.5), nor
    what somebody near holds, nor the tenant's list, lines, decisions, the day or the rules.
    """
    changes = FactChange.objects.filter(epoch__gt=since)
    waiting = list(changes.defer("data")[: MOST_CHANGES + 1])
    if len(waiting) > MOST_CHANGES or any(change.kind in EVERYONES or change.tenants is None for change in waiting):
        return False
    if not waiting or tenant in touched_tenants(waiting):
        return not waiting
    facts = changes.filter(reach=Reach.EVERY)
    touched = Party.objects.filter(pk__in=EVERY_WAY.changed(facts) | edited_parties(facts))
    if touched.filter(slug__in=proof.parties).exists():
        return False
    return not EVERY_WAY.held_since(Party.objects.filter(slug__in=proof.near), facts)


def _asked_of(pairs: Iterable[Pair]) -> list[Party]:
    rivals = {slug for case, _ in pairs for slug in case.competitors}
    sides = {party.pk: party for case, subject in pairs for party in (case.principal, subject)}
    return [*sides.values(), *Party.objects.filter(slug__in=rivals)]


def _near(told: Scene, pairs: Iterable[Pair]) -> Slugs:
    """Those whose holdings count for one of the pairs, as far as the graph tells.

    Where the engine refuses, it refuses the verdict too, which is unknown then.
    """
    proofs = (told.proof(case, subject) for case, subject in pairs)
    return frozenset().union(*(proof.near for proof in proofs if proof is not None))
