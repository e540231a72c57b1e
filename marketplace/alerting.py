"""Conflict alerts: opened when a running engagement turns worse, opened again when facts grow beyond what was told.

An alert stays as its client left it while it tells of everything that is found. What is loosened lowers or closes it.
"""

from typing import Any

from django.db.models import QuerySet

from conflicts.engine import findings as engine
from conflicts.engine.fingerprints import fingerprint
from conflicts.findings import from_json
from conflicts.models import FactChange, Outcome, ReviewDecision, Screening
from conflicts.services.decisions import standing_decision
from conflicts.verdicts import told_verdict
from marketplace.growth import BADNESS, Told, above_note, amounts_of, is_worse, told_by, told_earlier
from marketplace.models import AlertEvent, AlertEventKind, AlertStatus, ConflictAlert, Engagement
from marketplace.notices import notify
from marketplace.records import clock
from marketplace.records.services import log
from marketplace.redaction import Finding, deciding
from marketplace.substitutes import refresh_substitutes
from marketplace.transition import start_checklist

TOLD = ("after", "epoch", "findings", "amounts", "rules", "amount", "currency", "amount_per")
ACTIONS = {kind: f"alert.{kind}" for kind in AlertEventKind}
AGAIN = "facts grew beyond what it told"
UNWAIVED = "what waived it stands no more"

Epochs = tuple[int, int]
"""The facts that did it came after the first and up to the second."""


def follow(engagement: Engagement, screening: Screening) -> None:
    """Open, open again, lower, close or waive the engagement's alert as the screening has it; mostly do nothing.

    The caller holds the engagement, and keeps afterwards what it has seen with `seen_of`.
    """
    now = told_by(screening)
    alert = _standing(engagement).first()
    if alert is None and _is_news(engagement, now):
        alert = _open(engagement, screening, now)
    elif alert is not None:
        _update(alert, engagement, screening, now)
    if alert is not None and alert.stands:
        _settle_waiver(alert, engagement, screening)


def close_alerts(engagement: Engagement, *, reason: str) -> None:
    """Close what still stands of the engagement's alerts; no fact did it."""
    for alert in _standing(engagement):
        _close(alert, after=alert.after, epochs=(alert.epoch, alert.epoch), reason=reason)


def seen_of(*, epoch: int, findings: list[Finding]) -> dict[str, Any]:
    """Return what an engagement keeps of a screening that told no unknown outcome."""
    above = above_note(findings)
    return {
        "epoch": epoch,
        "findings": above,
        "amounts": amounts_of(from_json(one) for one in above),
    }


def _standing(engagement: Engagement) -> QuerySet[ConflictAlert]:
    """Return the alerts that stand, held until the transaction ends: a member may be acknowledging one."""
    return engagement.alerts.active().select_for_update(no_key=True)


def _is_news(engagement: Engagement, now: Told) -> bool:
    """Whether the screening tells more than the last one that the watch saw, in findings or in outcome."""
    seen = engagement.seen
    if seen is None or seen["epoch"] != engagement.seen_epoch:
        return is_worse(now.outcome, Outcome(engagement.outcome))
    return not told_earlier(engagement.outcome, seen["findings"], seen["amounts"]).covers(now)


def _open(engagement: Engagement, screening: Screening, now: Told) -> ConflictAlert:
    seen = engagement.seen
    alert = ConflictAlert(
        client=engagement.client,
        engagement=engagement,
        vendor=engagement.vendor,
        before=engagement.outcome,
        known=seen if seen and seen["epoch"] == engagement.seen_epoch else None,
        opened_at=clock.now(),
    )
    _tell(alert, screening, now)
    alert.save(force_insert=True)
    verdict = told_verdict(screening)
    _happened(AlertEventKind.OPENED, alert, before=alert.before, epochs=_epochs(engagement, screening), verdict=verdict)
    start_checklist(alert.pk)
    refresh_substitutes(alert.pk)
    return alert


def _update(alert: ConflictAlert, engagement: Engagement, screening: Screening, now: Told) -> None:
    told = told_earlier(alert.after, alert.findings, alert.amounts)
    was, epochs = alert.after, _epochs(engagement, screening)
    verdict = told_verdict(screening)
    if _is_as_before(alert, now):
        _close(alert, after=now.outcome, epochs=epochs, reason=f"the outcome is {now.outcome} again", verdict=verdict)
    elif not told.covers(now):
        untold = _told_rules(told.lacks(now))
        _tell(alert, screening, now)
        _reopen(alert, before=was, epochs=epochs, reason=AGAIN, untold=untold, verdict=verdict)
    elif not now.covers(told):
        gone = _told_rules(now.lacks(told))
        _tell(alert, screening, now)
        alert.keep(*TOLD)
        _happened(AlertEventKind.LOWERED, alert, before=was, epochs=epochs, gone=gone, verdict=verdict)


def _is_as_before(alert: ConflictAlert, now: Told) -> bool:
    if alert.known is None:
        return BADNESS[now.outcome] <= BADNESS[Outcome(alert.before)]
    return told_earlier(alert.before, alert.known["findings"], alert.known["amounts"]).covers(now)


def _settle_waiver(alert: ConflictAlert, engagement: Engagement, screening: Screening) -> None:
    """An alert is waived while what people accepted by a decision or a waiver covers all that is found."""
    accepted = _acceptance(engagement, screening)
    if accepted is not None and alert.status != AlertStatus.WAIVED:
        alert.move(AlertStatus.WAIVED)
        alert.keep("status")
        _log("alert.waived", alert, screening.epoch, decision=str(accepted.pk))
    elif accepted is None and alert.status == AlertStatus.WAIVED:
        _reopen(alert, before=alert.after, epochs=_epochs(engagement, screening), reason=UNWAIVED)


def _acceptance(engagement: Engagement, screening: Screening) -> ReviewDecision | None:
    """Return what stands and covers the findings, as the gate asks for it."""
    return standing_decision(
        tenant=engagement.client_id,
        principal=engagement.client.party,
        subject=engagement.vendor.party,
        outcome=engine.Outcome(screening.outcome),
        findings=[from_json(one) for one in screening.findings],
        scope=engagement.slot.request_id if engagement.slot else None,
    )


def _told_rules(findings: list[engine.Finding]) -> list[dict[str, str]]:
    """Return what the log says of findings: the rule, and the name that stays while their parties and path do."""
    return [{"rule": finding.rule, "fingerprint": fingerprint(finding)} for finding in findings]


def _tell(alert: ConflictAlert, screening: Screening, now: Told) -> None:
    """Put what the screening found into the alert; notes explain, and alert nobody."""
    alert.after, alert.epoch = screening.outcome, screening.epoch
    alert.findings = above_note(screening.findings)
    alert.amounts = now.amounts
    worth = alert.engagement
    alert.amount, alert.currency, alert.amount_per = worth.amount, worth.currency, worth.amount_per
    alert.rules = list(dict.fromkeys(one["rule"] for one in deciding(alert.findings, now.outcome)))


def _reopen(alert: ConflictAlert, *, before: str, epochs: Epochs, **more: Any) -> None:
    more["status"] = alert.status
    if alert.status != AlertStatus.OPEN:
        alert.move(AlertStatus.OPEN)
    alert.keep("status", *TOLD)
    _happened(AlertEventKind.REOPENED, alert, before=before, epochs=epochs, **more)


def _close(alert: ConflictAlert, *, after: str, epochs: Epochs, reason: str, **more: Any) -> None:
    alert.move(AlertStatus.CLOSED)
    alert.closed_at = clock.now()
    alert.keep("status", "closed_at")
    _happened(AlertEventKind.CLOSED, alert, before=alert.after, after=after, epochs=epochs, reason=reason, **more)


def _epochs(engagement: Engagement, screening: Screening) -> Epochs:
    """Return the epoch after which, and the one up to which, came the facts that the watch sees only now."""
    return (engagement.seen_epoch or screening.epoch, screening.epoch)


def _happened(
    kind: AlertEventKind, alert: ConflictAlert, *, before: str, epochs: Epochs, after: str = "", **more: Any
) -> AlertEvent:
    """Keep the event, with its notices and its row in the log."""
    from_epoch, epoch = epochs
    event = AlertEvent.objects.create(
        client_id=alert.client_id,
        alert=alert,
        kind=kind,
        before=before,
        after=after or alert.after,
        from_epoch=from_epoch,
        epoch=epoch,
        change=FactChange.objects.reaching(alert.client_id).filter(epoch__gt=from_epoch, epoch__lte=epoch).first(),
        at=clock.now(),
    )
    notify(event)
    _log(ACTIONS[kind], alert, epoch, before=event.before, after=event.after, **more)
    return event


def _log(action: str, alert: ConflictAlert, epoch: int, **more: Any) -> None:
    data = {"vendor": alert.vendor.slug, "rules": alert.rules, **more}
    log(action=action, actor=None, tenant=alert.client_id, subject=alert, epoch=epoch, data=data)
