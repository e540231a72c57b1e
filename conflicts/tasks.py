"""What workers do for conflicts. A task is a hint come true: all that it needs is in the database."""

from uuid import UUID

from celery import shared_task
from django.conf import settings

from conflicts.expansion import expand_changes
from conflicts.exposing import refresh_exposures
from conflicts.models import Overview
from conflicts.rescoring import chunks, rescore_watches
from marketplace.records.hints import hint


@shared_task
def expand(*, change_id: str) -> None:  # noqa: ARG001 - it says that something waits, not what
    """Expand what waits to be and have the pairs that it reaches rescored."""
    for chunk in chunks(expand_changes().watch_ids):
        hint("conflicts.tasks.rescore", watch_ids=chunk)


@shared_task
def rescore(*, watch_ids: list[str]) -> None:
    """Rescore the pairs that are behind, and hint that there may be news to whoever pulls them."""
    done = rescore_watches([UUID(watch_id) for watch_id in watch_ids])
    if done and settings.CONFLICTS_RESCORED_HINT:
        hint(settings.CONFLICTS_RESCORED_HINT)


@shared_task
def expose() -> None:
    """Bring the stored exposures up to the facts of now."""
    refresh_exposures()


@shared_task
def mend_overviews() -> None:
    """Write every overview anew from the rows, after workers of a release without overviews have run."""
    Overview.objects.mend_all()
