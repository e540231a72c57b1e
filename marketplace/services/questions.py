"""Questions that touch requests, screenings and engagements at once. They compute and store nothing."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Exists, OuterRef, QuerySet, Value

from conflicts.engine.findings import Outcome
from conflicts.models import ReviewDecision, Screening, Watch
from conflicts.overlay import Assumption, WhatIf
from conflicts.screening import ScreeningResult
from conflicts.services.screenings import what_if
from marketplace.fit import fit
from marketplace.matching import asked_by, refuse_while_behind, requests_behind
from marketplace.models import Client, Engagement, LabelingRequest, Match, RequestStatus
from marketplace.ranking import COVERAGE_ORDER
from marketplace.records import clock
from vendors.models import Vendor
from vendors.services.listings import capabilities_of


@dataclass(frozen=True, slots=True)
class Candidacy:
    """How a vendor stands in a request: its match if it has one, and the constraint that it does not fit.

    Outcome, coverage and findings are of one screening, the newest. While that, or the ranking, may be another by now
    the candidacy is `behind` and has no rank: a rank of before must not stand beside findings of after.
    """

    vendor: Vendor
    match: Match | None
    misfit: str = ""
    behind: bool = False

    @classmethod
    def of_match(cls, match: Match, misfit: str = "") -> "Candidacy":
        """Return that of a match as `ranking` reads it."""
        screening = match.screening
        known = (screening.epoch, screening.outcome) if screening else (0, match.outcome)
        moved = known != (match.screening_epoch, match.outcome)
        return cls(match.vendor, match, misfit, behind=moved or bool(getattr(match, "is_behind", False)))

    @property
    def rank(self) -> int | None:
        """None too where a waiver, by which alone it had one, has ended since."""
        if self.match is None or self.behind or (self.match.waiver is not None and self.waiver is None):
            return None
        return self.match.rank

    @property
    def waiver(self) -> ReviewDecision | None:
        """The waiver by which a blocked vendor stands in the ranking, while it does."""
        found = self.match.waiver if self.match else None
        return found if found and found.stands(on=clock.today()) else None

    @property
    def outcome(self) -> Outcome | None:
        return Outcome(self._verdict.outcome) if self._verdict else None

    @property
    def coverage(self) -> str | None:
        """What the client may know of it."""
        if self.match is None:
            return None
        return self.match.screening.public_coverage if self.match.screening else self.match.coverage

    @property
    def findings(self) -> list[dict[str, Any]]:
        return self.match.screening.findings if self.match and self.match.screening else []

    @property
    def _verdict(self) -> Match | Screening | None:
        return (self.match.screening or self.match) if self.match else None


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
    """Return the ranked matches of a request, best first; raises Unavailable while rescoring lags too far."""
    refuse_while_behind(request.client_id)
    rows = Match.objects.filter(request=request, rank__isnull=False)
    return _dated(rows, behind=_is_behind(request)).order_by("rank", "id")


def candidacy(*, request: LabelingRequest, vendor: Vendor) -> Candidacy:
    """Say how one named vendor stands in the ranking of a request; raises Unavailable as `ranking` does."""
    refuse_while_behind(request.client_id)
    behind = _is_behind(request)
    match = _dated(request.matches.filter(vendor=vendor), behind=behind).first()
    found = fit(asked_by(request), capabilities_of(vendor.listing))
    if match is None:
        return Candidacy(vendor, None, found.misfit, behind=behind)
    return Candidacy.of_match(match, "" if match.rank else found.misfit)


def _is_behind(request: LabelingRequest) -> bool:
    return requests_behind().filter(pk=request.pk).exists()


def _dated(rows: QuerySet[Match], *, behind: bool) -> QuerySet[Match]:
    """Say of each match as `is_behind` whether its request waits to be ranked, or its pair to be screened."""
    waiting = Watch.objects.behind().filter(
        tenant=OuterRef("client_id"), principal=OuterRef("client__party"), subject=OuterRef("vendor__party")
    )
    is_behind = Value(value=True, output_field=BooleanField()) if behind else Exists(waiting)
    return rows.select_related("vendor", "screening", "waiver").annotate(is_behind=is_behind)


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
    return (COVERAGE_ORDER.index(result.public_coverage), result.subject.name.casefold())
