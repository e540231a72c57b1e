"""Loading the market data set: facts through conflicts, listings through vendors, in one go."""

import datetime as dt
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

from conflicts.changes import rehearsal
from conflicts.importers import market
from conflicts.importers.reports import ImportReport
from marketplace.accounts.models import User
from vendors import importing


def load_market(
    directory: Path,
    *,
    actor: User | None = None,
    known_at: dt.date | None = None,
    without_events: bool = False,
    dry_run: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> ImportReport:
    """Load every file of the directory and tell what became of each row; see the two importers for the rules.

    Raises Invalid for a missing file or column before anything is written.
    """
    count_rows(directory, without_events=without_events)
    # One rehearsal around both: a listing needs the parties that the facts bring.
    with rehearsal() if dry_run else nullcontext():
        facts = market.load(directory, actor=actor, known_at=known_at, without_events=without_events, progress=progress)
        listings = importing.load(directory, actor=actor, progress=progress)
    return ImportReport([*facts.files, *listings.files], known_at, dry_run)


def count_rows(directory: Path, *, without_events: bool = False) -> int:
    """Return about how many rows a load will read; raises Invalid as load_market does."""
    return market.count_rows(directory, without_events=without_events) + importing.count_rows(directory)
