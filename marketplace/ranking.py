"""The order of a client's candidates. Pure: rows in, ranks out."""

from dataclasses import dataclass

from conflicts.models import Coverage, Outcome, ReviewDecision, Screening
from marketplace.fit import Codes, Fit, fit
from marketplace.models.verdicts import AWARDABLE
from vendors.models import Vendor

OUTCOME_ORDER = (*AWARDABLE, Outcome.UNKNOWN, Outcome.BLOCKED)
COVERAGE_ORDER = (Coverage.MAJORITY, Coverage.PARTIAL, Coverage.NONE)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A listed vendor as one client sees it; `behind` says that its screening may not know the newest facts.

    `waiver` is for the whole pair, and covers what the screening found.
    """

    vendor: Vendor
    listing_version: int
    stated: Codes
    screening: Screening | None
    behind: bool
    waiver: ReviewDecision | None = None

    @property
    def ranks(self) -> bool:
        """Whether it can be awarded as far as is known; the gate judges anew."""
        return self.outcome in AWARDABLE or self.waiver is not None

    @property
    def outcome(self) -> Outcome:
        """The stored outcome, unknown before the first screening."""
        return Outcome(self.screening.outcome) if self.screening else Outcome.UNKNOWN

    @property
    def coverage(self) -> Coverage:
        """What a client may know of it, by which it also ranks."""
        return Coverage(self.screening.public_coverage) if self.screening else Coverage.NONE


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate with its fit. An unknown one has no rank, nor has a blocked one without a waiver."""

    candidate: Candidate
    fit: Fit
    rank: int | None


@dataclass(frozen=True, slots=True)
class Candidates:
    """All candidates of one client, and the epoch up to which every fact is in what they show."""

    epoch: int
    each: tuple[Candidate, ...]

    def ranked(self, asked: Codes) -> list[Ranked]:
        """Return those that fit: by outcome, waived after them, covered before none, stated fit, coverage, name."""
        fits = [(candidate, fit(asked, candidate.stated)) for candidate in self.each]
        fitting = sorted((pair for pair in fits if not pair[1].misfit), key=lambda pair: _place(*pair))
        return [
            Ranked(candidate, found, rank if candidate.ranks else None)
            for rank, (candidate, found) in enumerate(fitting, start=1)
        ]

    def substitutes(self, asked: Codes, *, instead_of: Vendor) -> list[Ranked]:
        """Return who could take over: clear ones first, then review; nobody blocked, or whose screening is behind."""
        sure = tuple(candidate for candidate in self.each if not candidate.behind and candidate.vendor != instead_of)
        return [one for one in Candidates(self.epoch, sure).ranked(asked) if one.candidate.outcome in AWARDABLE]


def _place(candidate: Candidate, found: Fit) -> tuple[bool, int, bool, object, int, str, str]:
    return (
        not candidate.ranks,
        OUTCOME_ORDER.index(candidate.outcome),
        candidate.coverage is Coverage.NONE,
        -found.score,
        COVERAGE_ORDER.index(candidate.coverage),
        candidate.vendor.name.casefold(),
        candidate.vendor.slug,
    )
