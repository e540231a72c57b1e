"""Checking the log against its chain and its anchors, in bounded memory."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from django.db import connection

from marketplace.records import clock
from marketplace.records.anchors import Anchor, anchors
from marketplace.records.chain import COLUMNS, GENESIS, Head, Link, chained, links
from marketplace.records.models import LogSeal

CHUNK = 500
"""How many rows, or anchors, are held in memory at once."""
PATIENCE = dt.timedelta(minutes=5)
"""How long a row may wait for its seal. Sealers run every few seconds."""
WAITING = (
    "SELECT count(*), min(e.position) FROM records_logentry e "
    "WHERE e.at < %s AND NOT EXISTS (SELECT 1 FROM records_logseal s WHERE s.entry_id = e.id)"
)


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something that a log which nobody touched does not have; `number` is that of the seal, where there is one."""

    kind: str
    text: str
    number: int | None = None


@dataclass
class Verification:
    """One run over the whole log. `rows` counts the rows that fit their seal, `anchored` the anchors that fit."""

    anchor_files: Sequence[Path] = ()
    rows: int = 0
    anchored: int = 0
    head: Head = field(default=Head(0, GENESIS))

    def flaws(self) -> Iterator[Flaw]:
        """Find what is wrong, one by one; the counts are complete when this has come to its end."""
        yield from self._chain()
        for path in self.anchor_files:
            yield from self._anchors(path)
        yield from _waiting()

    def _chain(self) -> Iterator[Flaw]:
        while chunk := links(self.head.number, CHUNK):
            for link in chunk:
                flaw = _gap(self.head, link) or _misfit(self.head, link)
                if flaw:
                    yield flaw
                else:
                    self.rows += 1
                # Each seal is held against the one before it as it stands, so that one change is not told of all.
                self.head = Head(link.number, link.hash)

    def _anchors(self, path: Path) -> Iterator[Flaw]:
        wrong: Counter[str] = Counter()
        first: dict[str, Anchor] = {}
        told = anchors(path)
        while chunk := list(islice(told, CHUNK)):
            yield from (_no_anchor(path, place) for place, made in chunk if made is None)
            made_here = [made for _, made in chunk if made]
            for made, kind in _compared(made_here):
                self.anchored += not kind
                wrong[kind] += bool(kind)
                first.setdefault(kind, made)
        yield from (_other_chain(path, kind, first[kind], wrong[kind]) for kind in wrong if kind)


def _gap(before: Head, link: Link) -> Flaw | None:
    missing = link.number - before.number - 1
    if not missing:
        return None
    which = f"Seal {before.number + 1} is" if missing == 1 else f"Seals {before.number + 1} to {link.number - 1} are"
    return Flaw("gap", f"{which} missing: what is sealed has been removed from the log.", link.number)


def _misfit(before: Head, link: Link) -> Flaw | None:
    if link.row is None:
        return Flaw("row_gone", f"The row that seal {link.number} seals is gone from the log.", link.number)
    if link.form not in COLUMNS:
        return Flaw("form", f"Seal {link.number} has form {link.form}, which this release does not know.", link.number)
    if chained(before.hash, link.number, link.row, link.form) != link.hash:
        row = f"the row at position {link.row.text('position')} ({link.row.text('action')})"
        return Flaw(
            "misfit",
            f"Seal {link.number} does not fit {row} and the seal before it: one of these three has been changed.",
            link.number,
        )
    return None


def _compared(made: Iterable[Anchor]) -> Iterator[tuple[Anchor, str]]:
    """Yield each anchor with what is wrong with it, nothing where the chain goes through it."""
    told = list(made)
    stored = dict(LogSeal.objects.filter(number__in={one.number for one in told}).values_list("number", "hash"))
    for one in told:
        found = stored.get(one.number)
        yield one, "" if found == one.hash else "cut_off" if found is None else "rewritten"


def _no_anchor(path: Path, place: int) -> Flaw:
    return Flaw("anchor_unreadable", f"Line {place} of {path} is no anchor: hold the file against its other copies.")


def _other_chain(path: Path, kind: str, made: Anchor, count: int) -> Flaw:
    later = f" ({count} anchors say so)" if count > 1 else ""
    if kind == "cut_off":
        text = f"{path} says that seal {made.number} stood at {made.at}, and it is gone: the end of the log is missing"
    else:
        text = f"Seal {made.number} has another hash than {path} says of {made.at}: the log has been written anew"
    return Flaw(kind, f"{text}{later}.", made.number)


def _waiting() -> Iterator[Flaw]:
    with connection.cursor() as cursor:
        cursor.execute(WAITING, [connection.ops.adapt_datetimefield_value(clock.now() - PATIENCE)])
        count, position = cursor.fetchone()
    if count:
        minutes = PATIENCE // dt.timedelta(minutes=1)
        which = f"{count} rows wait" if count > 1 else "One row waits"
        yield Flaw(
            "unsealed",
            f"{which} for a seal for more than {minutes} minutes, the first at position {position}: see that beat and "
            "a worker run, or run `manage.py sweep`.",
        )
