"""Questions that touch requests, screenings and engagements at once. They compute and store nothing."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from conflicts.engine.findings import Outcome
from conflicts.overlay import Assumption, WhatIf
from conflicts.screening import ScreeningResult
from conflicts.services.screenings import what_if
from marketplace.fit import fit
from marketplace.matching import asked_by
from marketplace.models import Client, Engagement, LabelingRequest, Match, RequestStatus
from marketplace.ranking import COVERAGE_ORDER
from vendors.models import Vendor
from vendors.services.listings import capabilities_of


@dataclass(frozen=True, slots=True)
class Candidacy:
    """How a vendor stands in a request: its match if it has one, and the constraint that it does not fit."""

    vendor: Vendor
    match: Match | None
    misfit: str = ""

    @classmethod
    def of_match(cls, match: Match) -> "Candidacy":
        return cls(match.vendor, match)


@dataclass(frozen=True, slots=True)
class Hit:
    """What a what-if does to one pair, the running work that it touches, and the matches of open requests."""

    client: Client
    vendor: Vendor
    before: ScreeningResult
    after: ScreeningResult
    engagements: tuple[Engagement, ...]
    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class Imagined:
    """One client's part of a what-if: the pairs that flip and the vendors that stay, or become, clear."""

    client: Client
    flips: tuple[Hit, ...]
    still_clear: tuple[Vendor, ...]


def ranking(request: LabelingRequest) -> QuerySet[Match]:
    """Return the ranked matches of a request, best first."""
    rows = Match.objects.filter(request=request, rank__isnull=False)
    return rows.select_related("vendor", "screening").order_by("rank", "id")


def candidacy(*, request: LabelingRequest, vendor: Vendor) -> Candidacy:
    """Say how one named vendor stands in the ranking of a request."""
    match = request.matches.select_related("screening", "vendor__listing").filter(vendor=vendor).first()
    found = fit(asked_by(request), capabilities_of(vendor.listing))
    return Candidacy(vendor, match, "" if match and match.rank else found.misfit)


def imagine(*, clients: Iterable[Client], rows: Sequence[Assumption], as_of: dt.date) -> list[Imagined]:
    """Ask what the rows would do to the clients as of a day, vendor by vendor (SEMANTICS 8.4).

    Raises Invalid with fields named `rows[0].share_low`.
    """
    asked = list(clients)
    vendors = {vendor.party_id: vendor for vendor in Vendor.objects.listed().select_related("party")}
    parties = [vendor.party for vendor in vendors.values()]
    found = what_if(cases=[(client.pk, client.party) for client in asked], subjects=parties, rows=rows, as_of=as_of)
    return [_imagined(client, [pair for pair in found if pair.before.tenant == client.pk], vendors) for client in asked]


def _imagined(client: Client, pairs: Sequence[WhatIf], vendors: Mapping[UUID, Vendor]) -> Imagined:
    running = list(Engagement.objects.running().filter(client=client).select_related("vendor"))
    matches = list(
        Match.objects.filter(client=client, request__status=RequestStatus.OPEN).select_related("request", "vendor")
    )
    flips = [
        Hit(
            client,
            vendors[pair.after.subject.pk],
            pair.before,
            pair.after,
            tuple(row for row in running if row.vendor.party_id == pair.after.subject.pk),
            tuple(row for row in matches if row.vendor.party_id == pair.after.subject.pk),
        )
        for pair in pairs
        if pair.flips
    ]
    clear = sorted((pair.after for pair in pairs if pair.after.outcome is Outcome.CLEAR), key=_place)
    return Imagined(client, tuple(flips), tuple(vendors[result.subject.pk] for result in clear))


def _place(result: ScreeningResult) -> tuple[int, str]:
    return (COVERAGE_ORDER.index(result.coverage), result.subject.name.casefold())
