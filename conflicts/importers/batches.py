"""One file of an import, batch by batch: each batch is one change with one epoch and one log row."""

import datetime as dt
import hashlib
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from conflicts.changes import fact_change
from conflicts.importers.reports import Fate, FileReport, Rejection
from conflicts.importers.tables import Line, read_table
from conflicts.models import ChangeKind
from marketplace.accounts.models import User
from marketplace.records.refusals import Refusal

BATCH = 500

Take = Callable[[Line], Fate]
Entry = Line | Rejection


@dataclass(frozen=True)
class Job:
    """What one import was asked for. `progress` is called with the file's name for every row."""

    directory: Path
    actor: User | None
    known_at: dt.date | None
    progress: Callable[[str], None]


@dataclass
class Table:
    """One file: where its rows come from, what became of them, and what it has told already."""

    job: Job
    file: str
    columns: Sequence[str]
    told: dict[Hashable, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.report = FileReport(self.file)

    def entries(self) -> Iterator[Entry]:
        """Yield the rows as they are read."""
        for entry in read_table(self.job.directory / self.file, self.columns):
            self.job.progress(self.file)
            yield entry

    def load(self, take: Take) -> FileReport:
        """Take all rows in batches; what is wrong with a row rejects it alone."""
        entries = self.entries()
        while batch := list(islice(entries, BATCH)):
            with self.change(batch):
                for entry in batch:
                    self.settle(entry, take)
        return self.report

    def settle(self, entry: Entry, take: Take) -> bool:
        """Take one row and count its fate; return False where it was rejected."""
        if isinstance(entry, Rejection):
            self.report.rejected.append(entry)
            return False
        try:
            self.report.count(take(entry))
        except (ValueError, Refusal) as wrong:
            self.report.reject(entry.number, str(wrong))
            return False
        return True

    def once(self, line: Line, key: Hashable) -> None:
        """Raise ValueError where an earlier row of the file has told the same."""
        first = self.told.setdefault(key, line.number)
        if first != line.number:
            raise ValueError(f"This row tells of the same as line {first}: leave one of them out.")

    @contextmanager
    def change(self, batch: Sequence[Entry], **more: Any) -> Iterator[None]:
        """Open the change of a batch, which tells how many rows it added and changed and what they were."""
        before = (self.report.added, self.report.changed)
        with fact_change(
            kind=ChangeKind.IMPORT,
            actor=self.job.actor,
            log_action="market.imported",
            data={"file": self.file, "digest": _digest(batch), **more},
            only_joined=True,
        ) as change:
            yield
            added, changed = self.report.added - before[0], self.report.changed - before[1]
            change.data |= {"added": added, "changed": changed}


def _digest(batch: Sequence[Entry]) -> str:
    """The fingerprint of the rows that could be read, whatever their blanks and quotes."""
    digest = hashlib.sha256()
    for entry in batch:
        if isinstance(entry, Line):
            digest.update("\x1f".join(_cells(entry.cells)).encode() + b"\x1e")
    return digest.hexdigest()


def _cells(cells: Mapping[str, str]) -> Iterator[str]:
    for name in sorted(cells):
        yield f"{name}={cells[name]}"
