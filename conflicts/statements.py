"""Statements that are asked so often that PostgreSQL shall parse and plan them once per connection."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID
from weakref import WeakSet

from django.db import connection


@dataclass(frozen=True)
class Statement:
    """One SELECT that answers with one row. Its parameters are UUIDs, written as `%(name)s`.

    `on_sqlite` is what is put in the place of what SQLite does not know. A prepared statement lives as long as its
    session, a rollback included, so a pooler in between must give each connection a session of its own.
    """

    name: str
    sql: str
    parameters: tuple[str, ...]
    on_sqlite: Mapping[str, str] = field(default_factory=dict)
    _prepared: WeakSet[Any] = field(default_factory=WeakSet, compare=False, repr=False)

    def ask(self, **values: UUID) -> tuple[Any, ...]:
        """Return the row."""
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                if connection.connection not in self._prepared:
                    cursor.execute(self.preparation)
                    self._prepared.add(connection.connection)
                places = ", ".join(["%s"] * len(self.parameters))
                cursor.execute(f"EXECUTE {self.name} ({places})", [values[name] for name in self.parameters])
            else:
                cursor.execute(self.for_sqlite, {name: value.hex for name, value in values.items()})
            row: tuple[Any, ...] = cursor.fetchone()
            return row

    @property
    def preparation(self) -> str:
        """What prepares it on PostgreSQL."""
        sql = self.sql
        for place, name in enumerate(self.parameters, start=1):
            sql = sql.replace(f"%({name})s", f"${place}")
        return f"PREPARE {self.name} ({', '.join(['uuid'] * len(self.parameters))}) AS {sql}"

    @property
    def for_sqlite(self) -> str:
        sql = self.sql
        for name, other in self.on_sqlite.items():
            sql = sql.replace(name, other)
        return sql
