"""events.csv: what became known on one day, and was true together or not at all (SEMANTICS 1.7)."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from conflicts.drafts import InterestEnd
from conflicts.importers import cells as read
from conflicts.importers.batches import Entry, Job, Table
from conflicts.importers.reports import Fate, FileReport
from conflicts.importers.statements import Origin, Statements
from conflicts.importers.tables import Line, check_tables, read_table
from conflicts.models import Interest, InterestType
from conflicts.overlay import Assumption
from conflicts.services import end_interest, find_party
from marketplace.records.refusals import Invalid, Refusal

EVENTS = "events.csv"
EVENT_COLUMNS = (
    "recorded_on",
    "action",
    "interested_party",
    "subject",
    "interest_type",
    "share_min",
    "share_min_exclusive",
    "share_max",
    "start_date",
    "end_date",
    "standing",
    "certainty",
    "amount",
    "currency",
    "amount_per",
    "amount_until",
    "details",
    "source_url",
)
KEY = ("interested_party", "subject", "interest_type", "start_date")


class SpoiledEventError(Exception):
    """A row of an event was rejected, so nothing of the event may stay."""


def load_events(job: Job) -> FileReport:
    """Record each day of the file as one change, oldest first; a day with a bad row is rejected as a whole.

    Half an event would tell of a holding that ended and not of the one that took its place. Days after the known-at
    day are left out. All rows are held in memory.
    """
    table = Table(job, EVENTS, EVENT_COLUMNS)
    days = _by_day(table.entries())
    for day in sorted(days):
        if job.known_at is not None and day > job.known_at:
            for entry in days[day]:
                table.settle(entry, lambda _: Fate.LEFT_OUT)
        else:
            _load_day(table, day, days[day])
    table.report.rejected.sort(key=lambda rejection: rejection.line)
    return table.report


def event_of(directory: Path, recorded_on: dt.date) -> list[Assumption]:
    """Return the rows of one day for `record_event` or `what_if`; each end names the current row that it ends.

    Raises Invalid for a missing file and for a row that cannot be right.
    """
    check_tables(directory, {EVENTS: EVENT_COLUMNS})
    rows: list[Assumption] = []
    for entry in _by_day(read_table(directory / EVENTS, EVENT_COLUMNS)).get(recorded_on, []):
        if not isinstance(entry, Line):
            raise Invalid({EVENTS: f"Line {entry.line} of {EVENTS}: {entry.reason}"})
        try:
            rows.extend(_assumptions(entry))
        except (ValueError, Refusal) as wrong:
            raise Invalid({EVENTS: f"Line {entry.number} of {EVENTS}: {wrong}"}) from wrong
    return rows


def _by_day(entries: Iterable[Entry]) -> dict[dt.date, list[Entry]]:
    """Group the rows by day; a row whose day cannot be read counts to the day of the row before it."""
    days: dict[dt.date, list[Entry]] = {}
    day = dt.date.min
    for entry in entries:
        day = _day(entry) or day
        days.setdefault(day, []).append(entry)
    return days


def _day(entry: Entry) -> dt.date | None:
    try:
        return read.day(entry.cells, "recorded_on") if isinstance(entry, Line) else None
    except ValueError:
        return None


def _load_day(table: Table, day: dt.date, entries: Sequence[Entry]) -> None:
    report = table.report
    before = replace(report, rejected=[])
    statements = Statements(table.job.actor, Origin(EVENTS, day.isoformat()))
    taken: list[Entry] = []
    with suppress(SpoiledEventError), table.change(entries, recorded_on=day.isoformat()):
        taken.extend(entry for entry in entries if table.settle(entry, lambda line: _take(table, statements, line)))
        _refuse_half(taken, entries)
        return
    for fate in (Fate.ADDED, Fate.CHANGED, Fate.UNCHANGED):
        setattr(report, fate, getattr(before, fate))
    bad = report.rejected[-1].line
    for entry in taken:
        if isinstance(entry, Line):
            report.reject(entry.number, f"Not taken, since line {bad} of the same event was rejected.")


def _refuse_half(taken: Sequence[Entry], entries: Sequence[Entry]) -> None:
    if len(taken) < len(entries):
        raise SpoiledEventError


def _take(table: Table, statements: Statements, line: Line) -> Fate:
    cells = line.cells
    # An unreadable day must not slip into the event of the row before it.
    read.day(cells, "recorded_on")
    table.once(line, tuple(cells[name] for name in ("recorded_on", "action", *KEY, "source_url")))
    if _adds(cells):
        return statements.take(read.interest_draft(cells))
    fates = {_end(statements, row, cells) for row in _standing(cells)}
    return Fate.CHANGED if Fate.CHANGED in fates else Fate.UNCHANGED


def _assumptions(line: Line) -> list[Assumption]:
    cells = line.cells
    if _adds(cells):
        return [read.interest_draft(cells)]
    source = read.source(cells, cells["standing"])
    return [
        InterestEnd(interest=row, end=cells["end_date"], source=source, details=cells["details"])
        for row in _standing(cells)
    ]


def _adds(cells: read.Cells) -> bool:
    if cells["action"] not in {"add", "end"}:
        raise ValueError(f"'{cells['action']}' is no action: write add or end.")
    return cells["action"] == "add"


def _standing(cells: read.Cells) -> list[Interest]:
    """The current rows of the interest that is to end, whichever source tells of it."""
    series = {row.series for row in _same_interest(cells)}
    found = list(Interest.objects.current().filter(series__in=series))
    if not found:
        since = f"from {cells['start_date']}" if cells["start_date"] else "without a start date"
        raise ValueError(
            f"There is no {cells['interest_type']} of {cells['interested_party']} in {cells['subject']} {since} "
            "to end: an end repeats the party, subject, type and start date of a row."
        )
    return found


def _same_interest(cells: read.Cells) -> Iterator[Interest]:
    holder, subject = find_party(cells["interested_party"], "holder"), find_party(cells["subject"], "subject")
    if cells["interest_type"] not in InterestType.values:
        raise ValueError(f"'{cells['interest_type']}' is not a known type: write a BODS 0.4 code.")
    rows = Interest.objects.of(holder=holder, subject=subject, type_=cells["interest_type"], start=cells["start_date"])
    return rows.iterator()


def _end(statements: Statements, row: Interest, cells: read.Cells) -> Fate:
    """End one row, unless this event has ended it so before or it ends so anyway."""
    versions = statements.history(Interest.objects.filter(series=row.series))
    said = any(statements.is_own(version) and version.end == cells["end_date"] for version in versions)
    if said or row.end == cells["end_date"] != "":
        return Fate.UNCHANGED
    end_interest(
        actor=statements.actor,
        interest=row,
        end=cells["end_date"],
        source=read.source(cells, cells["standing"]),
        details=cells["details"],
    )
    return Fate.CHANGED
