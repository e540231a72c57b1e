"""Hints to the workers. What must not be lost is a row in the database; a hint only makes it quicker."""

from functools import partial
from time import monotonic
from uuid import UUID

import structlog
from celery import current_app
from django.db import transaction

QUIET_SECONDS = 5.0

logger = structlog.get_logger(__name__)


class _Broker:
    """Remembers a failure for some seconds, so that a frozen broker holds up one request and not every one."""

    def __init__(self) -> None:
        self.quiet_until = 0.0

    def publish(self, task_name: str, ids: dict[str, str | int | list[str]]) -> None:
        if monotonic() < self.quiet_until:
            return
        try:
            # Whoever waits for this has committed: a broker that is frozen gets one socket timeout, not three.
            current_app.send_task(task_name, kwargs=ids, retry=False)
        except Exception as error:  # noqa: BLE001 - whatever the broker does, business goes on
            self.quiet_until = monotonic() + QUIET_SECONDS
            logger.warning("hint lost, the sweep will find the work", task=task_name, error=str(error))


broker = _Broker()


def hint(task_name: str, **ids: UUID | str | int | list[UUID]) -> None:
    """Ask for a task by name once the open transaction has committed; never raises for the broker's sake.

    A transaction that rolls back sends nothing. Only ids travel: the task reads the rest from the database.
    """
    sent = {name: _plain(value) for name, value in ids.items()}
    transaction.on_commit(partial(broker.publish, task_name, sent))


def _plain(value: UUID | str | int | list[UUID]) -> str | int | list[str]:
    if isinstance(value, list):
        return [str(one) for one in value]
    return value if isinstance(value, int) else str(value)
