"""Staff act on alerts and checklists on behalf of a client, through the services."""

import pytest

from marketplace.models import ConflictAlert, TransitionItem
from marketplace.records.models import LogEntry
from marketplace.services.alerts import acknowledge_alert
from tests.marketplace.admin.desks import desk, page, says, staff, text_of
from tests.marketplace.market import catch_up, client, engagement, holds, member, vendor

pytestmark = pytest.mark.django_db


@pytest.fixture
def alert() -> ConflictAlert:
    made = engagement(client("google", "meta"), vendor("lab"))
    catch_up()
    holds("meta", "lab", "49")
    catch_up()
    return made.alerts.get()


def test_staff_acknowledge_and_record_a_measure(alert: ConflictAlert) -> None:
    colleague = staff()
    browser = desk(colleague)
    browser.post(page(alert, "acknowledge"), {"version": 1})
    browser.post(page(alert, "mitigate"), {"version": 2, "measure": "A firewall."})
    alert.refresh_from_db()
    assert (alert.status, alert.measure, alert.mitigated_by) == ("mitigated", "A firewall.", colleague)
    assert LogEntry.objects.get(action="alert.mitigated").actor == colleague


def test_a_page_that_was_opened_before_another_wrote_is_refused(alert: ConflictAlert) -> None:
    acknowledge_alert(actor=member(alert.client), alert=alert)
    answer = desk().post(page(alert, "mitigate"), {"version": 1, "measure": "A firewall."})
    assert says(answer, "Somebody changed this after you read it: read it again and repeat what still applies.")
    alert.refresh_from_db()
    assert alert.status == "acknowledged"


def test_staff_go_through_the_checklist(alert: ConflictAlert) -> None:
    browser = desk()
    browser.post(page(alert, "add_item"), {"text": "Tell the board."})
    item = alert.checklist.get(kind="own")
    told = {"version": 1, "text": item.text, "state": "done", "note": "Told."}
    browser.post(page(item, "edit"), told)
    item.refresh_from_db()
    assert (item.state, item.note) == ("done", "Told.")
    shown = browser.get(f"/admin/marketplace/conflictalert/{alert.pk}/change/").content.decode()
    assert "Told." in shown
    assert "&#x27;done&#x27;" not in shown
    browser.post(page(item, "remove"), {"version": 2})
    assert not TransitionItem.objects.filter(pk=item.pk).exists()


def test_an_item_that_every_list_has_stays(alert: ConflictAlert) -> None:
    item = alert.checklist.get(position=1)
    answer = desk().post(page(item, "remove"), {"version": 1})
    assert says(answer, "This item is one that every list has: say that it is not needed.")
    assert TransitionItem.objects.filter(pk=item.pk).exists()


def test_the_page_of_a_change_tells_what_it_touched() -> None:
    engagement(client("google", "meta"), vendor("lab"))
    catch_up()
    stake = holds("meta", "lab", "49")
    catch_up()
    told = " ".join(text_of(desk().get(page(stake.recorded_by))).split())
    assert "Lab: clear &rarr; <strong>blocked</strong>" in told
    assert "now open" in told
    note = holds("someone", "lab", "1")
    catch_up()
    assert "Nothing, as far as it is expanded and rescored." in text_of(desk().get(page(note.recorded_by)))
