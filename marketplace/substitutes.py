"""Who could take over from a vendor whose engagement is alerted, ranked anew whenever that may have changed."""

from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from marketplace.matching import asked_by, candidates_of, newer_candidates
from marketplace.models import AlertSubstitute, ConflictAlert, LabelingRequest, RequestStatus
from marketplace.ranking import Ranked

SUBSTITUTES_KEPT = 25


def alerts_behind() -> QuerySet[ConflictAlert]:
    """Return the standing alerts whose substitutes may be others by now."""
    now_open = Exists(LabelingRequest.objects.filter(client=OuterRef("client"), status=RequestStatus.OPEN))
    moved = ~Q(request__status=RequestStatus.OPEN) | ~Q(request__version=F("request_version"))
    other_request = Q(request__isnull=False) & moved | Q(request__isnull=True) & Q(now_open)
    return ConflictAlert.objects.active().filter(newer_candidates() | other_request)


@transaction.atomic
def refresh_substitutes(alert_id: UUID) -> None:
    """Rank anew who could take over: for the client's oldest open request, else among all listed vendors."""
    locked = ConflictAlert.objects.select_for_update(of=("self",), no_key=True)
    alert = locked.select_related("client", "vendor").get(pk=alert_id)
    request = (
        LabelingRequest.objects.filter(client=alert.client, status=RequestStatus.OPEN).order_by("posted_at").first()
    )
    candidates = candidates_of(alert.client)
    found = candidates.substitutes(asked_by(request) if request else {}, instead_of=alert.vendor)
    alert.substitutes.all().delete()
    AlertSubstitute.objects.bulk_create(
        _substitute(alert, rank, one) for rank, one in enumerate(found[:SUBSTITUTES_KEPT], start=1)
    )
    alert.request, alert.request_version = request, request.version if request else None
    alert.candidate_epoch = max(candidates.epoch, alert.candidate_epoch)
    alert.save(update_fields=["request", "request_version", "candidate_epoch"])


def _substitute(alert: ConflictAlert, rank: int, ranked: Ranked) -> AlertSubstitute:
    return AlertSubstitute(
        alert=alert,
        client=alert.client,
        rank=rank,
        vendor=ranked.candidate.vendor,
        outcome=ranked.candidate.outcome,
        coverage=ranked.candidate.coverage,
        score=ranked.fit.score,
        parts=ranked.fit.as_json(),
    )
