"""The market data set: organizations, interests, events, rivals and customer ties from CSV files.

`vendors.csv`, which describes listings, is read by the vendors app. What a row says and what the files promise stands
in the README beside them.
"""

import datetime as dt
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

from conflicts.changes import rehearsal
from conflicts.drafts import InterestDraft, TieDraft
from conflicts.importers import cells as read
from conflicts.importers.batches import Job, Table
from conflicts.importers.events import EVENT_COLUMNS, EVENTS, load_events
from conflicts.importers.reports import Fate, FileReport, ImportReport
from conflicts.importers.statements import Origin, Statements
from conflicts.importers.tables import Line, check_tables, count_lines
from conflicts.models import Competition, Party
from conflicts.services import add_competition, add_party, edit_party, find_party
from marketplace.accounts.models import User

ORGANIZATIONS = "organizations.csv"
COMPETITIONS = "competitions.csv"
INTERESTS = "interests.csv"
RELATIONSHIPS = "relationships.csv"
SCHEME = "market"
"""The scheme of the identifiers that the data set gives to parties."""

COLUMNS: dict[str, tuple[str, ...]] = {
    ORGANIZATIONS: ("id", "name", "aliases", "jurisdiction", "kind", "segments", "source_url"),
    COMPETITIONS: ("a", "b", "segment", "source_url"),
    INTERESTS: tuple(name for name in EVENT_COLUMNS if name not in {"recorded_on", "action"}),
    RELATIONSHIPS: (
        "client",
        "vendor",
        "status",
        "start",
        "end",
        "amount",
        "currency",
        "amount_per",
        "vendor_revenue_share_min",
        "details",
        "source_url",
    ),
    EVENTS: EVENT_COLUMNS,
}


def load(
    directory: Path,
    *,
    actor: User | None = None,
    known_at: dt.date | None = None,
    without_events: bool = False,
    dry_run: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> ImportReport:
    """Load the files of a directory and tell what became of every row.

    With `known_at` only what could be known on that day goes in: rows that begin later are left out, and so are events
    recorded later; an end whose span was not over stays as recorded, empty for a new row. `dry_run` writes nothing.
    `progress` is called with the file's name for every row. Bad rows are rejected, the others go in; the same files
    again change nothing. Raises Invalid for a missing file or column before anything is written.
    """
    check_tables(directory, tables(without_events=without_events))
    job = Job(directory, actor, known_at, progress)
    with rehearsal() if dry_run else nullcontext():
        reports = [_organizations(job), _competitions(job), _interests(job), _relationships(job)]
        if not without_events:
            reports.append(load_events(job))
    return ImportReport(reports, known_at, dry_run)


def count_rows(directory: Path, *, without_events: bool = False) -> int:
    """Return about how many rows a load will read, for a progress bar; raises Invalid as load does."""
    wanted = tables(without_events=without_events)
    check_tables(directory, wanted)
    return count_lines(directory, list(wanted))


def tables(*, without_events: bool) -> dict[str, tuple[str, ...]]:
    """Return the files of a load and the columns that each must have."""
    return {file: columns for file, columns in COLUMNS.items() if not (without_events and file == EVENTS)}


def _organizations(job: Job) -> FileReport:
    table = Table(job, ORGANIZATIONS, COLUMNS[ORGANIZATIONS])

    def take(line: Line) -> Fate:
        table.once(line, line.cells["id"])
        party = Party.objects.filter(slug=line.cells["id"]).first()
        return _edited(job, party, line) if party else _added(job, line)

    return table.load(take)


def _added(job: Job, line: Line) -> Fate:
    cells = line.cells
    add_party(
        actor=job.actor,
        slug=cells["id"],
        identifiers={SCHEME: cells["id"]},
        aliases=read.words(cells, "aliases"),
        source=read.source(cells, "press"),
        **_told_of_party(cells),
    )
    return Fate.ADDED


def _edited(job: Job, party: Party, line: Line) -> Fate:
    told = _told_of_party(line.cells)
    news = {name: value for name, value in told.items() if getattr(party, name) != value}
    known = set(party.names.values_list("name", flat=True))
    aliases = [alias for alias in read.words(line.cells, "aliases") if alias not in known]
    if not news and not aliases:
        return Fate.UNCHANGED
    edit_party(actor=job.actor, party=party, aliases=aliases, **news)
    return Fate.CHANGED


def _told_of_party(cells: read.Cells) -> dict[str, Any]:
    segments = read.words(cells, "segments")
    return {
        "name": cells["name"],
        "jurisdiction": cells["jurisdiction"],
        "kind": read.party_kind(segments),
        # What says what kind of party it is, is told by the kind.
        "segments": [segment for segment in segments if segment not in read.KIND_OF_SEGMENT],
    }


def _competitions(job: Job) -> FileReport:
    """A pair is told once in a segment, whichever party is named first; another source for it is no news."""
    table = Table(job, COMPETITIONS, COLUMNS[COMPETITIONS])

    def take(line: Line) -> Fate:
        cells = line.cells
        a, b = find_party(cells["a"], "a"), find_party(cells["b"], "b")
        table.once(line, (frozenset((a.slug, b.slug)), cells["segment"]))
        if Competition.objects.between(a, b).filter(segment=cells["segment"]).exists():
            return Fate.UNCHANGED
        source = read.source(cells, "press")
        add_competition(actor=job.actor, a=a, b=b, segment=cells["segment"], source=source)
        return Fate.ADDED

    return table.load(take)


def _interests(job: Job) -> FileReport:
    return _statements(job, INTERESTS, read.interest_draft)


def _relationships(job: Job) -> FileReport:
    return _statements(job, RELATIONSHIPS, read.tie_draft)


def _statements(job: Job, file: str, draft_of: Callable[[read.Cells], InterestDraft | TieDraft]) -> FileReport:
    table = Table(job, file, COLUMNS[file])
    statements = Statements(job.actor, Origin(file))

    def take(line: Line) -> Fate:
        draft = draft_of(line.cells)
        # Wrong in itself is rejected, whether or not it was known on the day.
        draft.unsaved()
        table.once(line, _told_by(draft))
        if read.begins_after(draft.start, job.known_at):
            return Fate.LEFT_OUT
        hidden = bool(draft.end) and not read.is_over(draft.end, job.known_at)
        fate = statements.take(replace(draft, end="") if hidden else draft, end_hidden=hidden)
        table.report.ends_emptied += hidden
        return fate

    return table.load(take)


def _told_by(draft: InterestDraft | TieDraft) -> tuple[object, ...]:
    """What two rows of one file may not both tell."""
    if isinstance(draft, InterestDraft):
        return (draft.holder, draft.subject, draft.type, draft.start, draft.source.url)
    return (draft.buyer, draft.supplier, draft.start, draft.source.url)
