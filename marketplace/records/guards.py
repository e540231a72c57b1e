"""The triggers and privileges that keep the database's own promises: one SQL file per vendor, for all apps."""

import re
from pathlib import Path

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

SQL = Path(__file__).parent / "sql"
TRIGGER = re.compile(r"^CREATE (?:OR REPLACE |CONSTRAINT )?TRIGGER (\w+)", re.MULTILINE)
INSTALLED = {
    # One that was switched off, or fires for replicas only, keeps no promise.
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')",
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
}


def install(alias: str) -> None:
    """Put triggers and privileges in place over the connection of the database's owner; safe to repeat."""
    connection = connections[alias]
    statements = _file(connection.vendor)
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        connection.connection.executescript(f"BEGIN IMMEDIATE;\n{statements}\nCOMMIT;")
        return
    app_role = connections[DEFAULT_DB_ALIAS].settings_dict["USER"]
    with transaction.atomic(using=alias), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('armslength.app_role', %s, true)", [app_role])
        cursor.execute(statements)


def remove(alias: str) -> None:
    """Take the triggers of a SQLite database away for a migration, which could not rebuild a table that one names.

    Whoever calls it installs them again; until then preflight lets nobody serve the database.
    """
    connection = connections[alias]
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        for name in sorted(installed_triggers(connection)):
            cursor.execute(f"DROP TRIGGER {connection.ops.quote_name(name)}")


def declared_triggers(vendor: str) -> set[str]:
    """Return the names of the triggers in the vendor's file."""
    return set(TRIGGER.findall(_file(vendor)))


def installed_triggers(connection: BaseDatabaseWrapper) -> set[str]:
    """Return the names of the triggers that the database has and fires."""
    with connection.cursor() as cursor:
        cursor.execute(INSTALLED[connection.vendor])
        return {name for (name,) in cursor.fetchall()}


def _file(vendor: str) -> str:
    return (SQL / f"{vendor}.sql").read_text(encoding="utf-8")
