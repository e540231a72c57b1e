"""What workers do for the client side. Each task finds its work in the database; ids only say where to begin."""

from typing import Any
from uuid import UUID

from celery import current_app, shared_task
from celery.signals import worker_ready

from conflicts.sweeping import sweep_conflicts
from marketplace import matching, notices, watching


@shared_task(name="marketplace.tasks.pull")
def pull() -> None:
    """Bring matches, engagements and alerts up to date with the screenings."""
    watching.pull()


@shared_task(name="marketplace.tasks.sweep")
def sweep() -> None:
    """Find and do whatever is behind, lost messages or not; safe to run as often as one likes."""
    try:
        sweep_conflicts()
    finally:
        # What is screened already must reach its client, whatever holds up the rest.
        watching.pull()


@shared_task(name="marketplace.tasks.rank_request")
def rank_request(*, request_id: str) -> None:
    """Bring the matches of one request up to date."""
    matching.rank_request(UUID(request_id))


@shared_task(name="marketplace.notices.send")
def send_notices() -> None:
    """Send the e-mails that are due, those that failed before included."""
    notices.send_due()


@worker_ready.connect
def sweep_at_start(**_: Any) -> None:
    """A worker that starts first looks for what was left while none ran."""
    for name in ("marketplace.tasks.sweep", "marketplace.notices.send"):
        current_app.send_task(name)
