"""Anchors: the head of the chain, written where the database's owner cannot reach.

Whoever owns the database can write a whole new chain that holds in itself. It does not go through what was anchored
before in a file that was shipped elsewhere, and in the log stream.
"""

import datetime as dt
import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

import structlog
from django.conf import settings

from marketplace.records import clock
from marketplace.records.chain import head

EVERY = dt.timedelta(minutes=1)
TAIL_BYTES = 1_000

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Anchor:
    """A seal that was the last of the chain at that time."""

    number: int
    hash: str
    at: str


def anchor(*, at_once: bool = False) -> Anchor | None:
    """Write the head of the chain down where it is a new one, and return it; at most once a minute, or `at_once`.

    The line is on disk when this returns. Raises OSError where the file cannot be written.
    """
    last, now = head(), clock.now()
    if not last.number:
        return None
    with anchor_file().open("a+b") as file:
        # Several processes of one host write here.
        fcntl.flock(file, fcntl.LOCK_EX)
        before, is_torn = _last(file)
        if before and (before.hash == last.hash or not (at_once or _is_due(before, now))):
            return None
        made = Anchor(last.number, last.hash, now.isoformat())
        # A line that a crash left unfinished must not swallow this one.
        file.write(b"\n" * is_torn + json.dumps(asdict(made)).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    logger.info("log anchored", **asdict(made))
    return made


def anchor_file() -> Path:
    return Path(settings.LOG_ANCHOR_FILE)


def anchors(path: Path) -> Iterator[tuple[int, Anchor | None]]:
    """Read a file of anchors, line by line, each with its place; None for a line that is none."""
    with path.open("rb") as file:
        for place, line in enumerate(file, start=1):
            yield place, _read(line)


def _last(file: IO[bytes]) -> tuple[Anchor | None, bool]:
    """Return the last anchor of the file, None where there is none, and whether the last line was not finished."""
    end = file.seek(0, os.SEEK_END)
    file.seek(max(0, end - TAIL_BYTES))
    tail = file.read()
    found = [made for line in tail.splitlines() if (made := _read(line))]
    return (found[-1] if found else None), bool(tail) and not tail.endswith(b"\n")


def _read(line: bytes) -> Anchor | None:
    try:
        told = json.loads(line)
        made = Anchor(int(told["number"]), str(told["hash"]), str(told["at"]))
        dt.datetime.fromisoformat(made.at)
    except (ValueError, TypeError, KeyError):
        return None
    return made


def _is_due(before: Anchor, now: dt.datetime) -> bool:
    return now - dt.datetime.fromisoformat(before.at) >= EVERY
