"""Pulling what is new in conflicts: matches are ranked again, engagements alerted, ended decisions and waivers told.

Everything is found by joins over versions, so a lost message delays it and never loses it. Safe to run at any time, as
often as one likes.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from conflicts.models import DecisionNotice, Outcome, Screening
from conflicts.services.watches import watch_pairs
from marketplace.alerting import follow, seen_of
from marketplace.matching import rank_request, requests_behind, unwatched_listings
from marketplace.models import Client, ConflictAlert, Engagement, LabelingRequest, without_checklist
from marketplace.notices import tell, untold
from marketplace.substitutes import alerts_behind, refresh_substitutes
from marketplace.transition import start_checklist

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Pulled:
    """How many rows one pull brought up to date."""

    watched: int
    observed: int
    ranked: int
    refreshed: int
    listed: int
    told: int


def pull() -> Pulled:
    """Bring everything up to date that newer screenings, listings or requests have left behind."""
    return Pulled(
        watched=sum(watch_candidates(client) for client in Client.objects.select_related("party")),
        observed=_each(engagements_behind().only("pk"), observe),
        ranked=_each(requests_behind().only("pk"), rank_request),
        refreshed=_each(alerts_behind().only("pk"), refresh_substitutes),
        listed=_each(without_checklist().only("pk"), start_checklist),
        told=_each(untold(), tell),
    )


def watch_candidates(client: Client) -> int:
    """Watch the client against every listed vendor that it does not watch yet; returns how many those were."""
    listings = list(unwatched_listings(client).select_related("vendor__party"))
    subjects = [listing.vendor.party for listing in listings]
    watch_pairs(tenant=client.pk, principal=client.party, subjects=subjects)
    return len(listings)


def engagements_behind() -> QuerySet[Engagement]:
    """Return the running engagements whose pair has a newer screening than the last one seen."""
    newer = Screening.objects.filter(
        tenant=OuterRef("client_id"),
        principal=OuterRef("client__party"),
        subject=OuterRef("vendor__party"),
        epoch__gt=OuterRef("seen_epoch"),
    )
    return Engagement.objects.running().filter(Exists(newer))


@transaction.atomic
def observe(engagement_id: UUID) -> None:
    """Look at the newest screening of a running engagement once, and alert its client where there is news.

    The row is held meanwhile and `seen_epoch` only rises, so the same facts never alert twice. An unknown outcome tells
    nothing of the facts: what was seen before stays.
    """
    locked = Engagement.objects.select_for_update(of=("self",), no_key=True).running()
    engagement = locked.select_related("client__party", "vendor__party").filter(pk=engagement_id).first()
    screening = _newer_screening(engagement) if engagement else None
    if engagement is None or screening is None:
        return
    if screening.outcome == Outcome.UNKNOWN:
        _see(engagement, screening.epoch, _carried(engagement, screening.epoch))
        return
    follow(engagement, screening)
    engagement.outcome = screening.outcome
    _see(engagement, screening.epoch, seen_of(epoch=screening.epoch, findings=screening.findings))


def _see(engagement: Engagement, epoch: int, seen: dict[str, Any] | None) -> None:
    engagement.seen_epoch, engagement.seen = epoch, seen
    engagement.save(update_fields=["outcome", "seen_epoch", "seen"])


def _carried(engagement: Engagement, epoch: int) -> dict[str, Any] | None:
    """Return what was seen before, as of this epoch; what workers of an older release have outrun counts no more."""
    if engagement.seen is None or engagement.seen["epoch"] != engagement.seen_epoch:
        return None
    return {**engagement.seen, "epoch": epoch}


def _newer_screening(engagement: Engagement) -> Screening | None:
    return Screening.objects.filter(
        tenant=engagement.client_id,
        principal=engagement.client.party,
        subject=engagement.vendor.party,
        epoch__gt=engagement.seen_epoch,
    ).first()


def _each(
    behind: Iterable[Engagement | LabelingRequest | ConflictAlert | DecisionNotice], work: Callable[[UUID], object]
) -> int:
    done = 0
    for row_id in [row.pk for row in behind]:
        try:
            work(row_id)
        except Exception:
            # One row that fails must not hold up the others; it stays behind, and the next pull tries it again.
            logger.exception("row stays behind", work=work.__name__, row=str(row_id))
        else:
            done += 1
    return done
