"""What a client does with an alert: say that it has seen it, or what it does against the conflict.

It is waived by no act of its own but by a decision or a waiver, which takes two people; ending the work closes it.
"""

from dataclasses import dataclass
from itertools import groupby

from django.db import transaction
from django.db.models import QuerySet

from conflicts.drafts import refuse
from marketplace.accounts.models import User
from marketplace.membership import may_write_for
from marketplace.models import AlertStatus, Client, ConflictAlert
from marketplace.records import clock
from marketplace.records.refusals import Conflict, refuse_stale
from marketplace.records.services import log
from marketplace.worth import Sum, sums

LONGEST_MEASURE = 5000


@dataclass(frozen=True, slots=True)
class Risk:
    """What one client's standing alerts put at risk."""

    client: Client
    alerts: int
    at_risk: list[Sum]


@transaction.atomic
def acknowledge_alert(*, actor: User, alert: ConflictAlert, version: int | None = None) -> ConflictAlert:
    """Note that the client has seen it; it stands on.

    Raises Missing for a stranger, Stale where it told something else at `version`, Conflict where it is not open.
    """
    row = _held(actor, alert, version, AlertStatus.ACKNOWLEDGED)
    row.move(AlertStatus.ACKNOWLEDGED)
    row.acknowledged_by = actor
    row.keep("status", "acknowledged_by")
    log(action="alert.acknowledged", actor=actor, tenant=row.client_id, subject=row, epoch=row.epoch)
    return row


@transaction.atomic
def mitigate_alert(*, actor: User, alert: ConflictAlert, measure: str, version: int | None = None) -> ConflictAlert:
    """Note what the client does against the conflict, a firewall say; it stands on, and opens no gate.

    Raises Invalid without a measure, and as acknowledge_alert.
    """
    row = _held(actor, alert, version, AlertStatus.MITIGATED)
    refuse(_measure_problem(measure))
    row.move(AlertStatus.MITIGATED)
    row.measure, row.mitigated_by, row.mitigated_at = measure, actor, clock.now()
    row.keep("status", "measure", "mitigated_by", "mitigated_at")
    data = {"measure": measure}
    log(action="alert.mitigated", actor=actor, tenant=row.client_id, subject=row, epoch=row.epoch, data=data)
    return row


def risks(alerts: QuerySet[ConflictAlert]) -> list[Risk]:
    """Add up, client by client, what the standing ones among the alerts put at risk."""
    standing = alerts.active().select_related("client").order_by("client__slug", "id")  # type: ignore[attr-defined]
    by_client = [(client, list(rows)) for client, rows in groupby(standing, lambda row: row.client)]
    return [Risk(client, len(rows), sums(rows)) for client, rows in by_client]


def _held(actor: User, alert: ConflictAlert, version: int | None, status: AlertStatus) -> ConflictAlert:
    may_write_for(actor, alert.client)
    row = ConflictAlert.objects.select_for_update(no_key=True).get(pk=alert.pk)
    refuse_stale(row.version, version)
    if not row.may_become(status):
        raise Conflict(
            f"This alert is {row.get_status_display().lower()} already: it cannot be {status} now.",
            code="alert_not_open",
        )
    return row


def _measure_problem(measure: str) -> dict[str, str]:
    if not measure.strip():
        return {"measure": "Say what you do against the conflict, such as who is kept apart from what."}
    if len(measure) > LONGEST_MEASURE:
        return {"measure": f"This is longer than {LONGEST_MEASURE} characters: say it shorter."}
    return {}
