"""Where changes of facts begin, and whom they stand above: going down the rows of the graph by ids alone."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from django.db.models import Q, QuerySet

from conflicts.engine.facts import APPOINTMENT_OF_BOARD, INTEREST_TYPES, Axis
from conflicts.models import CustomerTie, FactChange, Interest, JointMember, Party, Reach, Source

CARRYING = frozenset(
    code
    for code, axis in INTEREST_TYPES.items()
    if axis in {Axis.ECONOMIC, Axis.VOTING, Axis.CONTROL} or code == APPOINTMENT_OF_BOARD
)
"""The interests by which a part of a subject, votes in it or control of it is held."""

CHUNK = 10_000

Ids = set[UUID]


@dataclass(frozen=True)
class Ways:
    """The rows that lead down: interests of these types, and customer ties or not."""

    types: frozenset[str]
    ties: bool

    def interests(self) -> QuerySet[Interest]:
        """All versions of the interests that lead down."""
        return Interest.objects.filter(type__in=self.types).order_by()

    def suppliers(self) -> QuerySet[CustomerTie]:
        """All versions of the ties that lead down; none where ties do not."""
        return CustomerTie.objects.order_by() if self.ties else CustomerTie.objects.none()

    def changed(self, changes: QuerySet[FactChange]) -> Ids:
        """Return into whom a row was recorded or superseded, or weighs otherwise because its source was filled in."""
        ids = list(changes.order_by().values_list("pk", flat=True))
        moved = Q(recorded_by__in=ids) | Q(superseded_by__in=ids)
        found = self._subjects(moved)
        for chunk in pieces(_filled(changes)):
            found |= self._subjects(Q(source__in=chunk, superseded_at=None))
        return found

    def below(self, parties: Collection[UUID], *, at_most: int | None = None) -> Ids:
        """Return the parties and everybody below them over the rows of now, whether these count or not.

        With `at_most` it goes no further down once it has found more.
        """
        found = set(parties)
        frontier = set(found)
        while frontier and not (at_most is not None and len(found) > at_most):
            frontier = {one for chunk in pieces(frontier) for one in self.held_by(chunk)} - found
            found |= frontier
        return found

    def held_by(self, holders: Collection[UUID]) -> Ids:
        """Return in whom these hold something now, alone or jointly."""
        together = JointMember.objects.filter(member__in=holders).values_list("joint", flat=True)
        return self._subjects(Q(superseded_at=None), [*holders, *together])

    def holders_into(self, subjects: Collection[UUID], changes: QuerySet[FactChange]) -> Ids:
        """Return who holds something in these now, or did until one of the changes, alone or as one of a set."""
        ids = list(changes.order_by().values_list("pk", flat=True))
        told = Q(superseded_at=None) | Q(superseded_by__in=ids)
        found = set(self.interests().filter(told, subject__in=subjects).values_list("holder", flat=True))
        found.update(self.suppliers().filter(told, supplier__in=subjects).values_list("buyer", flat=True))
        for chunk in pieces(found.copy()):
            found.update(JointMember.objects.filter(joint__in=chunk).values_list("member", flat=True))
        return found

    def held_since(self, holders: QuerySet[Party], changes: QuerySet[FactChange]) -> bool:
        """Return whether one of these came to hold anything by the changes, or ceased to, alone or jointly."""
        ids = list(changes.order_by().values_list("pk", flat=True))
        moved = Q(recorded_by__in=ids) | Q(superseded_by__in=ids)
        together = JointMember.objects.filter(member__in=holders).values("joint")
        interests = self.interests().filter(moved).filter(Q(holder__in=holders) | Q(holder__in=together))
        ties = self.suppliers().filter(moved).filter(Q(buyer__in=holders) | Q(buyer__in=together))
        return interests.exists() or ties.exists()

    def _subjects(self, told: Q, holders: Collection[UUID] | None = None) -> Ids:
        interests, ties = self.interests().filter(told), self.suppliers().filter(told)
        if holders is not None:
            interests, ties = interests.filter(holder__in=holders), ties.filter(buyer__in=holders)
        return {*interests.values_list("subject", flat=True), *ties.values_list("supplier", flat=True)}


OWNERSHIP = Ways(CARRYING, ties=False)
"""What exposures rest on."""
EVERY_WAY = Ways(frozenset(INTEREST_TYPES), ties=True)
"""What verdicts rest on."""


def pieces(ids: Collection[UUID]) -> Iterator[list[UUID]]:
    """Cut what may be long into questions that a database takes."""
    left = iter(ids)
    while chunk := list(islice(left, CHUNK)):
        yield chunk


def edited_parties(changes: QuerySet[FactChange]) -> Ids:
    """Return the parties that were edited or merged; all spoken of where the release before this one recorded it."""
    told = changes.order_by().values_list("edited", "parties")
    return {UUID(party) for edited, parties in told for party in (parties if edited is None else edited)}


def touched_tenants(changes: Iterable[FactChange]) -> frozenset[UUID]:
    """Return whose lists, policies or decisions changed; the release before this one tells of one tenant at most."""
    told = {UUID(tenant) for change in changes for tenant in change.tenants or ()}
    return frozenset(told | {change.tenant for change in changes if change.reach == Reach.TENANT and change.tenant})


def _filled(changes: QuerySet[FactChange]) -> Ids:
    """The sources that the changes wrote over; all that they cite where the release before this one recorded them."""
    found: Ids = set()
    for pk, parties, edited, before in changes.order_by().values_list("pk", "parties", "edited", "data__before"):
        if edited is None:
            found |= _cited(pk, parties)
        found.update(UUID(told["id"]) for told in before or () if told["model"] == Source._meta.model_name)
    return found


def _cited(change: UUID, parties: list[str]) -> Ids:
    found: set[UUID | None] = set()
    for rows in (Interest.objects.filter(recorded_by=change), CustomerTie.objects.filter(recorded_by=change)):
        found.update(key for keys in rows.order_by().values_list("source", "end_source") for key in keys)
    found.update(Party.objects.filter(pk__in=parties).order_by().values_list("source", flat=True))
    return {key for key in found if key is not None}
