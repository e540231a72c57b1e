"""The order of a client's candidates. Pure: rows in, ranks out."""

from dataclasses import dataclass

from conflicts.models import Coverage, Outcome, Screening
from marketplace.fit import Codes, Fit, fit
from marketplace.models.verdicts import AWARDABLE
from vendors.models import Vendor

OUTCOME_ORDER = (*AWARDABLE, Outcome.UNKNOWN, Outcome.BLOCKED)
COVERAGE_ORDER = (Coverage.MAJORITY, Coverage.PARTIAL, Coverage.NONE)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A listed vendor as one client sees it; `behind` says that its screening may not know the newest facts."""

    vendor: Vendor
    listing_version: int
    stated: Codes
    screening: Screening | None
    behind: bool

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
    """A candidate with its fit. A blocked or unknown one has no rank."""

    candidate: Candidate
    fit: Fit
    rank: int | None


@dataclass(frozen=True, slots=True)
class Candidates:
    """All candidates of one client, and the epoch up to which every fact is in what they show."""

    epoch: int
    each: tuple[Candidate, ...]

    def ranked(self, asked: Codes) -> list[Ranked]:
        """Return those that fit: by outcome, covered before none, stated fit, coverage, name."""
        fits = [(candidate, fit(asked, candidate.stated)) for candidate in self.each]
        fitting = sorted((pair for pair in fits if not pair[1].misfit), key=lambda pair: _place(*pair))
        return [
            Ranked(candidate, found, rank if candidate.outcome in AWARDABLE else None)
            for rank, (candidate, found) in enumerate(fitting, start=1)
        ]

    def substitutes(self, asked: Codes, *, instead_of: Vendor) -> list[Ranked]:
        """Return who could take over: clear ones first, then review; nobody whose screening is behind."""
        sure = tuple(candidate for candidate in self.each if not candidate.behind and candidate.vendor != instead_of)
        return [one for one in Candidates(self.epoch, sure).ranked(asked) if one.rank is not None]


def _place(candidate: Candidate, found: Fit) -> tuple[int, bool, object, int, str, str]:
    return (
        OUTCOME_ORDER.index(candidate.outcome),
        candidate.coverage is Coverage.NONE,
        -found.score,
        COVERAGE_ORDER.index(candidate.coverage),
        candidate.vendor.name.casefold(),
        candidate.vendor.slug,
    )
