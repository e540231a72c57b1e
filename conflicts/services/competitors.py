"""A client's competitor list for one of its parties. Nobody else may learn of it (DESIGN 6)."""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from conflicts.changes import fact_change
from conflicts.drafts import PartyReference, refuse
from conflicts.models import ChangeKind, CompetitorDeclaration, FactChange, Party
from conflicts.services.parties import find_party
from conflicts.versions import hold_party, insert, supersede
from marketplace.accounts.models import User
from marketplace.records.refusals import Conflict, Invalid

LONGEST_SEGMENT = 100


@dataclass(frozen=True, kw_only=True)
class CompetitorDraft:
    """A competitor to declare, in a segment that explains and sorts."""

    competitor: PartyReference
    segment: str = ""
    note: str = ""


def declare_competitor(
    *,
    actor: User | None,
    tenant: UUID,
    principal: Party,
    competitor: PartyReference,
    segment: str = "",
    note: str = "",
) -> CompetitorDeclaration:
    """Add one competitor to the list.

    Raises Invalid for an unknown party or the principal itself, Conflict for one that is on the list in that segment.
    """
    draft = CompetitorDraft(competitor=competitor, segment=segment, note=note)
    row = _unsaved(tenant, principal, draft, "competitor")
    with _change(actor, "competitor.declared", tenant, principal, added=[row]) as change:
        current = CompetitorDeclaration.objects.of(tenant=tenant, principal=principal)
        if current.filter(competitor=row.competitor, segment=row.segment).exists():
            raise Conflict(f"{row.competitor} is on the list in that segment already.", code="told_twice")
        return _stored(row, change)


def withdraw_competitor(*, actor: User | None, declaration: CompetitorDeclaration) -> None:
    """Take one competitor off the list; raises Conflict for a declaration that does not stand any more."""
    tenant, principal = declaration.tenant, declaration.principal
    with _change(actor, "competitor.withdrawn", tenant, principal, removed=[declaration]) as change:
        supersede(declaration, change)


@transaction.atomic
def replace_competitor_list(
    *, actor: User | None, tenant: UUID, principal: Party, rows: Sequence[CompetitorDraft]
) -> list[CompetitorDeclaration]:
    """Make the list exactly these rows, under one epoch, and return it; the same list again writes nothing.

    Raises Invalid with fields named `rows[0].competitor`.
    """
    wanted = _wanted(tenant, principal, rows)
    hold_party(principal)
    current = {_key(row): row for row in CompetitorDeclaration.objects.of(tenant=tenant, principal=principal)}
    added = [row for key, row in wanted.items() if key not in current]
    removed = [row for key, row in current.items() if key not in wanted]
    if added or removed:
        with _change(actor, "competitor_list.replaced", tenant, principal, added=added, removed=removed) as change:
            for row in removed:
                supersede(row, change)
            for row in added:
                _stored(row, change)
    return list(CompetitorDeclaration.objects.of(tenant=tenant, principal=principal))


def _wanted(
    tenant: UUID, principal: Party, rows: Sequence[CompetitorDraft]
) -> dict[tuple[UUID, str, str], CompetitorDeclaration]:
    wanted: dict[tuple[UUID, str, str], CompetitorDeclaration] = {}
    for place, draft in enumerate(rows):
        field = f"rows[{place}].competitor"
        row = _unsaved(tenant, principal, draft, field)
        same = [key for key in wanted if key[:2] == (row.competitor_id, row.segment)]
        refuse({field: f"{row.competitor} stands twice in the list: leave one out."} if same else {})
        wanted[_key(row)] = row
    return wanted


def _key(row: CompetitorDeclaration) -> tuple[UUID, str, str]:
    return (row.competitor_id, row.segment, row.note)


def _unsaved(tenant: UUID, principal: Party, draft: CompetitorDraft, field: str) -> CompetitorDeclaration:
    competitor = find_party(draft.competitor, field)
    if competitor == principal:
        raise Invalid({field: f"{principal} does not compete with itself: name another party."})
    if len(draft.segment) > LONGEST_SEGMENT:
        raise Invalid({field: f"A segment has at most {LONGEST_SEGMENT} characters: shorten it."})
    return CompetitorDeclaration(
        tenant=tenant, principal=principal, competitor=competitor, segment=draft.segment, note=draft.note
    )


def _stored(row: CompetitorDeclaration, change: FactChange) -> CompetitorDeclaration:
    row.recorded_by, row.recorded_at = change, change.at
    insert(row)
    return row


def _change(
    actor: User | None,
    action: str,
    tenant: UUID,
    principal: Party,
    *,
    added: Iterable[CompetitorDeclaration] = (),
    removed: Iterable[CompetitorDeclaration] = (),
) -> AbstractContextManager[FactChange]:
    """A change that tells in the log whom the list gained and lost."""
    gained, lost = ([row.competitor for row in rows] for rows in (added, removed))
    return fact_change(
        kind=ChangeKind.COMPETITOR_LIST,
        actor=actor,
        tenant=tenant,
        log_action=action,
        parties=(principal, *gained, *lost),
        subject=principal,
        data={
            "principal": principal.slug,
            "added": [party.slug for party in gained],
            "removed": [party.slug for party in lost],
        },
    )
