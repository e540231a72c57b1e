"""The canonical form of a log row and the hash that chains it.

A row is hashed as the database stores it, column by column in bytes, never as Python reads it: what two texts of one
value have in common (the order of JSON keys, 1.0 and 1.00, a time zone, upper case in an id) is read alike and would
let a flipped byte pass. PostgreSQL has brought JSON and numbers to its one form before the first hash is taken, and
gives that same text ever after; SQLite keeps the text that was written. Lengths stand before the bytes, so that no two
rows have one form, and NULL is not the empty text.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.db import connection

GENESIS = "0" * 64
"""What stands before the first hash."""

COLUMNS: Mapping[int, tuple[str, ...]] = {
    1: (
        "id",
        "position",
        "at",
        "epoch",
        "actor_id",
        "actor_label",
        "action",
        "tenant",
        "subject_type",
        "subject_id",
        "data",
    ),
}
"""The columns that each form of a row hashes. A form never changes: another column makes another form."""
FORM = max(COLUMNS)

AS_STORED = {"postgresql": "{}::text", "sqlite": "CAST({} AS BLOB)"}
"""How a column is read as it is stored; in bytes on SQLite, where a flipped bit can leave what is no UTF-8."""
# Else the time zone and date style of a session would decide how PostgreSQL writes an instant.
INSTANT = "to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
INSTANTS = frozenset({"at"})

# A subquery in a comparison is looked up row by row; for NOT EXISTS PostgreSQL would read all seals each time.
UNSEALED = "(SELECT s.number FROM records_logseal s WHERE s.entry_id = e.id) IS NULL"
HEAD = "SELECT number, hash FROM records_logseal ORDER BY number DESC LIMIT 1"
# The names in these are our own.
ROWS = (
    "SELECT e.id, {columns} FROM records_logentry e WHERE e.position > %s AND {unsealed} ORDER BY e.position LIMIT %s"
)
LINKS = (
    "SELECT s.number, s.form, {hash}, e.id IS NOT NULL, {columns} FROM records_logseal s "
    "LEFT JOIN records_logentry e ON e.id = s.entry_id WHERE s.number > %s ORDER BY s.number LIMIT %s"
)


@dataclass(frozen=True, slots=True)
class Stored:
    """The columns of a row in bytes, as the database stores them."""

    columns: Mapping[str, bytes | None]

    def text(self, column: str) -> str:
        """Return the column for people to read."""
        return (self.columns[column] or b"").decode(errors="replace")


@dataclass(frozen=True, slots=True)
class Head:
    """The last seal of a chain."""

    number: int
    hash: str


@dataclass(frozen=True, slots=True)
class Link:
    """A seal beside the row that it seals; `row` is None where that is gone."""

    number: int
    form: int
    hash: str
    row: Stored | None


def chained(before: str, number: int, row: Stored, form: int = FORM) -> str:
    """Return the hash, in hex, of a row that is sealed under this number after that hash."""
    digest = sha256(f"{before} {number} {form} ".encode())
    for column in COLUMNS[form]:
        part = row.columns[column]
        digest.update(b"-," if part is None else b"%d:%s," % (len(part), part))
    return digest.hexdigest()


def head() -> Head:
    """Return the last seal of the chain; number 0 and the genesis hash where nothing is sealed."""
    with connection.cursor() as cursor:
        cursor.execute(HEAD)
        found = cursor.fetchone()
    return Head(*found) if found else Head(0, GENESIS)


def unsealed_rows(after: int, limit: int) -> list[tuple[Any, Stored]]:
    """Read at most so many committed rows without a seal, above that position and in its order, each with its key."""
    with connection.cursor() as cursor:
        cursor.execute(ROWS.format(columns=_columns(), unsealed=UNSEALED), [after, limit])
        return [(key, _stored(told)) for key, *told in cursor.fetchall()]


def links(after: int, limit: int) -> list[Link]:
    """Read at most so many seals with their rows, in the order of their numbers, from above that number."""
    with connection.cursor() as cursor:
        cursor.execute(LINKS.format(columns=_columns(), hash=_as_stored("s.hash")), [after, limit])
        return [
            Link(number, form, (_bytes(told) or b"").decode(errors="replace"), _stored(row) if is_there else None)
            for number, form, told, is_there, *row in cursor.fetchall()
        ]


def _names() -> list[str]:
    """Every column that some form hashes."""
    return list(dict.fromkeys(name for names in COLUMNS.values() for name in names))


def _columns() -> str:
    return ", ".join(_as_stored(f"e.{name}", is_instant=name in INSTANTS) for name in _names())


def _as_stored(column: str, *, is_instant: bool = False) -> str:
    pattern = INSTANT if is_instant and connection.vendor == "postgresql" else AS_STORED[connection.vendor]
    return pattern.format(column)


def _stored(told: list[str | bytes | None]) -> Stored:
    return Stored(dict(zip(_names(), map(_bytes, told), strict=True)))


def _bytes(told: str | bytes | None) -> bytes | None:
    return told.encode() if isinstance(told, str) else told
