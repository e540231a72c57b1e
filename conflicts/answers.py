"""What a stored check answers (conflicts.checks), and how fresh that is."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from conflicts.models import Coverage, Outcome
from conflicts.models.overviews import BEHIND, CELLS, OUTCOME_BITS, OUTCOMES, VACANT

_OUTCOME_OF = bytes(byte & OUTCOME_BITS for byte in range(256))
_IS_BEHIND = bytes(byte >= BEHIND for byte in range(256))
_IS_UNSCREENED = bytes(byte in CELLS and not CELLS[byte].screened for byte in range(256))


class Why(StrEnum):
    """Why an answer is not fresh, or is none."""

    UNWATCHED = "unwatched"
    UNSCREENED = "unscreened"
    PARKED = "parked"
    EXPANDING = "expanding"
    """A change that may reach it waits to be expanded."""
    RESCORING = "rescoring"
    """A change that reached it is newer than its screening."""
    DAY = "day"
    """It was screened as of a day that has passed."""
    RULES = "rules"
    """It was screened by other rules than this process has."""


NOT_BEHIND = frozenset({Why.UNWATCHED, Why.PARKED})
"""Nobody works on these: the pair is unknown, and stays so (SEMANTICS 9)."""


@dataclass(frozen=True, slots=True)
class CompetitorExposure:
    """What a competitor has of the subject at least and at most, in millionths of a percent; a filter, no verdict.

    The bounds are of the competitor alone: its side has max <= answer <= min(100%, sum) of them (SEMANTICS 3.5).
    """

    competitor: UUID
    low: int
    high: int
    must_control: bool
    may_control: bool


@dataclass(frozen=True, slots=True)
class StoredExposures:
    """The declared competitors, largest high first, and the epoch and the day that the stored exposures rest on."""

    epoch: int
    as_of: dt.date
    competitors: tuple[CompetitorExposure, ...]


@dataclass(frozen=True, slots=True)
class PairCheck:
    """What is stored of one pair. `epoch` is the epoch now, `screened_epoch` that of the screening's facts.

    Of a pair that is not watched only the outcome unknown is told, and `exposures`, where its subject has any stored.
    """

    outcome: Outcome
    coverage: Coverage
    newest_source: dt.date | None
    screened_epoch: int | None
    as_of: dt.date | None
    epoch: int
    why: tuple[Why, ...]
    exposures: StoredExposures | None = None

    @property
    def behind(self) -> bool:
        """Whether a worker still has to bring the pair up to date."""
        return not NOT_BEHIND.issuperset(self.why)


class Entry(NamedTuple):
    """What is stored of one subject among all."""

    party: UUID
    outcome: Outcome
    coverage: Coverage
    behind: bool


@dataclass(frozen=True, slots=True)
class AllCheck:
    """What is stored of all subjects that one client watches for one principal.

    `epoch` is the epoch now, `as_of` the newest day that came: what is not behind holds at both. `why` says what makes
    everything behind. `cells` has one byte per place of the `roster`; the `unplaced` have none, and are behind.
    """

    epoch: int
    as_of: dt.date | None
    why: tuple[Why, ...]
    cells: bytes
    roster: tuple[UUID | None, ...]
    unplaced: tuple[UUID, ...] = ()

    @property
    def counts(self) -> dict[Outcome, int]:
        """The number of subjects of each outcome; what was never screened is unknown."""
        outcomes = self.cells.translate(_OUTCOME_OF)
        found = {outcome: outcomes.count(number) for number, outcome in enumerate(OUTCOMES) if outcome}
        found[Outcome.UNKNOWN] += self.unscreened
        return found

    @property
    def unscreened(self) -> int:
        return self.cells.translate(_IS_UNSCREENED).count(1) + len(self.unplaced)

    @property
    def behind(self) -> int:
        """The number of subjects that are behind."""
        if self.why:
            return len(self.cells) - self.cells.count(VACANT) + len(self.unplaced)
        return self.cells.translate(_IS_BEHIND).count(1) + len(self.unplaced)

    def __iter__(self) -> Iterator[Entry]:
        everything = bool(self.why)
        for party, byte in zip(self.roster, self.cells, strict=True):
            if party is not None and byte != VACANT:
                cell = CELLS[byte]
                yield Entry(party, cell.outcome, cell.coverage, cell.behind or everything)
        for party in self.unplaced:
            yield Entry(party, Outcome.UNKNOWN, Coverage.NONE, behind=True)
