"""Matching a request with vendors: read what is stored, rank it, keep it; and find what is behind.

What a ranking rests on is told by one number, its candidate epoch: every fact, list, policy and listing up to that
epoch is in it. Whatever is written later has a higher epoch, so a join finds the rankings that do not know it yet.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet

from conflicts.changes import epoch_now
from conflicts.lag import lag
from conflicts.models import DecisionKind, FactChange, Outcome, Reach, ReviewDecision, Screening, Watch
from marketplace.fit import Codes
from marketplace.models import Client, LabelingRequest, Match, RequestStatus
from marketplace.ranking import Candidate, Candidates, Ranked
from marketplace.records import clock
from marketplace.records.refusals import Unavailable
from vendors.models import Facet, Listing, Vendor

RETRY_AFTER = 5
CLOSED = (
    "Facts that came more than a minute ago wait to be screened, so no ranking is told: try again in a moment. "
    "Awards are judged anew and go on."
)
COMPUTED = (
    "screening",
    "waiver",
    "outcome",
    "coverage",
    "score",
    "parts",
    "rank",
    "screening_epoch",
    "listing_version",
    "request_version",
)


def asked_by(request: LabelingRequest) -> Codes:
    """Return what the request asks, per facet."""
    return {
        Facet.MODALITY: [request.modality],
        Facet.TASK: request.tasks,
        Facet.LANGUAGE: request.languages,
        Facet.CERTIFICATE: request.certificates,
    }


def refuse_while_behind(client_id: UUID) -> None:
    """Raise Unavailable while rescoring lags past the limit: matching and invitations are closed then (I2)."""
    if lag(tenant=client_id).is_over:
        raise Unavailable(CLOSED, code="rescoring_behind", retry_after=RETRY_AFTER)


def candidates_of(client: Client) -> Candidates:
    """Return the listed vendors with their screenings for the client.

    The epoch is read before the rows, and the work that waits before the screenings: what is written meanwhile has a
    higher epoch or is still counted as waiting.
    """
    now = epoch_now()
    behind = set(Watch.objects.behind().filter(**_own(client)).values_list("subject_id", flat=True))
    epoch = min([now, *_unsettled(client)])
    screenings = {row.subject_id: row for row in Screening.objects.filter(**_own(client))}
    waivers = _waivers(client, screenings)
    listings = Listing.objects.filter(vendor__in=Vendor.objects.listed())
    each = []
    for listing in listings.select_related("vendor").prefetch_related("capabilities"):
        key = listing.vendor.party_id
        each.append(_candidate(listing, screenings.get(key), waivers.get(key), behind=key in behind))
    return Candidates(epoch, tuple(each))


@transaction.atomic
def rank_request(request_id: UUID) -> bool:
    """Bring the matches of an open request up to date; False where it is not open any more.

    The request's row is held meanwhile, so two rankings follow each other and the later one has read more.
    """
    request = (
        LabelingRequest.objects.select_for_update(of=("self",), no_key=True)
        .select_related("client")
        .filter(pk=request_id, status=RequestStatus.OPEN)
        .first()
    )
    if request is None:
        return False
    candidates = candidates_of(request.client)
    _store(request, candidates.ranked(asked_by(request)))
    _move_on(request, candidates.epoch)
    return True


def requests_behind() -> QuerySet[LabelingRequest]:
    """Return the open requests whose matches, or set of candidates, may be other by now."""
    stale = Exists(Match.objects.behind().filter(request=OuterRef("pk")))
    return LabelingRequest.objects.filter(
        Q(ranked_version__lt=F("version")) | newer_candidates() | stale, status=RequestStatus.OPEN
    )


def newer_candidates() -> Q:
    """Return the condition that a listing, or a screening of the row's client, is newer than its candidate epoch."""
    listing = Listing.objects.filter(recorded_by__epoch__gt=OuterRef("candidate_epoch"))
    screening = Screening.objects.filter(tenant=OuterRef("client_id"), epoch__gt=OuterRef("candidate_epoch"))
    return Q(Exists(listing)) | Q(Exists(screening))


def _own(client: Client) -> dict[str, UUID]:
    return {"tenant": client.pk, "principal_id": client.party_id}


def _unsettled(client: Client) -> list[int]:
    """Return, for each kind of waiting work, the last epoch before it."""
    reaching = Q(reach=Reach.EVERY) | Q(reach=Reach.TENANT, tenant=client.pk)
    changes = FactChange.objects.unexpanded().filter(reaching).aggregate(first=Min("epoch"))
    older = Q(screening=None) | Q(screening__epoch__lt=F("want_epoch"))
    watches = Watch.objects.filter(older, **_own(client), parked_at=None).aggregate(first=Min("want_epoch"))
    unwatched = unwatched_listings(client).aggregate(first=Min("recorded_by__epoch"))
    return [found["first"] - 1 for found in (changes, watches, unwatched) if found["first"] is not None]


def unwatched_listings(client: Client) -> QuerySet[Listing]:
    """Return the listings of listed vendors whom the client does not watch yet."""
    watched = Watch.objects.filter(**_own(client), subject=OuterRef("vendor__party"))
    return Listing.objects.filter(~Exists(watched), vendor__in=Vendor.objects.listed())


def _waivers(client: Client, screenings: Mapping[UUID, Screening]) -> dict[UUID, ReviewDecision]:
    """Return by party the waivers for the whole pair that cover its stored screening, which found a block.

    Whatever is stored voids in its transaction what does not cover it, but for what was decided after it; that waits
    for its own.
    """
    standing = ReviewDecision.objects.filter(**_own(client), kind=DecisionKind.WAIVER).approved().open_for(None)
    found = {}
    for waiver in standing.unexpired(on=clock.today()).select_related("recorded_by"):
        screening = screenings.get(waiver.subject_id)
        if screening is None or waiver.recorded_by is None or screening.outcome != Outcome.BLOCKED:
            continue
        if waiver.recorded_by.epoch <= screening.epoch:
            found[waiver.subject_id] = waiver
    return found


def _candidate(
    listing: Listing, screening: Screening | None, waiver: ReviewDecision | None, *, behind: bool
) -> Candidate:
    stated: dict[str, list[str]] = {}
    for capability in listing.capabilities.all():
        stated.setdefault(capability.facet, []).append(capability.code)
    return Candidate(listing.vendor, listing.version, stated, screening, behind, waiver)


def _store(request: LabelingRequest, ranked: Sequence[Ranked]) -> None:
    request.matches.exclude(vendor__in=[one.candidate.vendor for one in ranked]).delete()
    Match.objects.bulk_create(
        [_match(request, one) for one in ranked],
        update_conflicts=True,
        unique_fields=("request", "vendor"),
        update_fields=COMPUTED,
    )


def _match(request: LabelingRequest, ranked: Ranked) -> Match:
    candidate = ranked.candidate
    return Match(
        client=request.client,
        request=request,
        vendor=candidate.vendor,
        screening=candidate.screening,
        waiver=candidate.waiver,
        outcome=candidate.outcome,
        coverage=candidate.coverage,
        score=ranked.fit.score,
        parts=ranked.fit.as_json(),
        rank=ranked.rank,
        screening_epoch=candidate.screening.epoch if candidate.screening else 0,
        listing_version=candidate.listing_version,
        request_version=request.version,
    )


def _move_on(request: LabelingRequest, epoch: int) -> None:
    """Note what the matches rest on: by compare-and-set and only forward."""
    reached = max(epoch, request.candidate_epoch)
    same = LabelingRequest.objects.filter(pk=request.pk, version=request.version, candidate_epoch__lte=reached)
    same.update(ranked_version=request.version, candidate_epoch=reached, ranked_at=clock.now())
