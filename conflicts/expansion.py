"""From a change to the watched pairs that it can reach (DESIGN 3, step 2)."""

from uuid import UUID

from django.db import transaction
from django.db.models import Case, Exists, F, OuterRef, QuerySet, Value, When
from django.db.models.functions import Coalesce, Greatest, Least

from conflicts.models import FactChange, Overview, Reach, Screening, Watch
from marketplace.records import clock


@transaction.atomic
def expand_change(change_id: UUID) -> list[UUID]:
    """Mark every pair that the change can reach as wanting its epoch, and return them; none the second time.

    A fact reaches every watched pair, whichever tenant's; a competitor list, a policy or a decision reaches the pairs
    of its tenant; a listing reaches none. That is complete and not yet sparing: which pairs a fact can really touch is
    for a rule of its own, which only ever takes pairs away from these.
    A pair that was parked gets one more chance; its failures count on until it is screened.
    """
    change = FactChange.objects.select_for_update().unexpanded().filter(pk=change_id).first()
    if change is None:
        return []
    # In one order, so that two expansions never wait for each other in a ring.
    reached = list(_reached(change).select_for_update().order_by("pk").values_list("pk", flat=True))
    Watch.objects.filter(pk__in=reached).update(
        want_epoch=Greatest(F("want_epoch"), change.epoch), waits_since=_waits_since(change), parked_at=None
    )
    Overview.objects.tell(reached)
    change.expanded_at = clock.now()
    change.save(update_fields=["expanded_at"])
    return reached


def _waits_since(change: FactChange) -> Case:
    """Keep the time since which a pair waits already; the change begins the waiting of one that was up to date."""
    newest = Screening.objects.filter(watch=OuterRef("pk"), epoch__gte=OuterRef("want_epoch"))
    began = Value(change.at)
    return Case(When(Exists(newest), then=began), default=Coalesce(Least("waits_since", began), began))


def _reached(change: FactChange) -> QuerySet[Watch]:
    if change.reach == Reach.NONE:
        return Watch.objects.none()
    if change.reach == Reach.TENANT and change.tenant is not None:
        return Watch.objects.of(tenant=change.tenant)
    return Watch.objects.all()
