"""What one file says of one fact, and whether that is news.

A fact of a file is found again by who, whom, what, since when and by which source. Whether a row is news is judged
against what this same file said last and against what stands: so an end or a correction that came from elsewhere since
is left alone, and the same files again change nothing. A file that says something new supersedes what stands.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from uuid import UUID

from conflicts.drafts import InterestDraft, TieDraft
from conflicts.importers.reports import Fate
from conflicts.models import ChangeKind, CustomerTie, FactChange, Interest
from conflicts.services import correct_interest, correct_tie, record_draft, record_tie_draft
from marketplace.accounts.models import User

Draft = InterestDraft | TieDraft
Row = Interest | CustomerTie

SAID_OF_INTEREST = (
    "share_low",
    "share_high",
    "low_open",
    "high_open",
    "certainty",
    "amount",
    "currency",
    "amount_per",
    "amount_until",
    "details",
)
SAID_OF_TIE = ("status", "certainty", "amount", "currency", "amount_per", "revenue_share_low", "details")
NEWEST = float("inf")


@dataclass(frozen=True)
class Origin:
    """Which file says it and, in a file of events, which day's event."""

    file: str
    recorded_on: str = ""


@dataclass
class Statements:
    """Takes the statements of one origin, each with what was recorded of its fact before."""

    actor: User | None
    origin: Origin
    origins: dict[UUID, tuple[float, Origin]] = field(default_factory=dict)

    def take(self, draft: Draft, *, end_hidden: bool = False) -> Fate:
        """Record what is news in the draft; an end that is hidden says nothing of the end that is recorded."""
        history = self.history(_versions(draft))
        said = next((row for row in reversed(history) if self.is_own(row)), None)
        standing = _standing(history)
        base = said or standing
        if base is not None and end_hidden and base.end_source_id is None:
            draft = _with_end(draft, base.end)
        if any(_agrees(row, draft) for row in (said, standing) if row is not None):
            return Fate.UNCHANGED
        if standing is None:
            _record(self.actor, draft)
            return Fate.ADDED
        _correct(self.actor, standing, draft)
        return Fate.CHANGED

    def history(self, rows: Iterable[Row]) -> list[Row]:
        """Return the versions in the order in which they were recorded."""
        versions = list(rows)
        unseen = {row.recorded_by_id for row in versions} - self.origins.keys()
        for change in FactChange.objects.filter(pk__in=unseen):
            told = change.data if change.kind == ChangeKind.IMPORT else {}
            origin = Origin(told.get("file", ""), told.get("recorded_on", ""))
            self.origins[change.pk] = (change.epoch, origin)
        # A change that is still open comes after all that are committed.
        return sorted(versions, key=lambda row: (self._epoch(row), row.is_current))

    def is_own(self, row: Row) -> bool:
        """Whether a committed import of this same origin recorded the version."""
        known = self.origins.get(row.recorded_by_id)
        return known is not None and known[1] == self.origin

    def _epoch(self, row: Row) -> float:
        known = self.origins.get(row.recorded_by_id)
        return known[0] if known else NEWEST


def _versions(draft: Draft) -> Iterable[Row]:
    """All versions of what this source says of who holds what in whom since then."""
    source = {"source__url": draft.source.url, "source__standing": draft.source.standing}
    unsaved = draft.unsaved()
    if isinstance(unsaved, Interest):
        same = {"holder": unsaved.holder, "subject": unsaved.subject, "type": unsaved.type, "start": unsaved.start}
        return Interest.objects.filter(**same, **source)
    same_tie = {"buyer": unsaved.buyer, "supplier": unsaved.supplier, "start": unsaved.start}
    return CustomerTie.objects.filter(**same_tie, **source)


def _standing(history: Iterable[Row]) -> Row | None:
    """The current version; where a correction moved the fact to other words, the current one of its series."""
    versions = list(history)
    for row in reversed(versions):
        current = type(row).objects.current().filter(series=row.series).first()
        if current is not None:
            return current
    return None


def _agrees(row: Row, draft: Draft) -> bool:
    """Whether the version says what the draft says. An end that was told from elsewhere contradicts no silence."""
    names = SAID_OF_INTEREST if isinstance(draft, InterestDraft) else SAID_OF_TIE
    told_elsewhere = not draft.end and row.end_source_id is not None
    return (row.end == draft.end or told_elsewhere) and all(getattr(row, n) == getattr(draft, n) for n in names)


def _with_end(draft: Draft, end: str) -> Draft:
    return replace(draft, end=end)


def _record(actor: User | None, draft: Draft) -> None:
    if isinstance(draft, InterestDraft):
        record_draft(actor=actor, draft=draft)
    else:
        record_tie_draft(actor=actor, draft=draft)


def _correct(actor: User | None, standing: Row, draft: Draft) -> None:
    if isinstance(standing, Interest) and isinstance(draft, InterestDraft):
        correct_interest(actor=actor, interest=standing, draft=draft)
    elif isinstance(standing, CustomerTie) and isinstance(draft, TieDraft):
        correct_tie(actor=actor, tie=standing, draft=draft)
