"""One byte per watched subject of a principal: what its rows say, for who asks about all of them at once."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count, islice
from typing import NamedTuple
from uuid import UUID, uuid4

from django.db import models, transaction
from django.db.models import BooleanField, Case, F, Q, Subquery, Value, When

from conflicts.models.changes import DaySwept
from conflicts.models.parties import Party
from conflicts.models.watches import Coverage, Outcome, Told, Watch

VACANT = 0
"""The byte of a place that no watch has."""
BEHIND = 0b1000_0000
OUTCOMES = (None, Outcome.CLEAR, Outcome.REVIEW, Outcome.BLOCKED, Outcome.UNKNOWN)
COVERAGES = (Coverage.NONE, Coverage.PARTIAL, Coverage.MAJORITY)
COVERAGE_SHIFT = 3
OUTCOME_BITS = 0b0000_0111


@dataclass(frozen=True, slots=True)
class Cell:
    """What one byte tells. A pair that was never screened is unknown and behind."""

    outcome: Outcome
    coverage: Coverage
    behind: bool
    screened: bool = True

    @property
    def packed(self) -> int:
        outcome = OUTCOMES.index(self.outcome) if self.screened else 0
        return (BEHIND if self.behind else 0) | COVERAGES.index(self.coverage) << COVERAGE_SHIFT | outcome


UNSCREENED = Cell(Outcome.UNKNOWN, Coverage.NONE, behind=True, screened=False)
PARKED = Cell(Outcome.UNKNOWN, Coverage.NONE, behind=False)
"""A parked row makes its own pair unknown and does not count as behind (SEMANTICS 9)."""

CELLS: dict[int, Cell] = {
    cell.packed: cell
    for behind in (False, True)
    for cell in (
        UNSCREENED,
        *(Cell(outcome, coverage, behind) for outcome in OUTCOMES if outcome for coverage in COVERAGES),
    )
}
"""Every byte that can stand in an overview, but for a vacant place."""


class Seat(NamedTuple):
    """One watch as its byte is made of it."""

    tenant: UUID
    principal: UUID
    place: int
    outcome: str | None
    coverage: str
    parked: bool
    behind: bool

    @property
    def cell(self) -> Cell:
        if self.parked:
            return PARKED
        if self.outcome is None:
            return UNSCREENED
        return Cell(Outcome(self.outcome), Coverage(self.coverage), self.behind)


class OverviewQuerySet(models.QuerySet["Overview"]):
    """Writers hold the rows of their watches first and the overviews second, those by id: nobody waits in a ring."""

    def tell(self, watch_ids: Iterable[UUID]) -> None:
        """Write what the rows of these watches say, in the transaction that wrote them and holds them.

        A watch without a place is left out: it counts as behind until it has one.
        """
        told: defaultdict[tuple[UUID, UUID], list[Seat]] = defaultdict(list)
        for seat in seats(watch_ids):
            told[seat.tenant, seat.principal].append(seat)
        for overview in self._held(told):
            overview.put((seat.place, seat.cell.packed) for seat in told[overview.tenant, overview.principal_id])

    def seat(self, *, tenant: UUID, principal: Party) -> int:
        """Give every watch of the principal that has none its place, the vacant ones first; return how many did."""
        unseated = Watch.objects.of(tenant=tenant).filter(principal=principal, place=None)
        watches = list(unseated.select_for_update(no_key=True).order_by("pk"))
        if not watches:
            return 0
        self.get_or_create(tenant=tenant, principal=principal)
        (overview,) = self._held([(tenant, principal.pk)])
        for watch, place in zip(watches, overview.free_places(), strict=False):
            watch.place = place
        Watch.objects.bulk_update(watches, ["place"], batch_size=1_000)
        overview.roster_version = uuid4()
        overview.put((watch.place or 0, UNSCREENED.packed) for watch in watches)
        self.tell([watch.pk for watch in watches])
        return len(watches)

    def vacate(self, watch: Watch) -> None:
        """Empty the place of a watch that is held and goes."""
        for overview in self._held([(watch.tenant, watch.principal_id)]):
            overview.roster_version = uuid4()
            overview.put([] if watch.place is None else [(watch.place, VACANT)])

    @transaction.atomic
    def mend(self, *, tenant: UUID, principal: Party) -> bool:
        """Write the whole overview, and what its watches tell, anew from the rows; return whether it had to be changed.

        Only a process of a release without overviews leaves anything to mend.
        """
        held = Watch.objects.of(tenant=tenant).filter(principal=principal).select_for_update(no_key=True)
        watch_ids = list(held.order_by("pk").values_list("pk", flat=True))
        is_changed = bool(self.seat(tenant=tenant, principal=principal)) | _retell(watch_ids)
        for overview in self._held([(tenant, principal.pk)]):
            before, overview.cells = bytes(overview.cells).rstrip(b"\0"), b""
            overview.roster_version = uuid4()
            overview.put((seat.place, seat.cell.packed) for seat in seats(watch_ids))
            is_changed |= overview.cells != before
        return is_changed

    def mend_all(self) -> int:
        """Mend the overview of every principal, each in a transaction of its own; return how many had to be changed."""
        principals = Party.objects.in_bulk(Watch.objects.order_by().values_list("principal_id", flat=True).distinct())
        keys = Watch.objects.order_by().values_list("tenant", "principal_id").distinct()
        return sum(self.mend(tenant=tenant, principal=principals[key]) for tenant, key in list(keys))

    def _held(self, keys: Iterable[tuple[UUID, UUID]]) -> list["Overview"]:
        wanted = set(keys)
        tenants, principals = {tenant for tenant, _ in wanted}, {principal for _, principal in wanted}
        rows = self.filter(tenant__in=tenants, principal__in=principals)
        ids = [row.pk for row in rows.only("tenant", "principal") if (row.tenant, row.principal_id) in wanted]
        return list(self.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))


class Overview(models.Model):
    """What is stored of all subjects that one client watches for one principal.

    `cells` has one byte per place (see Cell). It says no more than the rows of the watches do: its bytes are written in
    their transactions. `roster_version` is another one whenever another watch has a place; it is drawn, not counted, so
    that one that was rolled back never comes again with other places.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    tenant = models.UUIDField()
    principal = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    cells = models.BinaryField(default=bytes)
    roster_version = models.UUIDField(default=uuid4)

    objects = OverviewQuerySet.as_manager()

    class Meta:
        ordering = ("tenant", "principal__slug")
        constraints = (models.UniqueConstraint(fields=("tenant", "principal"), name="overview_once"),)

    def __str__(self) -> str:
        return f"All that is watched for {self.principal}"

    def put(self, bytes_: Iterable[tuple[int, int]]) -> None:
        """Write these (place, byte) pairs; the row is held and was read since."""
        cells = bytearray(self.cells)
        for place, byte in bytes_:
            cells.extend(bytes(max(0, place + 1 - len(cells))))
            cells[place] = byte
        self.cells = bytes(cells)
        self.save(update_fields=["cells", "roster_version"])

    def free_places(self) -> Iterator[int]:
        """Tell the vacant places, then those past the end."""
        cells = bytes(self.cells)
        place = cells.find(VACANT)
        while place >= 0:
            yield place
            place = cells.find(VACANT, place + 1)
        yield from count(len(cells))


def _retell(watch_ids: Iterable[UUID]) -> bool:
    """Write the short of every screening into its watch, which is held; return whether one was another."""
    changed = []
    for watch in Watch.objects.filter(pk__in=list(watch_ids), screening__isnull=False).select_related("screening"):
        before, watch.told = watch.told, Told.text_of(watch.screening)
        changed += [watch] if watch.told != before else []
    Watch.objects.bulk_update(changed, ["told"], batch_size=1_000)
    return bool(changed)


def seats(watch_ids: Iterable[UUID]) -> Iterator[Seat]:
    """Read what makes the bytes of the watches that have a place.

    Behind is what has a screening older than wanted, or one as of a day that has passed. A change that waits to be
    expanded is not of one watch: who reads an overview asks for it apart.
    """
    newest_day = Subquery(DaySwept.objects.values("date")[:1])
    is_older = Q(screening__epoch__lt=F("want_epoch")) | Q(screening__as_of__lt=newest_day)
    told = ("tenant", "principal", "place", "screening__outcome", "screening__coverage", "is_parked", "is_behind")
    ids = iter(watch_ids)
    while chunk := list(islice(ids, 10_000)):
        rows = Watch.objects.filter(pk__in=chunk, place__isnull=False).order_by()
        flags = {"is_parked": _flag(Q(parked_at__isnull=False)), "is_behind": _flag(is_older)}
        yield from (Seat(*row) for row in rows.annotate(**flags).values_list(*told))


def _flag(condition: Q) -> Case:
    # A comparison with nothing is neither true nor false in SQL.
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())
