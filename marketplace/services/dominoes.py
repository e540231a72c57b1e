"""The domino view: of one event every client, engagement, open match and alert that it touched. For compliance staff.

It reads stored rows alone: what screenings said before and after, and what happened to alerts. Several changes may lie
between two screenings of a pair; each of them may have done it, and the view says so.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TypeVar
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from conflicts.models import FactChange, Reach, ScreeningChange
from marketplace.models import AlertEvent, Client, ConflictAlert, Engagement, EngagementStatus, Match, RequestStatus
from marketplace.worth import Sum, sums
from vendors.models import Vendor

SHARED = "shared"
Pair = tuple[UUID, UUID]
"""A client and a vendor, by their ids."""
Row = TypeVar("Row", Engagement, Match)
Kept = TypeVar("Kept", ScreeningChange, AlertEvent)


@dataclass(slots=True)
class Touched:
    """One vendor of one client. `shared` says that another change may have done it as well."""

    client: Client
    vendor: Vendor
    before: str
    after: str
    shared: bool
    engagements: Sequence[Engagement] = field(default_factory=tuple)
    matches: Sequence[Match] = field(default_factory=tuple)
    events: list[AlertEvent] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Part:
    """What an event touched of one client."""

    client: Client
    touched: tuple[Touched, ...]

    @property
    def at_risk(self) -> list[Sum]:
        return sums(_engaged([self]))


@dataclass(frozen=True, slots=True)
class Domino:
    """What an event touched, client by client."""

    change: FactChange
    parts: tuple[Part, ...]

    @property
    def at_risk(self) -> list[Sum]:
        """The worth of all touched engagements."""
        return sums(_engaged(self.parts))


def domino(change: FactChange) -> Domino:
    """Return what the event touched; nothing yet where it is not expanded and rescored."""
    happened = _happened(change)
    pairs = _pairs(change, happened)
    whose = Q(client__in={client for client, _ in pairs}, vendor__in={vendor for _, vendor in pairs})
    alerted = Exists(ConflictAlert.objects.filter(engagement=OuterRef("pk"), events__in=happened))
    engagements = Engagement.objects.filter(whose).filter(Q(status=EngagementStatus.RUNNING) | alerted)
    matches = Match.objects.filter(whose, request__status=RequestStatus.OPEN).select_related("request", "vendor")
    _give(pairs, "engagements", engagements.select_related("client", "vendor"))
    _give(pairs, "matches", matches)
    for event in happened:
        pairs[event.client_id, event.alert.vendor_id].events.append(event)
    ordered = sorted(pairs.values(), key=lambda one: (one.client.slug, one.vendor.slug))
    grouped = groupby(ordered, key=lambda one: one.client)
    return Domino(change, tuple(Part(client, tuple(touched)) for client, touched in grouped))


def touching() -> QuerySet[FactChange]:
    """Return the events with whether they touched anything, as `is_touching`; newest first."""
    between = {"from_epoch__lt": OuterRef("epoch"), "epoch__gte": OuterRef("epoch")}
    screened, alerted = ScreeningChange.objects.filter(**between), AlertEvent.objects.filter(**between)
    every = Q(reach=Reach.EVERY) & (Exists(screened) | Exists(alerted))
    own = Q(reach=Reach.TENANT) & (
        Exists(screened.filter(tenant=OuterRef("tenant"))) | Exists(alerted.filter(client=OuterRef("tenant")))
    )
    return FactChange.objects.annotate(is_touching=every | own).order_by("-epoch")


def _happened(change: FactChange) -> list[AlertEvent]:
    rows = _with_shared(AlertEvent.objects.after(change), change, tenant="client")
    return list(rows.select_related("alert__vendor", "alert__engagement", "client").order_by("at", "id"))


def _pairs(change: FactChange, happened: Iterable[AlertEvent]) -> dict[Pair, Touched]:
    """The pairs whose screening came out otherwise, and those whose alert something happened to."""
    turns = list(_with_shared(ScreeningChange.objects.after(change), change, tenant="tenant"))
    clients = {row.pk: row for row in Client.objects.filter(pk__in={turn.tenant for turn in turns})}
    vendors = {row.party_id: row for row in Vendor.objects.filter(party__in={turn.subject_id for turn in turns})}
    found: dict[Pair, Touched] = {}
    for turn in turns:
        client, vendor = clients.get(turn.tenant), vendors.get(turn.subject_id)
        if client is not None and vendor is not None:
            found[client.pk, vendor.pk] = Touched(client, vendor, turn.before, turn.after, bool(getattr(turn, SHARED)))
    for event in happened:
        found.setdefault((event.client_id, event.alert.vendor_id), _alerted(event))
    return found


def _alerted(event: AlertEvent) -> Touched:
    """Of a pair whose screening of that time was not kept."""
    shared = bool(getattr(event, SHARED))
    return Touched(event.client, event.alert.vendor, event.before, event.after, shared)


def _with_shared(rows: QuerySet[Kept], change: FactChange, *, tenant: str) -> QuerySet[Kept]:
    """Say of each row as `shared` whether another change lies between as well."""
    other = FactChange.objects.reaching(OuterRef(tenant)).exclude(pk=change.pk)
    between = Exists(other.filter(epoch__gt=OuterRef("from_epoch"), epoch__lte=OuterRef("epoch")))
    return rows.annotate(**{SHARED: between})


def _give(pairs: dict[Pair, Touched], name: str, rows: Iterable[Row]) -> None:
    """Sort the rows into the pairs that they belong to."""
    sorted_in: dict[Pair, list[Row]] = defaultdict(list)
    for row in rows:
        sorted_in[row.client_id, row.vendor_id].append(row)
    for pair, touched in pairs.items():
        setattr(touched, name, sorted_in[pair])


def _engaged(parts: Iterable[Part]) -> Iterable[Engagement]:
    return (engagement for part in parts for touched in part.touched for engagement in touched.engagements)
