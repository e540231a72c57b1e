"""Each wrong state of the database is really set up, refused with a sentence, and gone again."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from django.core.checks import CheckMessage
from django.core.management import call_command
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

from marketplace.records.preflight import database
from tests.database import own_connection

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no roles and one isolation")

EVERY = (database.isolation, database.role, database.migrations, database.triggers)


def told(**credentials: str) -> list[str]:
    """Return what a process that starts now is told by every check of the database."""
    with closing(own_connection("default")) as fresh:
        fresh.settings_dict = {**fresh.settings_dict, **credentials}
        assert database.reachable(fresh) == []
        found: list[CheckMessage] = [problem for check in EVERY for problem in check(fresh)]
    return [problem.msg for problem in found]


def run(on: BaseDatabaseWrapper, statement: str, *names: str) -> None:
    with on.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)) if names else statement)


@contextmanager
def superuser() -> Iterator[BaseDatabaseWrapper]:
    """The superuser of deploy/dev/servers.sh; a server of one's own keeps its secret to itself."""
    secret = Path(connection.settings_dict["HOST"], "superuser.secret")
    if not os.access(secret, os.R_OK):
        pytest.skip("Only the private servers of deploy/dev/servers.sh lend their superuser.")
    with closing(own_connection("default")) as mighty:
        as_superuser = {"USER": "postgres", "PASSWORD": secret.read_text().strip()}
        mighty.settings_dict = {**mighty.settings_dict, **as_superuser}
        yield mighty


@contextmanager
def second_role(*powers: str) -> Iterator[dict[str, str]]:
    """Another role that can log in, with powers that no app role should have."""
    name, secret = "armslength_bold", "for-one-test"
    with superuser() as mighty:
        run(mighty, f"CREATE ROLE {{}} LOGIN {' '.join(powers)} PASSWORD '{secret}'", name)
        try:
            run(mighty, f"GRANT CONNECT ON DATABASE {{}} TO {name}", connection.settings_dict["NAME"])
            run(mighty, f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {name}")
            yield {"USER": name, "PASSWORD": secret}
        finally:
            run(mighty, f"DROP OWNED BY {name}")
            run(mighty, f"DROP ROLE {name}")


def test_the_database_of_the_tests_is_right(owner: BaseDatabaseWrapper) -> None:
    assert told() == []


@on_postgresql
@pytest.mark.parametrize("where", ['DATABASE "{name}"', 'ROLE "{app}"', 'ROLE "{app}" IN DATABASE "{name}"'])
def test_another_isolation_is_refused_with_the_statement_that_mends_it(where: str, owner: BaseDatabaseWrapper) -> None:
    place = where.format(name=connection.settings_dict["NAME"], app=connection.settings_dict["USER"])
    # A role may set defaults of its own, the owner those of its database.
    on = owner if where.startswith("DATABASE") else connection
    run(on, f"ALTER {place} SET default_transaction_isolation = 'repeatable read'")
    try:
        (sentence,) = told()
    finally:
        run(on, f"ALTER {place} RESET default_transaction_isolation")
    assert sentence == (
        "Transactions begin as REPEATABLE READ here and would go by old snapshots: "
        f"run ALTER {place} RESET default_transaction_isolation."
    )
    assert told() == []


@on_postgresql
def test_an_isolation_asked_for_in_the_address_is_refused() -> None:
    options = {**connection.settings_dict["OPTIONS"], "options": "-c default_transaction_isolation=serializable"}
    with closing(own_connection("default")) as fresh:
        fresh.settings_dict = {**fresh.settings_dict, "OPTIONS": options}
        (problem,) = database.isolation(fresh)
    assert problem.msg.endswith("take default_transaction_isolation out of DATABASE_URL and PGOPTIONS.")


@on_postgresql
@pytest.mark.parametrize("right", ["UPDATE", "DELETE", "TRUNCATE", "UPDATE (data)"])
def test_an_app_role_that_may_change_the_log_is_refused(right: str, owner: BaseDatabaseWrapper) -> None:
    app = connection.settings_dict["USER"]
    run(owner, f"GRANT {right} ON records_logentry TO {{}}", app)
    try:
        (sentence,) = told()
    finally:
        run(owner, f"REVOKE {right} ON records_logentry FROM {{}}", app)
    assert sentence.startswith(
        f"The app role {app} may {right.split(maxsplit=1)[0]} in the decision log, which is append-only: run"
    )
    assert told() == []


@on_postgresql
def test_an_app_role_that_owns_a_table_is_refused(owner: BaseDatabaseWrapper) -> None:
    app = connection.settings_dict["USER"]
    run(owner, "GRANT CREATE ON SCHEMA public TO {}", app)
    run(connection, "CREATE TABLE own_table (id int)")
    try:
        (sentence,) = told()
    finally:
        run(connection, "DROP TABLE own_table")
        run(owner, "REVOKE CREATE ON SCHEMA public FROM {}", app)
    assert sentence.startswith(f"The app role {app} owns 1 tables (own_table ...): give them to the owner role")
    assert told() == []


@on_postgresql
@pytest.mark.parametrize("power", ["SUPERUSER", "BYPASSRLS", "CREATEROLE"])
def test_a_role_with_powers_is_refused(power: str) -> None:
    with second_role(power) as mighty:
        (sentence,) = told(**mighty)
    assert sentence == (
        f'The app role armslength_bold is {power} and could change the log: run ALTER ROLE "armslength_bold" NO{power}.'
    )


@on_postgresql
def test_a_role_within_the_owner_role_owns_what_that_one_owns() -> None:
    with second_role() as plain:
        assert told(**plain) == []
        with superuser() as mighty:
            run(mighty, "GRANT {} TO armslength_bold", connections["owner"].settings_dict["USER"])
        (sentence,) = told(**plain)
    assert "take the app role out of that role" in sentence


def test_a_lost_trigger_is_refused(owner: BaseDatabaseWrapper) -> None:
    on_table = " ON records_logentry" if owner.vendor == "postgresql" else ""
    run(owner, f"DROP TRIGGER records_logentry_no_delete{on_table}")
    (sentence,) = told()
    assert sentence.startswith("1 trigger is missing or off, the first is records_logentry_no_delete: run manage.py")
    call_command("migrate", verbosity=0)
    assert told() == []


@on_postgresql
def test_a_trigger_that_is_off_is_refused(owner: BaseDatabaseWrapper) -> None:
    run(owner, "ALTER TABLE records_logentry DISABLE TRIGGER records_logentry_no_update")
    try:
        (sentence,) = told()
    finally:
        run(owner, "ALTER TABLE records_logentry ENABLE TRIGGER records_logentry_no_update")
    assert "records_logentry_no_update" in sentence


def test_a_migration_that_is_not_applied_is_refused(not_migrated: None) -> None:
    (sentence,) = told()
    assert sentence.startswith("1 migration is not applied, the first is records.0001_initial: run manage.py migrate")


def test_a_migration_of_the_next_release_does_no_harm(owner: BaseDatabaseWrapper) -> None:
    run(owner, "INSERT INTO django_migrations (app, name, applied) VALUES ('records', '9999_to_come', '2026-01-01')")
    try:
        assert told() == []
    finally:
        run(owner, "DELETE FROM django_migrations WHERE name = '9999_to_come'")
