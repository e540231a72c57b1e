"""Load the market data set from a folder of CSV files."""

import datetime as dt
from argparse import ArgumentTypeError
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from conflicts.importers.reports import FileReport, ImportReport
from marketplace.records.refusals import Refusal
from marketplace.services.market_data import count_rows, load_market

COLUMNS = ("read", "added", "changed", "unchanged", "left out", "ends emptied", "rejected")
WIDTH = 110


class Command(BaseCommand):
    help = (
        "Load organizations, interests, rivals, customer ties, events and listings from the CSV files of DIR. "
        "The same files again change nothing. Rows that cannot be right are rejected and shown; the others go in."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", metavar="DIR", type=Path, help="The folder that holds the files.")
        parser.add_argument("--known-at", metavar="DATE", type=_date, help="Only what could be known on that day.")
        parser.add_argument("--without-events", action="store_true", help="Leave events.csv out.")
        parser.add_argument("--dry-run", action="store_true", help="Say what would happen and write nothing.")

    def handle(self, *_: Any, **options: Any) -> None:
        directory, choices = options["directory"], {"without_events": options["without_events"]}
        try:
            with _bar(count_rows(directory, **choices)) as progress:
                report = load_market(
                    directory,
                    known_at=options["known_at"],
                    dry_run=options["dry_run"],
                    progress=progress,
                    **choices,
                )
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        # Into a file or a pipe there is no width to fit.
        width = None if self.stdout.isatty() else WIDTH
        show(report, Console(file=cast("IO[str]", self.stdout), no_color=options["no_color"] or None, width=width))


def show(report: ImportReport, console: Console) -> None:
    """Print what became of the rows, file by file, and why rows were rejected."""
    table = _table(_title(report), "file")
    for column in COLUMNS:
        table.add_column(column, justify="right")
    for file in report.files:
        table.add_row(file.file, *(str(number) for number in _numbers(file)))
    console.print(table)
    if report.rejected:
        rejected = _table("Rejected rows", "file", "line", "why")
        for row in report.rejected:
            rejected.add_row(row.file, str(row.line), row.reason)
        console.print(rejected)


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD)
    for column in columns:
        table.add_column(column, no_wrap=column != "why")
    return table


def _title(report: ImportReport) -> str:
    known = f", as known at {report.known_at}" if report.known_at else ""
    return f"{'Rehearsed, nothing written' if report.dry_run else 'Loaded'}{known}"


def _numbers(file: FileReport) -> tuple[int, ...]:
    kept = (file.read, file.added, file.changed, file.unchanged, file.left_out)
    return (*kept, file.ends_emptied, len(file.rejected))


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"'{text}' is not a date: write YYYY-MM-DD.") from None


@contextmanager
def _bar(rows: int) -> Iterator[Callable[[str], None]]:
    """Yield what counts a row on a progress bar; there is one on a terminal only."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("reading", total=rows)
        yield lambda file: progress.update(task, advance=1, description=file)
