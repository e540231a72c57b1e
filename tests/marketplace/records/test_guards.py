"""Triggers and privileges: from one file per database, there after every migrate."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from marketplace.records import guards

pytestmark = pytest.mark.django_db

on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no roles")


def test_the_database_has_the_triggers_of_its_file_and_no_others() -> None:
    declared = guards.declared_triggers(connection.vendor)
    assert "records_logentry_no_delete" in declared
    assert guards.installed_triggers(connection) == declared


ONE_WRITER = {
    "conflicts_party_change",
    "conflicts_reviewdecision_change",
    "conflicts_source_change",
    "vendors_vendor_change",
}
"""What needs a change beside it at the commit, for which SQLite has no trigger: it has one writer at a time."""
AGAIN = {"marketplace_award_gate_again", "marketplace_engagement_gate_again"}
"""SQLite needs a trigger for each kind of statement."""


def test_both_files_guard_the_same_tables() -> None:
    without_truncate = {name for name in guards.declared_triggers("postgresql") if not name.endswith("_no_truncate")}
    assert without_truncate - ONE_WRITER == guards.declared_triggers("sqlite") - AGAIN


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_migrate_brings_a_lost_trigger_back(owner: BaseDatabaseWrapper) -> None:
    on_table = " ON records_logentry" if owner.vendor == "postgresql" else ""
    with owner.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER records_logentry_no_delete{on_table}")
    assert "records_logentry_no_delete" not in guards.installed_triggers(connection)
    call_command("migrate", verbosity=0)
    assert guards.installed_triggers(connection) == guards.declared_triggers(connection.vendor)


@on_postgresql
def test_the_tests_run_as_the_app_role() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, tableowner FROM pg_tables WHERE tablename = 'records_logentry'")
        user, table_owner = cursor.fetchone()
    assert user == connection.settings_dict["USER"]
    assert table_owner == connections["owner"].settings_dict["USER"] != user


@on_postgresql
def test_the_app_role_may_truncate_nothing_and_make_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE has_table_privilege(oid, 'SELECT, INSERT')), "
            "count(*) FILTER (WHERE has_table_privilege(oid, 'TRUNCATE')), "
            "has_schema_privilege('public', 'CREATE') "
            "FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        readable, truncatable, may_create = cursor.fetchone()
    assert readable > 5
    assert (truncatable, may_create) == (0, False)


@on_postgresql
def test_migrating_as_the_app_role_is_refused() -> None:
    with pytest.raises(CommandError, match="On PostgreSQL the owner migrates: set DATABASE_OWNER_URL"):
        call_command("migrate", database="default", stdout=StringIO())
