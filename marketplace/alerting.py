"""Conflict alerts: opened when a running engagement worsens, eased when it improves, each with who could take over."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from conflicts.engine.findings import Severity
from conflicts.models import Outcome, Screening
from conflicts.verdicts import told_verdict
from marketplace.matching import asked_by, candidates_of, newer_candidates
from marketplace.models import (
    AlertStatus,
    AlertSubstitute,
    ConflictAlert,
    Engagement,
    LabelingRequest,
    RequestStatus,
)
from marketplace.ranking import Ranked
from marketplace.records import clock
from marketplace.records.services import log
from marketplace.redaction import deciding

# From unknown, which an engagement starts with where nothing could be said of it, only a block is worse.
BADNESS = {Outcome.CLEAR: 0, Outcome.REVIEW: 1, Outcome.UNKNOWN: 1, Outcome.BLOCKED: 2}
SUBSTITUTES_KEPT = 25
TOLD = ("after", "epoch", "findings", "rules")


def is_worse(after: Outcome, before: Outcome) -> bool:
    """Whether a running engagement has to be alerted. An unknown outcome tells nothing of the facts."""
    return after is not Outcome.UNKNOWN and BADNESS[after] > BADNESS[before]


def open_alert(engagement: Engagement, screening: Screening) -> ConflictAlert:
    """Alert the client; an alert that stood for less is closed by this one."""
    close_alerts(engagement, reason="a worse one follows")
    alert = ConflictAlert(
        client=engagement.client,
        engagement=engagement,
        vendor=engagement.vendor,
        before=engagement.outcome,
        opened_at=clock.now(),
    )
    _tell(alert, screening)
    alert.save(force_insert=True)
    _log("alert.opened", alert, verdict=told_verdict(screening))
    refresh_substitutes(alert.pk)
    return alert


def ease_alerts(engagement: Engagement, screening: Screening) -> None:
    """Lower a standing alert to what the screening says now, or close it where the engagement is back as it was."""
    outcome = Outcome(screening.outcome)
    for alert in _standing(engagement):
        if BADNESS[outcome] <= BADNESS[Outcome(alert.before)]:
            _close(alert, reason=f"the outcome is {outcome} again", verdict=told_verdict(screening))
        elif BADNESS[outcome] < BADNESS[Outcome(alert.after)]:
            _tell(alert, screening)
            alert.save(update_fields=TOLD)
            _log("alert.lowered", alert, verdict=told_verdict(screening))


def close_alerts(engagement: Engagement, *, reason: str) -> None:
    """Close what still stands of the engagement's alerts."""
    for alert in _standing(engagement):
        _close(alert, reason=reason)


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


def _standing(engagement: Engagement) -> QuerySet[ConflictAlert]:
    """Return the alerts that stand, held until the transaction ends: a member may be acknowledging one."""
    return engagement.alerts.active().select_for_update(no_key=True)


def _tell(alert: ConflictAlert, screening: Screening) -> None:
    """Put what the screening found into the alert; notes explain, and alert nobody."""
    alert.after, alert.epoch = screening.outcome, screening.epoch
    alert.findings = [finding for finding in screening.findings if finding["severity"] != Severity.NOTE]
    decided_by = deciding(alert.findings, Outcome(screening.outcome))
    alert.rules = list(dict.fromkeys(finding["rule"] for finding in decided_by))


def _close(alert: ConflictAlert, *, reason: str, **more: Any) -> None:
    alert.status, alert.closed_at = AlertStatus.CLOSED, clock.now()
    alert.save(update_fields=["status", "closed_at"])
    _log("alert.closed", alert, reason=reason, **more)


def _log(action: str, alert: ConflictAlert, **more: Any) -> None:
    data = {"vendor": alert.vendor.slug, "before": alert.before, "after": alert.after, "rules": alert.rules, **more}
    log(action=action, actor=None, tenant=alert.client_id, subject=alert, epoch=alert.epoch, data=data)


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
