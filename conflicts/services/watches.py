"""Which pairs are kept up to date."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from conflicts.epochs import epoch_now
from conflicts.models import Overview, Party, Watch
from conflicts.rescoring import chunks
from marketplace.records import clock
from marketplace.records.hints import hint


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
