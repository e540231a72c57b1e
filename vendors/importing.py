"""Listings from vendors.csv of the market data set. What the file promises stands in the README beside it."""

from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

from conflicts.changes import rehearsal
from conflicts.importers import cells as read
from conflicts.importers.batches import Job, Table
from conflicts.importers.reports import Fate, FileReport, ImportReport
from conflicts.importers.tables import Line, check_tables, count_lines
from conflicts.models import Standing
from conflicts.services import find_party
from marketplace.accounts.models import User
from vendors.codes import code_of, is_language
from vendors.models import Facet, Vendor
from vendors.services.listings import ListingDraft, list_vendor, save_listing

VENDORS = "vendors.csv"
COLUMNS = (
    "org_id",
    "modalities",
    "tasks",
    "languages",
    "certifications",
    "hq",
    "workforce_size",
    "source_url",
)


def load(
    directory: Path,
    *,
    actor: User | None = None,
    dry_run: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> ImportReport:
    """Make every party of the file a listed vendor, or bring its listing up to date; a blank cell is not stated.

    Parties have to be there already. Reports, rejects and repeats as conflicts.importers.market.load does.
    """
    check_tables(directory, {VENDORS: COLUMNS})
    job = Job(directory, actor, None, progress)
    with rehearsal() if dry_run else nullcontext():
        report = _listings(job)
    return ImportReport([report], None, dry_run)


def count_rows(directory: Path) -> int:
    """Return about how many rows a load will read; raises Invalid as load does."""
    check_tables(directory, {VENDORS: COLUMNS})
    return count_lines(directory, [VENDORS])


def _listings(job: Job) -> FileReport:
    table = Table(job, VENDORS, COLUMNS)

    def take(line: Line) -> Fate:
        table.once(line, line.cells["org_id"])
        party = find_party(line.cells["org_id"], "org_id")
        vendor = Vendor.objects.select_related("listing").filter(party=party).first()
        if vendor:
            return _saved(job, vendor, line)
        list_vendor(actor=job.actor, party=party, draft=_draft(line.cells))
        return Fate.ADDED

    return table.load(take)


def _saved(job: Job, vendor: Vendor, line: Line) -> Fate:
    before = vendor.listing.version
    draft = _draft(line.cells, summary=vendor.listing.summary)
    after = save_listing(actor=job.actor, vendor=vendor, draft=draft).version
    return Fate.UNCHANGED if after == before else Fate.CHANGED


def _draft(cells: read.Cells, summary: str = "") -> ListingDraft:
    """Read one row. Languages that are no codes, such as '750+ language locales', are kept as a note."""
    languages = read.words(cells, "languages")
    coded = [word for word in languages if is_language(word.lower())]
    return ListingDraft(
        summary=summary,
        headquarters=cells["hq"],
        workforce=cells["workforce_size"],
        languages_note="; ".join(word for word in languages if word not in coded),
        source=read.source(cells, Standing.PRESS),
        capabilities={
            Facet.MODALITY: [code_of(word) for word in read.words(cells, "modalities")],
            Facet.TASK: [code_of(word) for word in read.words(cells, "tasks")],
            Facet.LANGUAGE: [word.lower() for word in coded],
            Facet.CERTIFICATE: [code_of(word) for word in read.words(cells, "certifications")],
        },
    )
