"""What an import did, file by file."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Fate(StrEnum):
    """What became of one row that was read."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    LEFT_OUT = "left_out"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Rejection:
    """A row that was not taken, with a sentence that says why."""

    file: str
    line: int
    reason: str


@dataclass
class FileReport:
    """The rows of one file: every row read has one fate. `ends_emptied` counts ends that were not known yet."""

    file: str
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    left_out: int = 0
    ends_emptied: int = 0
    rejected: list[Rejection] = field(default_factory=list)

    @property
    def read(self) -> int:
        return self.added + self.changed + self.unchanged + self.left_out + len(self.rejected)

    def count(self, fate: Fate) -> None:
        """Count one row of another fate than rejected."""
        setattr(self, fate, getattr(self, fate) + 1)

    def reject(self, line: int, reason: str) -> None:
        self.rejected.append(Rejection(self.file, line, reason))


@dataclass(frozen=True)
class ImportReport:
    """One import. With `dry_run` nothing was written; the numbers are what a real run would have done."""

    files: Sequence[FileReport]
    known_at: dt.date | None
    dry_run: bool

    @property
    def rejected(self) -> list[Rejection]:
        return [rejection for file in self.files for rejection in file.rejected]

    def total(self, fate: Fate) -> int:
        """Return how many rows of all files had this fate."""
        if fate is Fate.REJECTED:
            return len(self.rejected)
        return sum(int(getattr(file, fate)) for file in self.files)
