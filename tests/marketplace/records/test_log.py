"""The decision log: written with what it tells of, and for good."""

from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import ProtectedError

from marketplace.accounts.models import User
from marketplace.records.models import AppendOnlyError, LogEntry
from marketplace.records.services import OutsideTransactionError, log

pytestmark = pytest.mark.django_db

CHANGES = ("UPDATE records_logentry SET epoch = 1", "DELETE FROM records_logentry", "TRUNCATE records_logentry CASCADE")

on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's own way around a delete trigger")
on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has neither roles nor TRUNCATE")


@pytest.fixture
def entry() -> LogEntry:
    user = User.objects.create_user("ada@client.example")
    with transaction.atomic():
        return log(action="award.made", actor=user, tenant=uuid4(), subject=user, epoch=7, data={"rank": 1})


def stored(entry: LogEntry) -> str:
    return LogEntry.objects.values_list("action", flat=True).get(pk=entry.pk)


def refused(statement: str) -> str:
    """Return why the database refuses the statement."""
    with pytest.raises(DatabaseError) as refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    return str(refusal.value)


def test_a_row_says_who_did_what_to_what(entry: LogEntry) -> None:
    row = LogEntry.objects.get(pk=entry.pk)
    assert (row.actor, row.actor_label, row.action) == (entry.actor, "ada@client.example", "award.made")
    assert (row.subject_type, row.subject_id) == ("accounts.user", row.actor_id)
    assert (row.tenant, row.epoch, row.data) == (entry.tenant, 7, {"rank": 1})


def test_rows_are_numbered_as_they_come(entry: LogEntry) -> None:
    with transaction.atomic():
        later = [log(action="award.made", actor=None) for _ in range(3)]
    positions = [entry.position, *(row.position for row in later)]
    assert positions == list(range(entry.position, entry.position + 4))
    assert later[0].actor_label == "system"


@pytest.mark.django_db(transaction=True)
def test_a_row_outside_a_transaction_is_refused() -> None:
    with pytest.raises(OutsideTransactionError, match=r"award\.made was to be logged outside a transaction: call log"):
        log(action="award.made", actor=None)
    assert not LogEntry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_row_goes_with_the_change_that_it_tells_of() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        log(action="award.made", actor=None, data={"share": 1 / 0})
    assert not LogEntry.objects.exists()


def test_the_model_refuses_changes(entry: LogEntry) -> None:
    entry.action = "award.refused"
    with pytest.raises(AppendOnlyError, match="append-only"):
        entry.save()
    with pytest.raises(AppendOnlyError, match="append-only"):
        entry.delete()
    assert stored(entry) == "award.made"


def test_the_queryset_refuses_changes(entry: LogEntry) -> None:
    with pytest.raises(AppendOnlyError):
        LogEntry.objects.update(action="award.refused")
    with pytest.raises(AppendOnlyError):
        LogEntry.objects.all().delete()
    with pytest.raises(AppendOnlyError), transaction.atomic():
        LogEntry.objects.bulk_update([LogEntry(pk=entry.pk, action="award.refused")], ["action"])
    assert stored(entry) == "award.made"


def test_raw_sql_cannot_change_it(entry: LogEntry) -> None:
    assert refused("UPDATE records_logentry SET action = 'award.refused'")
    assert refused("DELETE FROM records_logentry")
    assert stored(entry) == "award.made"


@on_sqlite
def test_replacing_a_row_counts_as_deleting_it(entry: LogEntry) -> None:
    assert "append-only" in refused(
        "INSERT OR REPLACE INTO records_logentry (id, position, at, actor_label, action, subject_type, data) "
        "SELECT id, position, at, actor_label, 'award.refused', subject_type, data FROM records_logentry"
    )
    assert stored(entry) == "award.made"


@on_postgresql
@pytest.mark.parametrize("statement", CHANGES)
def test_the_app_role_lacks_the_very_privilege(statement: str, entry: LogEntry) -> None:
    assert "permission denied for table records_logentry" in refused(statement)
    assert "must be owner of table records_logentry" in refused("ALTER TABLE records_logentry DISABLE TRIGGER ALL")
    assert stored(entry) == "award.made"


@on_postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("statement", CHANGES)
def test_the_owner_is_stopped_by_triggers(statement: str, entry: LogEntry, owner: BaseDatabaseWrapper) -> None:
    with pytest.raises(DatabaseError, match="the decision log is append-only"), owner.cursor() as cursor:
        cursor.execute(statement)
    assert stored(entry) == "award.made"


def test_an_account_with_a_history_stays(entry: LogEntry) -> None:
    with pytest.raises(ProtectedError):
        User.objects.all().delete()
    assert User.objects.get() == entry.actor
