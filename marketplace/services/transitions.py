"""Going through an alert's checklist. Everything is written by members of its client, or by staff on its behalf."""

from dataclasses import dataclass

from django.db import transaction

from conflicts.drafts import refuse
from marketplace.accounts.models import User
from marketplace.membership import NOT_FOUND, may_write_for
from marketplace.models import ConflictAlert, ItemKind, ItemState, TransitionItem
from marketplace.records import clock
from marketplace.records.refusals import Conflict, Missing, refuse_stale
from marketplace.records.services import log
from marketplace.transition import next_position
from vendors.validation import field_problems

MOST_ITEMS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDraft:
    """What an item says."""

    text: str
    state: str = ItemState.OPEN
    note: str = ""


@transaction.atomic
def add_item(*, actor: User, alert: ConflictAlert, text: str) -> TransitionItem:
    """Put an item of the client's own at the end. Raises Invalid for an empty or long text, Missing for a stranger."""
    may_write_for(actor, alert.client)
    held = ConflictAlert.objects.select_for_update(no_key=True).get(pk=alert.pk)
    if held.checklist.count() >= MOST_ITEMS:
        raise Conflict(f"The checklist has {MOST_ITEMS} items: remove one before you add another.", code="list_full")
    item = TransitionItem(
        alert=held, client_id=held.client_id, position=next_position(held), kind=ItemKind.OWN, text=text
    )
    refuse(field_problems(item, "text"))
    item.save(force_insert=True)
    _log("transition.added", actor, item)
    return item


@transaction.atomic
def edit_item(*, actor: User, item: TransitionItem, draft: ItemDraft, version: int) -> TransitionItem:
    """Say what an item asks for and how it stands; whoever settles it is kept with the time.

    Raises Invalid for what cannot be right, Stale where somebody changed it after `version`, Missing for a stranger.
    """
    row = _held(actor, item, version)
    settles = draft.state != row.state
    row.text, row.state, row.note = draft.text, draft.state, draft.note
    refuse(field_problems(row, "text", "state", "note"))
    if settles:
        is_open = row.state == ItemState.OPEN
        row.settled_by, row.settled_at = (None, None) if is_open else (actor, clock.now())
    row.version += 1
    row.save()
    _log("transition.edited", actor, row)
    return row


@transaction.atomic
def remove_item(*, actor: User, item: TransitionItem, version: int) -> None:
    """Take an item of the client's own off the list. Raises Conflict for one of the default list, and as edit_item."""
    row = _held(actor, item, version)
    if row.kind != ItemKind.OWN:
        raise Conflict("This item is one that every list has: say that it is not needed.", code="default_item")
    _log("transition.removed", actor, row)
    row.delete()


def _held(actor: User, item: TransitionItem, version: int) -> TransitionItem:
    may_write_for(actor, item.client)
    row = TransitionItem.objects.select_for_update(no_key=True).filter(pk=item.pk).first()
    if row is None:
        raise Missing(NOT_FOUND)
    refuse_stale(row.version, version)
    return row


def _log(action: str, actor: User, item: TransitionItem) -> None:
    data = {"alert": item.alert_id, "kind": item.kind, "position": item.position, "state": item.state}
    log(action=action, actor=actor, tenant=item.client_id, subject=item, data=data)
