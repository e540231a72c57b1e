"""The sealer: chains committed rows of the log by hash. One at a time, and no writer ever waits for it.

A row commits with its effect and without a seal. Positions commit out of order and rolled-back ones leave gaps, so the
sealer goes by what has no seal yet, and the seals have numbers of their own, which have none. On PostgreSQL it holds
an advisory lock that nothing else takes, and a second sealer goes home; on SQLite it is the one writer for the length
of a batch, and none at all where nothing is to be sealed.
"""

from django.db import connection, transaction

from marketplace.records.chain import FORM, Head, chained, head, unsealed_rows
from marketplace.records.models import LogSeal

SEAL_LOCK = 0x5345414C
"""The key of the advisory lock of the one sealer: any number that nothing else in the database locks."""
BATCH = 500
"""How many rows one transaction seals."""
BATCHES = 20
"""How many batches one call seals; what is left waits for the next call."""
NEAR = 10_000
"""How far below what was sealed last a quick look begins. A row that commits later than so many that were numbered
after it is found by the full look."""
RECENT = 100


def seal(*, everywhere: bool = False) -> int:
    """Seal committed rows that have no seal and return how many; at most BATCHES batches of them.

    A quick look begins a little below what was sealed last; with `everywhere` the whole log is looked through. Returns
    0 at once where another sealer is at work. Safe to run as often as you like, also at once.
    """
    after, counted = 0 if everywhere else _near(), 0
    # On SQLite a transaction is that of a writer: none is opened for nothing.
    if not unsealed_rows(after, 1):
        return 0
    for _ in range(BATCHES):
        positions = _seal_batch(after)
        counted += len(positions)
        if len(positions) < BATCH:
            break
        after = positions[-1]
    return counted


def _seal_batch(after: int) -> list[int]:
    """Seal rows above that position and return theirs."""
    with transaction.atomic(durable=True):
        if not _is_the_sealer():
            return []
        last, seals = head(), []
        rows = unsealed_rows(after, BATCH)
        for key, row in rows:
            number = last.number + 1
            last = Head(number, chained(last.hash, number, row))
            seals.append(LogSeal(number=number, entry_id=key, form=FORM, hash=last.hash))
        LogSeal.objects.bulk_create(seals)
    return [int(row.text("position")) for _, row in rows]


def _is_the_sealer() -> bool:
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SEAL_LOCK])
        return bool(cursor.fetchone()[0])


def _near() -> int:
    """The position from which a quick look begins. A late row among those sealed last may be a low one."""
    recent = LogSeal.objects.order_by("-number").values_list("entry__position", flat=True)[:RECENT]
    return max(0, max(recent, default=0) - NEAR)
