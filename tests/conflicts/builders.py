"""Small words for the stories of these tests. Everything is written through the services."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import transaction
from django.db.models import Model

from conflicts.changes import epoch_now
from conflicts.engine.bounds import PERCENT
from conflicts.epochs import next_epoch
from conflicts.models import ChangeKind, FactChange, Interest, Party, Reach
from conflicts.services import CompetitorDraft, SourceDraft, add_party, record_interest, replace_competitor_list
from marketplace.accounts.models import User
from marketplace.records import clock
from marketplace.records.models import LogEntry

TENANT = UUID("00000000-0000-4000-8000-000000000001")
OTHER_TENANT = UUID("00000000-0000-4000-8000-000000000002")
PRESS = SourceDraft(url="https://news.example/deal")
REGISTER = SourceDraft(url="https://register.example/entry", standing="register")


def party(slug: str, **more: Any) -> Party:
    return add_party(actor=None, slug=slug, name=slug.replace("-", " ").title(), **more)


def parties(*slugs: str) -> list[Party]:
    return [party(slug) for slug in slugs]


def holding(holder: Party | str, subject: Party | str, percent: int | None = None, **more: Any) -> Interest:
    """A shareholding of exactly so many percent, or of a size that is not stated."""
    share = None if percent is None else percent * PERCENT
    told: dict[str, Any] = {"type": "shareholding", "share_low": share, "share_high": share, "source": PRESS, **more}
    return record_interest(actor=None, holder=holder, subject=subject, **told)


def compete(principal: Party, *competitors: Party, tenant: UUID = TENANT) -> None:
    rows = [CompetitorDraft(competitor=competitor) for competitor in competitors]
    replace_competitor_list(actor=None, tenant=tenant, principal=principal, rows=rows)


def person(email: str) -> User:
    return User.objects.create_user(email)


def footprint() -> dict[str, int]:
    """The number of rows of every table of ours, and the epoch: equal before and after where nothing happened."""
    models: list[type[Model]] = [*apps.get_app_config("conflicts").get_models(), LogEntry]
    return {"epoch": epoch_now(), **{model.__name__: model._default_manager.count() for model in models}}


def old_change(*, seconds: int, tenant: UUID | None = None, kind: ChangeKind | None = None) -> FactChange:
    """A change that no worker has seen, committed so many seconds ago; it reaches everyone, or all of one tenant."""
    kind = kind or (ChangeKind.DATE_PASSED if tenant is None else ChangeKind.POLICY)
    at = clock.now() - dt.timedelta(seconds=seconds)
    reach = Reach.EVERY if tenant is None else Reach.TENANT
    with transaction.atomic():
        return FactChange.objects.create(kind=kind, reach=reach, tenant=tenant, at=at, epoch=next_epoch())
