"""Reading what compliance staff may read, but not unseen (DESIGN 6)."""

from collections.abc import Mapping

from django.db import models, transaction

from marketplace.accounts.models import User
from marketplace.records.services import log


@transaction.atomic
def log_reading(*, actor: User, noun: str, row: models.Model | None, asked: Mapping[str, str]) -> None:
    """Keep who read a row, or a list of such rows, and what was asked: filters and the reason, where one was given."""
    tenant = getattr(row, "tenant", None)
    log(action=f"{noun}.read", actor=actor, tenant=tenant, subject=row, data={"asked": dict(asked)})
