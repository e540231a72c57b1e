"""Writing the decision log."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models, transaction

from marketplace.records import clock
from marketplace.records.models import LogEntry

SYSTEM = "system"


class OutsideTransactionError(Exception):
    """A log row was about to be written apart from the change that it tells of."""


def log(
    *,
    action: str,
    actor: AbstractBaseUser | None,
    tenant: UUID | None = None,
    subject: models.Model | None = None,
    epoch: int | None = None,
    data: Mapping[str, Any] | None = None,
) -> LogEntry:
    """Append one row to the decision log, in the transaction of what it tells of.

    `action` is a dotted code such as `award.refused`; `actor` is None for the system itself; `data` must be JSON.
    Raises OutsideTransactionError where no transaction is open.
    """
    if not transaction.get_connection().in_atomic_block:
        raise OutsideTransactionError(
            f"{action} was to be logged outside a transaction: call log inside the transaction.atomic of the change."
        )
    return LogEntry.objects.create(
        at=clock.now(),
        epoch=epoch,
        actor_id=actor.pk if actor else None,
        actor_label=actor.get_username() if actor else SYSTEM,
        action=action,
        tenant=tenant,
        subject_type=subject._meta.label_lower if subject else "",
        subject_id=subject.pk if subject else None,
        data=dict(data or {}),
    )
