"""Which pairs are kept up to date."""

from uuid import UUID

from django.db import transaction

from conflicts.changes import epoch_now
from conflicts.models import Party, Watch
from marketplace.records.hints import hint


@transaction.atomic
def watch_pair(*, tenant: UUID, principal: Party, subject: Party) -> Watch:
    """Keep the screening of this pair up to date from now on; a pair that is watched already stays as it is.

    The pair is behind until a worker has screened it. It must be screened after this transaction has committed: a
    change that is expanded in between would not find the pair.
    """
    watch, is_new = Watch.objects.get_or_create(
        tenant=tenant, principal=principal, subject=subject, defaults={"want_epoch": epoch_now()}
    )
    if is_new:
        hint("conflicts.tasks.rescore", watch_ids=[watch.pk])
    return watch


@transaction.atomic
def unwatch_pair(*, tenant: UUID, principal: Party, subject: Party) -> None:
    """Forget the pair and its screening; a pair that is not watched stays so."""
    Watch.objects.filter(tenant=tenant, principal=principal, subject=subject).delete()
