"""The sealer chains what is committed, one at a time, and nobody waits for it."""

from collections.abc import Iterator
from contextlib import closing
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F

from marketplace.records import sealing
from marketplace.records.chain import COLUMNS, FORM, GENESIS, Head, head
from marketplace.records.models import AppendOnlyError, LogEntry, LogSeal
from marketplace.records.sealing import SEAL_LOCK, seal
from marketplace.records.services import log
from marketplace.records.verification import Verification
from tests.database import own_connection
from tests.marketplace.records.forgery import told

pytestmark = pytest.mark.django_db

CHANGES = (
    "UPDATE records_logseal SET number = number + 1",
    "DELETE FROM records_logseal",
    "TRUNCATE records_logseal",
)

on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer and no roles")


@pytest.fixture
def other(transactional_db: None) -> Iterator[BaseDatabaseWrapper]:
    """Another connection of the app."""
    with closing(own_connection("default")) as connection:
        yield connection


def sealed() -> list[str]:
    """The actions in the order of the chain."""
    return list(LogSeal.objects.order_by("number").values_list("entry__action", flat=True))


def refused(statement: str) -> str:
    with pytest.raises(DatabaseError) as refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    return str(refusal.value)


def test_rows_are_sealed_in_order_under_numbers_without_a_gap() -> None:
    told("request.posted", "award.refused")
    assert seal() == 2
    told("award.made")
    assert seal() == 1
    assert sealed() == ["request.posted", "award.refused", "award.made"]
    assert list(LogSeal.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3]


def test_what_is_sealed_is_not_sealed_again() -> None:
    told("award.made")
    assert (seal(), seal(), seal(everywhere=True)) == (1, 0, 0)
    assert head().number == 1


def test_nothing_to_seal_leaves_the_chain_empty() -> None:
    assert seal() == 0
    assert (head().number, head().hash) == (0, GENESIS)


def test_batches_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "BATCH", 2)
    monkeypatch.setattr(sealing, "BATCHES", 2)
    told("a", "b", "c", "d", "e")
    assert (seal(), seal(), seal()) == (4, 1, 0)
    assert sealed() == ["a", "b", "c", "d", "e"]
    assert not list(Verification().flaws())


def test_a_hash_hangs_on_the_one_before_it() -> None:
    told("award.made", "award.made")
    seal()
    one, other = LogSeal.objects.order_by("number")
    assert one.hash != other.hash
    assert one.form == other.form == FORM


def test_every_column_of_a_row_is_hashed() -> None:
    assert set(COLUMNS[FORM]) == {field.column for field in LogEntry._meta.concrete_fields}


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_leaves_a_gap_in_the_rows_and_none_in_the_seals() -> None:
    told("award.made")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        log(action="award.refused", actor=None, data={"share": 1 / 0})
    told("award.refused")
    seal()
    assert list(LogSeal.objects.order_by("number").values_list("number", "entry__action")) == [
        (1, "award.made"),
        (2, "award.refused"),
    ]
    assert not list(Verification().flaws())


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_row_that_commits_late_is_sealed_behind_the_others(other: BaseDatabaseWrapper) -> None:
    with other.cursor() as cursor:
        cursor.execute(
            "BEGIN; INSERT INTO records_logentry (id, at, actor_label, action, subject_type, data) "
            "VALUES (gen_random_uuid(), now(), 'system', 'slow.writer', '', '{}')"
        )
        told("quick.writer")
        # The open transaction holds nothing up, and its row is nobody's business yet.
        assert seal() == 1
        cursor.execute("COMMIT")
    assert seal() == 1
    assert sealed() == ["quick.writer", "slow.writer"]
    assert [row.action for row in LogEntry.objects.order_by("position")] == ["slow.writer", "quick.writer"]
    assert not list(Verification().flaws())


def test_a_row_far_below_is_found_by_the_full_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "NEAR", 0)
    told("late", "on.time")
    late, on_time = LogEntry.objects.order_by("position")
    LogSeal.objects.create(number=1, entry=on_time, hash="0" * 64)
    assert seal() == 0
    assert seal(everywhere=True) == 1
    assert late.seal.number == 2


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_second_sealer_goes_home(other: BaseDatabaseWrapper) -> None:
    told("award.made")
    with other.cursor() as cursor:
        cursor.execute("BEGIN; SELECT pg_advisory_xact_lock(%s)", [SEAL_LOCK])
        assert seal() == 0
        assert not LogSeal.objects.exists()
        cursor.execute("ROLLBACK")
    assert seal() == 1


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_no_writer_waits_for_the_sealer(other: BaseDatabaseWrapper) -> None:
    told("award.made")
    seal()
    with other.cursor() as cursor:
        # A sealer that stands still in the middle of its batch.
        cursor.execute("BEGIN; SELECT pg_advisory_xact_lock(%s)", [SEAL_LOCK])
        told("award.refused")
        cursor.execute(
            "INSERT INTO records_logseal (number, entry_id, hash) SELECT 2, id, repeat('0', 64) "
            "FROM records_logentry WHERE action = 'award.refused'"
        )
        with connection.cursor() as writer:
            writer.execute("SET lock_timeout = '2s'")
            told("alert.opened")
            writer.execute("RESET lock_timeout")
        cursor.execute("ROLLBACK")
    assert LogEntry.objects.count() == 3
    assert seal() == 2


def test_a_seal_is_for_good() -> None:
    told("award.made")
    seal()
    found = LogSeal.objects.get()
    with pytest.raises(AppendOnlyError):
        found.save()
    with pytest.raises(AppendOnlyError):
        found.delete()
    with pytest.raises(AppendOnlyError):
        LogSeal.objects.update(number=F("number") + 1)
    with pytest.raises(AppendOnlyError):
        LogSeal.objects.all().delete()
    assert head() == Head(found.number, found.hash)


@pytest.mark.parametrize("statement", CHANGES[:2])
def test_raw_sql_cannot_change_a_seal(statement: str) -> None:
    told("award.made")
    seal()
    assert refused(statement)
    assert head().number == 1


@pytest.mark.parametrize("number", [1, 3])
def test_a_seal_out_of_turn_is_refused(number: int) -> None:
    told("award.made", "award.refused")
    one, other = LogEntry.objects.order_by("position")
    LogSeal.objects.create(number=1, entry=one, hash="0" * 64)
    with pytest.raises(DatabaseError, match="numbered without a gap"), transaction.atomic():
        LogSeal.objects.create(number=number, entry=other, hash="0" * 64)
    assert head().number == 1


@on_postgresql
@pytest.mark.parametrize("statement", CHANGES)
def test_the_app_role_lacks_the_very_privilege(statement: str) -> None:
    told("award.made")
    seal()
    assert "permission denied for table records_logseal" in refused(statement)
    assert head().number == 1


@on_postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("statement", CHANGES)
def test_the_owner_is_stopped_by_triggers(statement: str, owner: BaseDatabaseWrapper) -> None:
    told("award.made")
    seal()
    with pytest.raises(DatabaseError, match="the decision log is append-only"), owner.cursor() as cursor:
        cursor.execute(statement)
    assert head().number == 1


def test_the_sweep_by_hand_seals_too() -> None:
    told("award.made")
    call_command("sweep", stdout=StringIO())
    assert "award.made" in sealed()
    assert head().number == LogEntry.objects.count()
