"""The last word of the gate is the database's: no award and no engagement begins past it, whoever writes (DESIGN 5)."""

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import F

from conflicts.changes import epoch_now
from conflicts.models import Epoch, FactChange, Interest, Party
from marketplace.models import Award, Clearance, Client, Engagement, RequestSlot
from marketplace.records import clock
from marketplace.services.awards import award
from tests.marketplace.market import client, engagement, holds, member, request, slot, vendor
from vendors.models import Vendor

pytestmark = pytest.mark.django_db

on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")


@pytest.fixture
def google() -> Client:
    return client("google", "meta")


@pytest.fixture
def lab() -> Vendor:
    return vendor("lab")


def given(google: Client, lab: Vendor, place: RequestSlot, **other: Any) -> tuple[Clearance, Award, Engagement]:
    """What an award consists of, unsaved."""
    told = {"client": google, "slot": place, "vendor": lab}
    stands = {"outcome": "clear", "epoch": epoch_now(), "decision": None}
    made = Award(**told, **stands, awarded_by=member(google), awarded_at=clock.now())
    cleared = Clearance(**{**told, **stands, "award": made, "day": clock.today(), **other})
    began = Engagement(**told, origin="award", award=made, title="Work", start="2026", outcome="clear", seen_epoch=0)
    return cleared, made, began


def refused(write: Callable[[], object], words: str) -> None:
    """Whatever it tries is refused with these words and leaves nothing behind."""
    before = [model.objects.count() for model in (Clearance, Award, Engagement, FactChange, Interest)]
    with pytest.raises(DatabaseError, match=words):
        _at_once(write)
    assert [model.objects.count() for model in (Clearance, Award, Engagement, FactChange, Interest)] == before


@transaction.atomic
def _at_once(write: Callable[[], object]) -> None:
    """Write, and let the database look at the commit's promises."""
    write()
    connection.check_constraints()


def saved(*rows: Clearance | Award | Engagement) -> None:
    for row in rows:
        row.save(force_insert=True)


def test_an_award_with_its_clearance_is_written(google: Client, lab: Vendor) -> None:
    saved(*given(google, lab, slot(request(google))))
    assert Engagement.objects.get().award == Award.objects.get()


@pytest.mark.parametrize("bulk", [False, True])
def test_an_award_without_a_clearance_is_refused(google: Client, lab: Vendor, bulk: bool) -> None:
    _, made, _ = given(google, lab, slot(request(google)))
    refused(lambda: Award.objects.bulk_create([made]) if bulk else saved(made), "without a clearance")


def test_a_clearance_of_another_award_is_none(google: Client, lab: Vendor) -> None:
    asked = request(google, slots=2)
    first, second = asked.slots.all()
    _, made, began = given(google, lab, first)
    other, _, _ = given(google, lab, second)
    refused(lambda: saved(other, made, began), "without a clearance")


@pytest.mark.parametrize("column", ["vendor", "slot", "outcome"])
def test_a_clearance_is_for_what_it_names(google: Client, lab: Vendor, column: str) -> None:
    asked = request(google, slots=2)
    first, second = asked.slots.all()
    cleared, made, began = given(google, lab, first)
    setattr(cleared, column, {"vendor": vendor("crowd"), "slot": second, "outcome": "review"}[column])
    refused(lambda: saved(cleared, made, began), "clearance")


def test_a_clearance_of_an_older_epoch_is_refused(google: Client, lab: Vendor) -> None:
    cleared, made, began = given(google, lab, slot(request(google)))
    holds("fund", "lab", "1")
    refused(lambda: saved(cleared, made, began), "facts have changed")


def test_a_clearance_of_another_day_is_refused(google: Client, lab: Vendor) -> None:
    yesterday = clock.today() - dt.timedelta(days=1)
    refused(lambda: saved(*given(google, lab, slot(request(google)), day=yesterday)), "refused")


def test_a_block_without_a_waiver_is_refused(google: Client, lab: Vendor) -> None:
    refused(lambda: saved(*given(google, lab, slot(request(google)), outcome="blocked")), "clearance")


@pytest.mark.parametrize("change", [{"vendor_id": "lab"}, {"outcome": "review"}, {"epoch": 0}])
def test_a_clearance_stays_as_it_was_given(google: Client, lab: Vendor, change: dict[str, Any]) -> None:
    saved(*given(google, lab, slot(request(google))))
    news = {name: vendor("crowd").pk if value == "lab" else value for name, value in change.items()}
    refused(lambda: Clearance.objects.update(**news), "refused|permission")
    refused(lambda: Clearance.objects.all().delete(), "refused|permission")


def test_an_award_that_was_withdrawn_comes_back_by_the_gate_only(google: Client, lab: Vendor) -> None:
    made = award(actor=member(google), slot_id=slot(request(google)).pk, vendor=lab).award
    assert made is not None
    Award.objects.update(status="withdrawn")
    forget_the_clearance()
    refused(lambda: Award.objects.update(status="active"), "without a clearance")


def forget_the_clearance() -> None:
    """All of a test is one transaction: let the epoch move, as it does between two real ones."""
    Epoch.objects.update(value=F("value") + 1)


@pytest.mark.parametrize("column", ["vendor", "title", "start", "amount_per", "end"])
def test_an_engagement_is_not_turned_into_other_work(google: Client, lab: Vendor, column: str) -> None:
    assert award(actor=member(google), slot_id=slot(request(google)).pk, vendor=lab).award
    forget_the_clearance()
    news = {"vendor": vendor("crowd"), "title": "More", "start": "2024", "amount_per": "year", "end": "2030"}
    refused(lambda: Engagement.objects.update(**{column: news[column]}), "refused|constraint")


def test_an_engagement_that_ended_does_not_run_again(google: Client, lab: Vendor) -> None:
    for running in (award(actor=member(google), slot_id=slot(request(google)).pk, vendor=lab).award, None):
        if running is None:
            engagement(google, vendor("crowd"))
        Engagement.objects.update(status="ended", end="2026")
        forget_the_clearance()
        refused(lambda: Engagement.objects.update(status="running", end=""), "refused|declared engagement")


def test_the_watch_writes_what_it_saw(google: Client, lab: Vendor) -> None:
    engagement(google, lab)
    forget_the_clearance()
    assert Engagement.objects.update(outcome="blocked", seen_epoch=9) == 1


@pytest.mark.parametrize("start", ["{day}", "{month}", "{year}"])
def test_declared_work_began_before_the_client_joined(google: Client, lab: Vendor, start: str) -> None:
    day = google.joined_on
    told = start.format(day=day, month=f"{day:%Y-%m}", year=day.year)
    row = Engagement(
        client=google, vendor=lab, origin="declared", title="Work", start=told, outcome="clear", seen_epoch=0
    )
    refused(lambda: saved(row), "before its client joined")
    row.start = f"{day.year - 1}"
    saved(row)


@pytest.mark.parametrize("news", [{"end": "2030"}, {"amount": 5, "currency": "USD"}, {"start": "2001"}])
def test_declared_work_is_never_prolonged(google: Client, lab: Vendor, news: dict[str, Any]) -> None:
    engagement(google, lab)
    refused(lambda: Engagement.objects.update(**news), "declared engagement")


def test_a_client_cannot_have_joined_later(google: Client) -> None:
    refused(lambda: Client.objects.update(joined_on=dt.date(2030, 1, 1)), "stays")


def test_a_change_has_the_epoch_that_it_brings(google: Client) -> None:
    told = {"kind": "interest", "reach": "every", "at": clock.now()}
    refused(lambda: FactChange.objects.create(epoch=epoch_now() + 5, **told), "current epoch")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL looks at the commit: the next test")
def test_a_fact_is_not_slipped_under_a_change_of_before(google: Client, lab: Vendor) -> None:
    fact = slipped_under(holds("fund", "lab", "1"))
    refused(lambda: fact.save(force_insert=True), "recorded already")


def slipped_under(row: Interest) -> Interest:
    """An unsaved fact about Meta that claims to be of the change that recorded the row."""
    told = {name: getattr(row, name) for name in ("holder", "source", "type", "recorded_by", "recorded_at")}
    return Interest(id=uuid4(), subject=Party.objects.get(slug="meta"), **told)


@on_postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", ["fact", "party", "vendor"])
def test_what_outcomes_depend_on_is_written_beside_a_change(google: Client, lab: Vendor, table: str) -> None:
    fact = slipped_under(holds("fund", "lab", "1"))
    writes: dict[str, Callable[[], object]] = {
        "fact": lambda: fact.save(force_insert=True),
        "party": lambda: Party.objects.filter(slug="fund").update(resolved=False),
        "vendor": lambda: Vendor.objects.update(status="suspended"),
    }
    refused(writes[table], "without a change of facts")


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_another_isolation_gets_no_clearance(google: Client, lab: Vendor) -> None:
    rows = given(google, lab, slot(request(google)))

    def in_a_snapshot() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        saved(*rows)

    refused(in_a_snapshot, "READ COMMITTED")


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_clearance_serves_its_own_transaction_only(google: Client, lab: Vendor) -> None:
    cleared, made, began = given(google, lab, slot(request(google)))
    with transaction.atomic():
        saved(cleared, made)
    refused(lambda: saved(began), "without a clearance")
