"""What a client does with an alert."""

from django.db import transaction

from marketplace.accounts.models import User
from marketplace.membership import member_of
from marketplace.models import AlertStatus, ConflictAlert
from marketplace.records.refusals import Conflict
from marketplace.records.services import log


@transaction.atomic
def acknowledge_alert(*, actor: User, alert: ConflictAlert) -> ConflictAlert:
    """Note that a member has seen it; it stands on. Raises Missing for a stranger, Conflict where it is not open."""
    member_of(actor, alert.client)
    row = ConflictAlert.objects.select_for_update(no_key=True).get(pk=alert.pk)
    if row.status != AlertStatus.OPEN:
        raise Conflict(f"This alert is {row.get_status_display().lower()} already.", code="alert_not_open")
    row.status, row.acknowledged_by = AlertStatus.ACKNOWLEDGED, actor
    row.save(update_fields=["status", "acknowledged_by"])
    log(action="alert.acknowledged", actor=actor, tenant=row.client_id, subject=row, epoch=row.epoch)
    return row
