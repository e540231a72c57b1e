"""Reading what compliance staff may read, but not unseen (DESIGN 6)."""

from collections.abc import Mapping
from uuid import UUID

from django.db import models, transaction

from marketplace.accounts.models import User
from marketplace.records.services import log


@transaction.atomic
def log_view(
    *, actor: User, noun: str, tenant: UUID | None, row: models.Model | None, asked: Mapping[str, str]
) -> None:
    """Keep who saw a row, or a list of such rows, and what was asked: filters and the reason, where one was given.

    `tenant` is the client that it belongs to; None for what is no client's, and for a list of several clients' rows.
    """
    log(action=f"{noun}.viewed", actor=actor, tenant=tenant, subject=row, data={"asked": dict(asked)})
