"""What workers do for the log."""

from typing import Any

import structlog
from celery import current_app, shared_task
from celery.signals import worker_ready, worker_shutdown

from marketplace.records.anchors import anchor
from marketplace.records.sealing import seal

logger = structlog.get_logger(__name__)


@shared_task(name="marketplace.records.tasks.seal")
def seal_log() -> None:
    """Chain what has been committed to the log, and anchor the head once a minute."""
    seal()
    anchor()


@shared_task(name="marketplace.records.tasks.seal_what_came_late")
def seal_what_came_late() -> None:
    """Look for unsealed rows everywhere: one can commit long after others that have higher numbers."""
    seal(everywhere=True)
    anchor()


@worker_ready.connect
def seal_at_start(**_: Any) -> None:
    """A worker that starts first looks for what was left while none ran."""
    current_app.send_task(seal_what_came_late.name)


@worker_shutdown.connect
def anchor_at_stop(**_: Any) -> None:
    """Leave the newest head behind, whatever hinders: a worker must be able to stop."""
    try:
        anchor(at_once=True)
    except Exception:
        logger.exception("the log was not anchored")
