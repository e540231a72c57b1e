"""The transition checklist: begun from a default list, gone through by the client's people, kept after the alert."""

import pytest
from django.db import DatabaseError, transaction

from marketplace import watching
from marketplace.models import ConflictAlert, TransitionItem
from marketplace.records.models import LogEntry
from marketplace.records.refusals import Conflict, Invalid, Missing, Stale
from marketplace.services.engagements import end_engagement
from marketplace.services.transitions import MOST_ITEMS, ItemDraft, add_item, edit_item, remove_item
from marketplace.transition import DEFAULT_LIST, start_checklist
from tests.marketplace.market import catch_up, client, engagement, holds, member, vendor

pytestmark = pytest.mark.django_db


@pytest.fixture
def alert() -> ConflictAlert:
    made = engagement(client("google", "meta"), vendor("lab"))
    catch_up()
    holds("meta", "lab", "49")
    catch_up()
    return made.alerts.get()


def first(alert: ConflictAlert) -> TransitionItem:
    return alert.checklist.get(position=1)


def settled(item: TransitionItem, state: str = "done", note: str = "") -> ItemDraft:
    return ItemDraft(text=item.text, state=state, note=note)


def logged() -> list[str]:
    rows = LogEntry.objects.filter(action__startswith="transition.").order_by("position")
    return [action.removeprefix("transition.") for action in rows.values_list("action", flat=True)]


def test_an_alert_begins_with_the_default_list(alert: ConflictAlert) -> None:
    assert list(alert.checklist.values_list("kind", "text")) == [(str(kind), text) for kind, text in DEFAULT_LIST]
    assert [item.kind for item in alert.checklist.all()] == ["access", "data", "knowledge", "notice"]
    start_checklist(alert.pk)
    assert alert.checklist.count() == len(DEFAULT_LIST)


def test_an_alert_of_an_older_release_gets_one_by_the_next_pull(alert: ConflictAlert) -> None:
    alert.checklist.all().delete()
    assert watching.pull().listed == 1
    assert alert.checklist.count() == len(DEFAULT_LIST)
    assert watching.pull().listed == 0


@pytest.mark.parametrize("state", ["done", "not_needed"])
def test_a_member_settles_an_item_with_a_note_and_may_open_it_again(alert: ConflictAlert, state: str) -> None:
    mira, item = member(alert.client), first(alert)
    done = edit_item(actor=mira, item=item, draft=settled(item, state, "By mail."), version=1)
    assert (done.state, done.note, done.settled_by, done.version) == (state, "By mail.", mira, 2)
    assert done.settled_at is not None
    again = edit_item(actor=mira, item=item, draft=settled(item, "open"), version=2)
    assert (again.state, again.settled_by, again.settled_at) == ("open", None, None)
    assert logged() == ["edited", "edited"]


def test_a_note_alone_leaves_who_settled_it(alert: ConflictAlert) -> None:
    mira, other, item = member(alert.client), member(alert.client), first(alert)
    edit_item(actor=mira, item=item, draft=settled(item), version=1)
    noted = edit_item(actor=other, item=item, draft=settled(item, "done", "Later note."), version=2)
    assert (noted.settled_by, noted.note) == (mira, "Later note.")


def test_who_read_it_before_another_wrote_is_refused(alert: ConflictAlert) -> None:
    mira, item = member(alert.client), first(alert)
    edit_item(actor=mira, item=item, draft=settled(item), version=1)
    with pytest.raises(Stale):
        edit_item(actor=mira, item=item, draft=settled(item, "not_needed"), version=1)
    with pytest.raises(Stale):
        remove_item(actor=mira, item=item, version=1)
    assert (first(alert).state, logged()) == ("done", ["edited"])


@pytest.mark.parametrize(("text", "state"), [("", "done"), ("x" * 501, "done"), ("Text", "finished")])
def test_what_cannot_be_right_changes_nothing(alert: ConflictAlert, text: str, state: str) -> None:
    with pytest.raises(Invalid):
        edit_item(actor=member(alert.client), item=first(alert), draft=ItemDraft(text=text, state=state), version=1)
    assert (first(alert).state, first(alert).version, logged()) == ("open", 1, [])


def test_own_items_are_added_at_the_end_and_removed(alert: ConflictAlert) -> None:
    mira = member(alert.client)
    item = add_item(actor=mira, alert=alert, text="Tell the review board.")
    assert (item.kind, item.position) == ("own", len(DEFAULT_LIST) + 1)
    remove_item(actor=mira, item=item, version=1)
    assert alert.checklist.count() == len(DEFAULT_LIST)
    assert logged() == ["added", "removed"]


def test_a_default_item_is_not_removed(alert: ConflictAlert) -> None:
    with pytest.raises(Conflict, match="not needed"):
        remove_item(actor=member(alert.client), item=first(alert), version=1)
    assert first(alert).state == "open"


def test_a_list_has_an_end(alert: ConflictAlert) -> None:
    mira = member(alert.client)
    for number in range(MOST_ITEMS - len(DEFAULT_LIST)):
        add_item(actor=mira, alert=alert, text=f"Item {number}")
    with pytest.raises(Conflict, match="has 100 items"):
        add_item(actor=mira, alert=alert, text="One more")
    assert alert.checklist.count() == MOST_ITEMS


def test_another_client_s_items_do_not_exist(alert: ConflictAlert) -> None:
    stranger, item = member(client("openai")), first(alert)
    with pytest.raises(Missing):
        add_item(actor=stranger, alert=alert, text="Mine")
    with pytest.raises(Missing):
        edit_item(actor=stranger, item=item, draft=settled(item), version=1)
    with pytest.raises(Missing):
        remove_item(actor=stranger, item=item, version=1)
    assert (alert.checklist.count(), first(alert).state) == (len(DEFAULT_LIST), "open")


def test_it_goes_on_after_the_work_has_ended(alert: ConflictAlert) -> None:
    mira, item = member(alert.client), first(alert)
    end_engagement(actor=mira, engagement=alert.engagement, end="2025-01")
    assert edit_item(actor=mira, item=item, draft=settled(item), version=1).state == "done"


def test_the_database_wants_to_know_who_settled_it(alert: ConflictAlert) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        alert.checklist.update(state="done")
    with pytest.raises(DatabaseError), transaction.atomic():
        alert.checklist.update(state="finished")
