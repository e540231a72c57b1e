"""The epoch: the one version number of all facts, read and held, and the reads that belong to one of them.

Writers bump it last before they commit, under the exclusive form of an advisory lock, so epochs are in commit order;
who must not be overtaken, above all the gate, holds the shared form. A plain row lock would starve the writers.
"""

from collections.abc import Callable
from typing import Literal, TypeVar

from django.db import connection, transaction

from conflicts.models import Epoch
from marketplace.records.refusals import Unavailable

EPOCH_LOCK = 0x41524D53
"""The key of the advisory lock on the epoch: any number that nothing else in the database locks."""

EXPANSION_LOCK = EPOCH_LOCK + 1
"""The key of the lock between who marks the pairs that a change reaches and who notes what would reach a pair."""

BUMP = (
    "INSERT INTO conflicts_epoch (id, value) VALUES (1, 1) "
    "ON CONFLICT (id) DO UPDATE SET value = conflicts_epoch.value + 1 RETURNING value"
)
TRIES = 3

T = TypeVar("T")


class NoTransactionError(Exception):
    """The epoch was to be held outside a transaction, where its lock would be gone at once."""


def epoch_now() -> int:
    """Return the epoch of the newest change that is committed, or that this transaction has made."""
    return Epoch.objects.values_list("value", flat=True).first() or 0


def epoch_shared() -> int:
    """Hold the epoch until the transaction ends and return it: no change commits meanwhile (the gate's first step).

    Raises NoTransactionError outside a transaction and Unavailable where it is not READ COMMITTED.
    """
    if not connection.in_atomic_block:
        raise NoTransactionError("epoch_shared holds the epoch until a transaction ends: call it inside one.")
    refuse_other_isolation()
    _lock("pg_advisory_xact_lock_shared", EPOCH_LOCK)
    return epoch_now()


def refuse_other_isolation() -> None:
    """Raise Unavailable where the open transaction is not READ COMMITTED; SQLite has one writer at a time."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SHOW transaction_isolation")
        (level,) = cursor.fetchone()
    if level != "read committed":
        raise Unavailable(
            f"This transaction is {level.upper()} and would go by an old snapshot: open it as READ COMMITTED.",
            code="wrong_isolation",
            retry_after=1,
        )


def next_epoch() -> int:
    """Take the lock of writers, bump the epoch and return it. Every other writer waits until the transaction ends."""
    _lock("pg_advisory_xact_lock", EPOCH_LOCK)
    with connection.cursor() as cursor:
        cursor.execute(BUMP)
        (value,) = cursor.fetchone()
    return int(value)


def consistent(read: Callable[[], T]) -> tuple[int, T]:
    """Return what `read` reads and the epoch that all of it belongs to. It holds up no writer of PostgreSQL.

    A change commits together with its epoch, and PostgreSQL shows one snapshot of both. Inside a transaction of the
    caller's, and on SQLite, a read with the same epoch before and after saw no half of a change. Where changes keep
    coming, SQLite's writers wait for one read; inside a transaction it raises Unavailable, since whoever held the epoch
    there, and then wrote, could wait for another who does the same.
    """
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        with transaction.atomic():
            _show_one_snapshot()
            return epoch_now(), read()
    for _ in range(TRIES):
        before = epoch_now()
        found = read()
        if epoch_now() == before:
            return before, found
    if connection.in_atomic_block:
        raise Unavailable(
            "The facts change faster than they can be read: try again in a moment.", code="facts_moving", retry_after=1
        )
    with transaction.atomic():
        return epoch_now(), read()


def _show_one_snapshot() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def expanding() -> None:
    """Hold off whoever notes what would reach a pair until the transaction ends; who expands changes calls it first."""
    _lock("pg_advisory_xact_lock", EXPANSION_LOCK)


def noting_reach() -> None:
    """Hold off whoever expands changes until the transaction ends.

    A change that is expanded later sees what is noted, and one that was expanded before is seen by who notes it.
    """
    _lock("pg_advisory_xact_lock_shared", EXPANSION_LOCK)


def _lock(function: Literal["pg_advisory_xact_lock", "pg_advisory_xact_lock_shared"], key: int) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s)", [key])
