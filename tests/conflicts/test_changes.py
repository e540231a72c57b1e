"""One event is one epoch, and epochs are in commit order."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from conflicts.changes import epoch_now, epoch_shared, fact_change, rehearsal
from conflicts.epochs import NoTransactionError
from conflicts.models import ChangeKind, FactChange, Interest, Party, Reach
from marketplace.records.models import LogEntry
from marketplace.records.refusals import Unavailable
from tests.conflicts.builders import OTHER_TENANT, TENANT, footprint, holding, parties, party

on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")


@contextmanager
def listing() -> Iterator[FactChange]:
    with fact_change(kind=ChangeKind.LISTING, actor=None, log_action="listing.saved") as change:
        yield change


def add_and_fail(slug: str) -> None:
    with fact_change(kind=ChangeKind.PARTY, actor=None, log_action="party.mistaken"):
        party(slug)
        raise ZeroDivisionError


@pytest.mark.django_db
def test_a_change_is_kept_with_its_epoch_and_one_log_row() -> None:
    meta = party("meta")
    with fact_change(
        kind=ChangeKind.PARTY, actor=None, log_action="party.renamed", parties=[meta], data={"was": "facebook"}
    ) as change:
        assert not FactChange.objects.filter(pk=change.pk).exists()
    change.refresh_from_db()
    assert (change.epoch, change.parties, change.data) == (2, [str(meta.pk)], {"was": "facebook"})
    entry = LogEntry.objects.get(action="party.renamed")
    assert (entry.epoch, entry.data["change"], entry.data["was"]) == (2, str(change.pk), "facebook")


@pytest.mark.django_db
def test_a_change_inside_a_change_joins_it() -> None:
    with fact_change(kind=ChangeKind.APPLICATION, actor=None, log_action="application.approved") as outer:
        scale, outlier = parties("scale-ai", "outlier")
        interest = holding(scale, outlier, 100)
    assert interest.recorded_by_id == outer.pk
    assert FactChange.objects.get().epoch == epoch_now() == 1
    assert LogEntry.objects.get().data["parts"][2]["interest"] == str(interest.pk)
    assert {str(scale.pk), str(outlier.pk)} == set(FactChange.objects.get().parties)


@pytest.mark.django_db
def test_a_part_that_failed_leaves_nothing_in_the_change() -> None:
    with fact_change(kind=ChangeKind.APPLICATION, actor=None, log_action="application.approved"):
        party("scale-ai")
        with pytest.raises(ZeroDivisionError):
            add_and_fail("outlier")
    assert [part["action"] for part in FactChange.objects.get().data["parts"]] == ["party.added"]
    assert list(Party.objects.values_list("slug", flat=True)) == ["scale-ai"]


@pytest.mark.django_db
def test_a_change_that_fails_leaves_no_trace() -> None:
    before = footprint()
    with pytest.raises(ZeroDivisionError):
        add_and_fail("meta")
    assert footprint() == before
    party("meta")
    assert epoch_now() == 1


@pytest.mark.django_db
def test_a_wrapper_without_parts_leaves_no_trace() -> None:
    before = footprint()
    with fact_change(kind=ChangeKind.IMPORT, actor=None, log_action="nothing", only_joined=True):
        pass
    assert footprint() == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kinds", "reach"),
    [
        ([ChangeKind.LISTING], Reach.NONE),
        ([ChangeKind.LISTING, ChangeKind.POLICY], Reach.TENANT),
        ([ChangeKind.POLICY, ChangeKind.COMPETITOR_LIST], Reach.TENANT),
        ([ChangeKind.POLICY, ChangeKind.INTEREST], Reach.EVERY),
        ([ChangeKind.DATE_PASSED], Reach.EVERY),
    ],
)
def test_a_change_reaches_as_far_as_its_farthest_part(kinds: list[ChangeKind], reach: Reach) -> None:
    with fact_change(kind=ChangeKind.IMPORT, actor=None, log_action="parts", only_joined=True) as change:
        for kind in kinds:
            with fact_change(kind=kind, actor=None, log_action="part", tenant=TENANT):
                pass
    assert change.reach == reach
    assert change.tenant == (TENANT if reach == Reach.TENANT else None)


@pytest.mark.django_db
def test_a_change_for_two_tenants_reaches_everyone() -> None:
    with fact_change(kind=ChangeKind.IMPORT, actor=None, log_action="parts", only_joined=True) as change:
        for tenant in (TENANT, OTHER_TENANT):
            with fact_change(kind=ChangeKind.POLICY, actor=None, log_action="part", tenant=tenant):
                pass
    assert change.reach == Reach.EVERY


@pytest.mark.django_db
def test_a_rehearsal_takes_everything_back() -> None:
    before = footprint()
    with rehearsal():
        meta, scale = parties("meta", "scale-ai")
        holding(meta, scale, 49)
        assert Interest.objects.count() == 1
    assert footprint() == before
    party("meta")
    assert epoch_now() == 1


@pytest.mark.django_db(transaction=True)
def test_the_epoch_is_not_held_outside_a_transaction() -> None:
    with pytest.raises(NoTransactionError, match="call it inside one"):
        epoch_shared()


@on_postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_another_isolation_level_is_refused(level: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET TRANSACTION ISOLATION LEVEL {level}")
        with pytest.raises(Unavailable, match=f"{level}.*READ COMMITTED"):
            epoch_shared()
        with pytest.raises(Unavailable), listing():
            pytest.fail("the change was opened")
    assert epoch_now() == 0


def in_threads(work: list[threading.Thread]) -> None:
    for thread in work:
        thread.start()
    for thread in work:
        thread.join(timeout=30)
        assert not thread.is_alive()


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_change_waits_for_who_holds_the_epoch() -> None:
    steps: list[str] = []
    held = threading.Event()

    def write() -> None:
        held.wait()
        with listing():
            steps.append("written")
        steps.append("committed")
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    with transaction.atomic():
        before = epoch_shared()
        held.set()
        writer.join(timeout=0.5)
        assert (steps, epoch_now()) == (["written"], before)
    writer.join(timeout=30)
    assert (steps[-1], epoch_now()) == ("committed", before + 1)


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_holders_do_not_wait_for_each_other() -> None:
    seen: list[int] = []

    def hold() -> None:
        with transaction.atomic():
            seen.append(epoch_shared())
        connection.close()

    with transaction.atomic():
        epoch_shared()
        in_threads([threading.Thread(target=hold) for _ in range(3)])
    assert seen == [0, 0, 0]


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_epochs_are_in_commit_order() -> None:
    """A reader that sees an epoch sees every change up to it, whoever began first."""
    gaps: list[set[int]] = []

    def write() -> None:
        for _ in range(25):
            with listing():
                pass
        connection.close()

    writers = [threading.Thread(target=write) for _ in range(2)]
    for thread in writers:
        thread.start()
    while any(thread.is_alive() for thread in writers):
        epoch = epoch_now()
        gaps.append(set(range(1, epoch + 1)) - set(FactChange.objects.values_list("epoch", flat=True)))
    assert epoch_now() == FactChange.objects.count() == 50
    assert [gap for gap in gaps if gap] == []


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_who_committed_first_has_the_lower_epoch() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        with listing() as change:
            slow_change.append(change)
            begun.set()
            go_on.wait()
        connection.close()

    slow_change: list[FactChange] = []
    thread = threading.Thread(target=slow)
    thread.start()
    begun.wait()
    with listing() as quick:
        pass
    go_on.set()
    thread.join(timeout=30)
    assert quick.epoch < slow_change[0].epoch
