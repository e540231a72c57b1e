"""Which pairs are kept up to date."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from conflicts.changes import fact_change
from conflicts.epochs import epoch_now
from conflicts.models import ChangeKind, Overview, Party, Watch
from conflicts.models.watches import WatchQuerySet
from conflicts.rescoring import chunks
from marketplace.accounts.models import User
from marketplace.records import clock
from marketplace.records.hints import hint
from marketplace.records.refusals import Conflict


@transaction.atomic
def watch_pair(*, tenant: UUID, principal: Party, subject: Party) -> Watch:
    """Keep the screening of this pair up to date from now on; a pair that is watched already stays as it is.

    The pair is behind until a worker has screened it. It must be screened after this transaction has committed: a
    change that is expanded in between would not find the pair.
    """
    (watch,) = watch_pairs(tenant=tenant, principal=principal, subjects=[subject])
    return watch


@transaction.atomic
def watch_pairs(*, tenant: UUID, principal: Party, subjects: Sequence[Party]) -> list[Watch]:
    """Watch the principal against each subject as watch_pair does, with one hint for all that are new."""
    new = {"want_epoch": epoch_now(), "waits_since": clock.now()}
    watches = [
        Watch.objects.get_or_create(tenant=tenant, principal=principal, subject=subject, defaults=new)
        for subject in subjects
    ]
    for chunk in chunks([watch.pk for watch, is_new in watches if is_new]):
        hint("conflicts.tasks.rescore", watch_ids=chunk)
    Overview.objects.seat(tenant=tenant, principal=principal)
    return [watch for watch, _ in watches]


@transaction.atomic
def unwatch_pair(*, tenant: UUID, principal: Party, subject: Party) -> None:
    """Forget the pair and its screening; a pair that is not watched stays so."""
    pair = Watch.objects.filter(tenant=tenant, principal=principal, subject=subject)
    for watch in pair.select_for_update():
        Overview.objects.vacate(watch)
        watch.delete()


def retry_pair(*, actor: User, watch: Watch) -> None:
    """Have a parked pair screened again, with as many tries as a new one; raises Conflict where it is not parked.

    It is a change of its client's like any other: what comes of the new try is newer than what was stored.
    """
    if not _retry(actor, watch.tenant, Watch.objects.parked().filter(pk=watch.pk)):
        raise Conflict("This pair is not parked, or not any more: there is nothing to try again.", code="not_parked")


def retry_parked(*, actor: User) -> int:
    """Have every parked pair screened again, client by client; returns how many those were."""
    tenants = set(Watch.objects.parked().values_list("tenant", flat=True))
    return sum(_retry(actor, tenant, Watch.objects.parked().of(tenant=tenant)) for tenant in sorted(tenants))


@transaction.atomic
def _retry(actor: User, tenant: UUID, parked: WatchQuerySet) -> int:
    watches = list(parked.select_for_update(of=("self",), no_key=True).select_related("principal", "subject"))
    if not watches:
        return 0
    pairs = [{"principal": watch.principal.slug, "subject": watch.subject.slug} for watch in watches]
    # One of its rows stands for all; the pairs are told in full.
    with fact_change(
        kind=ChangeKind.DECISION,
        actor=actor,
        log_action="screening.retried",
        tenant=tenant,
        subject=watches[0],
        data={"pairs": pairs},
    ):
        ids = [watch.pk for watch in watches]
        Watch.objects.filter(pk__in=ids).update(parked_at=None, failures=0, waits_since=clock.now())
        Overview.objects.tell(ids)
    return len(watches)
