"""The checklist with which a client begins to move work away from a vendor."""

from uuid import UUID

from django.db import transaction
from django.db.models import Max

from marketplace.models import ConflictAlert, ItemKind, TransitionItem

DEFAULT_LIST = (
    (ItemKind.ACCESS, "List which of your systems and data the vendor's people can reach, and revoke that access."),
    (ItemKind.DATA, "Have the vendor return or destroy your data, copies and subcontractors included, and confirm it."),
    (ItemKind.KNOWLEDGE, "Have guidelines, quality rules and open questions handed over before the work stops."),
    (ItemKind.NOTICE, "Look up the notice period of the contract, and give notice where you end it."),
)


@transaction.atomic
def start_checklist(alert_id: UUID) -> None:
    """Give the alert the default list, where it has none yet."""
    alert = ConflictAlert.objects.select_for_update(no_key=True).get(pk=alert_id)
    if not alert.checklist.exists():
        TransitionItem.objects.bulk_create(
            TransitionItem(alert=alert, client_id=alert.client_id, position=position, kind=kind, text=text)
            for position, (kind, text) in enumerate(DEFAULT_LIST, start=1)
        )


def next_position(alert: ConflictAlert) -> int:
    """Return the place after the last item; the caller holds the alert."""
    return int(alert.checklist.aggregate(last=Max("position"))["last"] or 0) + 1
