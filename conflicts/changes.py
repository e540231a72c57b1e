"""The one way to write what outcomes depend on (DESIGN 3 and 5).

A writer does its work inside `fact_change`. Last before the commit the epoch is bumped under the exclusive form of an
advisory lock, so that epochs are in commit order; the gate holds the shared form while it judges and awards.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import models, transaction

from conflicts.epochs import epoch_now, epoch_shared, next_epoch, refuse_other_isolation
from conflicts.models import ChangeKind, FactChange, Party, Reach
from marketplace.accounts.models import User
from marketplace.records import clock
from marketplace.records.hints import hint
from marketplace.records.services import log

__all__ = ["epoch_now", "epoch_shared", "fact_change", "rehearsal"]

TENANT_KINDS = frozenset({ChangeKind.COMPETITOR_LIST, ChangeKind.POLICY, ChangeKind.DECISION, ChangeKind.WAIVER})
INERT_KINDS = frozenset({ChangeKind.COMPETITION, ChangeKind.LISTING, ChangeKind.CAPABILITY})
EDITING_KINDS = frozenset({ChangeKind.PARTY, ChangeKind.MERGE})


@dataclass(frozen=True)
class Part:
    """What one service wrote inside a change."""

    kind: ChangeKind
    tenant: UUID | None
    parties: frozenset[str]
    edited: frozenset[str]
    action: str
    data: Mapping[str, Any]

    @property
    def reach(self) -> Reach:
        if self.kind in TENANT_KINDS and self.tenant is not None:
            return Reach.TENANT
        return Reach.NONE if self.kind in INERT_KINDS else Reach.EVERY


@dataclass
class OpenChange:
    """A change that is being written, with the parts that have joined it so far."""

    row: FactChange
    parts: list[Part] = field(default_factory=list)


_open: ContextVar[OpenChange | None] = ContextVar("open_change", default=None)


@contextmanager
def fact_change(
    *,
    kind: ChangeKind,
    actor: User | None,
    log_action: str,
    tenant: UUID | None = None,
    parties: Iterable[Party] = (),
    edits: bool | None = None,
    data: Mapping[str, Any] | None = None,
    subject: models.Model | None = None,
    only_joined: bool = False,
) -> Iterator[FactChange]:
    """Open a transaction and yield the change by which its rows are recorded.

    The yielded row has its id and its time; it is saved at the end, with the next epoch, one log row and a hint to
    expand it. Its `data` may be added to until then. Used inside another change it joins that one, whose row is
    yielded: one event is one epoch and one log row, which tells of all parts.
    `edits` tells whether the parties themselves are edited; left out, they are in changes of parties and in merges.
    With `only_joined` the change is nothing by itself: without a part that joined, it leaves no trace.
    Raises Unavailable where the transaction is not READ COMMITTED: it would write over what it cannot see.
    """
    spoken_of = frozenset(str(party.pk) for party in parties)
    edited = spoken_of if (kind in EDITING_KINDS if edits is None else edits) else frozenset()
    part = Part(kind, tenant, spoken_of, edited, log_action, dict(data or {}))
    outer = _open.get()
    with transaction.atomic():
        if outer is not None:
            with _joined(outer, part, counts=not only_joined):
                yield outer.row
            return
        refuse_other_isolation()
        row = FactChange(kind=kind, actor=actor, tenant=tenant, at=clock.now(), data=dict(part.data))
        with _opened(OpenChange(row)) as change:
            yield row
        if change.parts or not only_joined:
            _seal(change, part, counts=not only_joined)
            log_row = {"change": row.pk, "kind": kind, **row.data}
            log(action=log_action, actor=actor, tenant=tenant, subject=subject, epoch=row.epoch, data=log_row)
            hint("conflicts.tasks.expand", change_id=row.pk)


@contextmanager
def rehearsal() -> Iterator[None]:
    """Let services run and take everything back: no epoch, no log row, no hint, and no lock on the epoch."""
    with transaction.atomic():
        row = FactChange(kind=ChangeKind.IMPORT, at=clock.now())
        try:
            with _opened(OpenChange(row)):
                yield
        finally:
            transaction.set_rollback(True)


@contextmanager
def _opened(change: OpenChange) -> Iterator[OpenChange]:
    token = _open.set(change)
    try:
        yield change
    finally:
        _open.reset(token)


@contextmanager
def _joined(outer: OpenChange, part: Part, *, counts: bool) -> Iterator[None]:
    """Keep the part, and those that join meanwhile, only if the work inside succeeds."""
    before = len(outer.parts)
    if counts:
        outer.parts.append(part)
    try:
        yield
    except BaseException:
        del outer.parts[before:]
        raise


def _seal(change: OpenChange, own: Part, *, counts: bool) -> None:
    """Give the change its place in commit order. Nothing slow may follow: every other writer waits."""
    row = change.row
    parts = [own, *change.parts] if counts else change.parts
    row.reach, row.tenant = _reach(parts, row.tenant)
    row.tenants = sorted({str(part.tenant) for part in parts if part.reach is Reach.TENANT})
    row.parties = sorted(frozenset().union(*(part.parties for part in parts)))
    row.edited = sorted(frozenset().union(*(part.edited for part in parts)))
    if change.parts:
        row.data["parts"] = [{"action": part.action, **part.data} for part in change.parts]
    row.epoch = next_epoch()
    row.save(force_insert=True)


def _reach(parts: Iterable[Part], tenant: UUID | None) -> tuple[Reach, UUID | None]:
    """The widest reach of the parts; what reaches two tenants reaches everyone."""
    wide = {part.reach for part in parts}
    tenants = {part.tenant for part in parts if part.reach is Reach.TENANT}
    if Reach.EVERY in wide or len(tenants) > 1:
        return Reach.EVERY, tenant
    return (Reach.TENANT, tenants.pop()) if tenants else (Reach.NONE, tenant)
