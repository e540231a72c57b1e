"""The test database on either vendor: made once, brought back to its first form after each transactional test."""

import os
import shutil
from contextlib import closing
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from psycopg import sql

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'django_migrations'"
GUARDED = "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"


class PristineDatabase(Protocol):
    def create(self) -> None:
        """Make and migrate it, and lead the default connection to it."""

    def reset(self) -> None:
        """Bring every row back to what the migrations left."""

    def drop(self) -> None: ...

    def environment(self) -> dict[str, str]:
        """Return the variables with which another process uses this database."""


def own_connection(alias: str) -> BaseDatabaseWrapper:
    """A connection apart from the test's own; Django's guard against undeclared databases lets a new alias through."""
    connection = connections.create_connection(alias)
    connection.alias = f"own {alias}"
    return connection


class SqliteDatabase:
    """A file, since worker processes read it too, beside the copy that it is brought back from."""

    def __init__(self, state: Path) -> None:
        self.file = state / "test.sqlite3"
        self.template = state / "pristine.sqlite3"

    def create(self) -> None:
        connection = connections["default"]
        connection.settings_dict["TEST"]["NAME"] = str(self.file)
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        shutil.copyfile(self.file, self.template)

    def reset(self) -> None:
        connections["default"].close()
        fresh = self.file.with_suffix(".fresh")
        shutil.copyfile(self.template, fresh)
        for suffix in ("-wal", "-shm"):
            self.file.with_name(self.file.name + suffix).unlink(missing_ok=True)
        # A connection that someone left open keeps the old file and cannot spoil the new one.
        fresh.replace(self.file)

    def drop(self) -> None:
        connections["default"].close()

    def environment(self) -> dict[str, str]:
        return {"DATABASE_URL": f"sqlite:///{self.file}", "DATABASE_OWNER_URL": ""}


class PostgresqlDatabase:
    """A database of the owner, in which the app role runs the tests. What migrations left is kept in a schema."""

    def __init__(self) -> None:
        self.pristine: list[str] = []
        if "owner" not in connections:
            pytest.exit("Tests on PostgreSQL need DATABASE_OWNER_URL as well: run them by `make test`.", returncode=4)
        self.name = f"test_{settings.DATABASES['default']['NAME']}_{os.getpid()}"

    def create(self) -> None:
        owner = connections["owner"]
        owner.settings_dict["TEST"]["NAME"] = self.name
        owner.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        owner.close()
        connections["default"].close()
        connections["default"].settings_dict["NAME"] = self.name
        with closing(own_connection("owner")) as connection, connection.cursor() as cursor:
            cursor.execute("CREATE SCHEMA pristine")
            for table in self._filled_tables(cursor):
                cursor.execute(_named("CREATE TABLE pristine.{0} AS TABLE public.{0}", table))
                self.pristine.append(table)

    def reset(self) -> None:
        with closing(own_connection("owner")) as connection, connection.cursor() as cursor:
            # Whoever still holds a lock has forgotten to end its transaction: say so instead of waiting for ever.
            cursor.execute("BEGIN; SET LOCAL lock_timeout = '10s'")
            self._restore(cursor)
            cursor.execute("COMMIT")

    def drop(self) -> None:
        connections["default"].close()
        connections["owner"].creation.destroy_test_db(settings.DATABASES["owner"]["NAME"], verbosity=0)

    def environment(self) -> dict[str, str]:
        app = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{self.name}").geturl()
        return {"DATABASE_URL": app, "DATABASE_OWNER_URL": ""}

    def _restore(self, cursor: CursorWrapper) -> None:
        # Few tables hold anything after a test: emptying those row by row takes a tenth of truncating all.
        guarded = _names(cursor, GUARDED)
        for table in guarded:
            cursor.execute(_named("ALTER TABLE {} DISABLE TRIGGER USER", table))
        for table in self._filled_tables(cursor):
            cursor.execute(_named("DELETE FROM {}", table))
        for table in self.pristine:
            cursor.execute(_named("INSERT INTO public.{0} OVERRIDING SYSTEM VALUE TABLE pristine.{0}", table))
        # A table whose foreign keys are still to be checked cannot be altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in guarded:
            cursor.execute(_named("ALTER TABLE {} ENABLE TRIGGER USER", table))

    def _filled_tables(self, cursor: CursorWrapper) -> list[str]:
        question = sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})")
        each = [question.format(table, sql.Identifier(table)) for table in _names(cursor, TABLES)]
        return _names(cursor, sql.SQL(" UNION ALL ").join(each))


def _names(cursor: CursorWrapper, query: str | sql.Composed) -> list[str]:
    cursor.execute(query)
    return [name for (name,) in cursor.fetchall()]


def _named(statement: str, *names: str) -> sql.Composed:
    return sql.SQL(statement).format(*map(sql.Identifier, names))
