"""vendors.csv: what a row becomes, what is rejected, and that it can be read again."""

from pathlib import Path

import pytest

from conflicts.changes import epoch_now
from conflicts.models import Source
from conflicts.services import add_party
from marketplace.records.refusals import Invalid
from vendors.importing import COLUMNS, VENDORS, load
from vendors.models import Listing, Vendor
from vendors.services.listings import capabilities_of

pytestmark = pytest.mark.django_db

ACME = "acme,image;text,rlhf,750+ language locales;DE;pt-BR,ISO 27001,Oslo NO,40 people,https://acme.example/"
BLANK = "blank,,,,,,,https://blank.example/"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for slug in ("acme", "blank"):
        add_party(actor=None, slug=slug, name=slug.title())
    return tmp_path


def write(folder: Path, *rows: str, header: str = ",".join(COLUMNS)) -> Path:
    (folder / VENDORS).write_text("\n".join((header, *rows, "")), encoding="utf-8")
    return folder


def test_a_row_becomes_a_listed_vendor(folder: Path) -> None:
    report = load(write(folder, ACME))
    listing = Vendor.objects.get(slug="acme").listing
    assert report.files[0].added == 1
    assert (listing.headquarters, listing.workforce) == ("Oslo NO", "40 people")
    assert capabilities_of(listing) == {
        "certificate": ("iso-27001",),
        "language": ("de", "pt-br"),
        "modality": ("image", "text"),
        "task": ("rlhf",),
    }
    assert (listing.languages_note, listing.source and listing.source.standing) == ("750+ language locales", "press")


def test_a_blank_is_not_stated(folder: Path) -> None:
    load(write(folder, BLANK))
    listing = Vendor.objects.get(slug="blank").listing
    assert (capabilities_of(listing), listing.workforce, listing.languages_note) == ({}, "", "")


def test_the_same_file_again_changes_nothing(folder: Path) -> None:
    load(write(folder, ACME, BLANK))
    before = epoch_now()
    report = load(folder)
    assert (report.files[0].unchanged, epoch_now()) == (2, before)


def test_a_changed_row_saves_the_listing_and_keeps_its_summary(folder: Path) -> None:
    load(write(folder, ACME))
    Listing.objects.update(summary="We label.")
    report = load(write(folder, ACME.replace("40 people", "50 people")))
    listing = Listing.objects.get()
    assert report.files[0].changed == 1
    assert (listing.version, listing.workforce, listing.summary) == (2, "50 people", "We label.")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("nobody,,,,,,,https://nobody.example/", "There is no party 'nobody'"),
        ("blank,,,,,,", "The row has 7 cells"),
        ("blank,,,,,,,no address", "not the address of a source"),
        (f"blank,,,,,{'x' * 201},,https://blank.example/", "at most 200"),
        (ACME, "tells of the same as line 2"),
    ],
)
def test_a_wrong_row_is_rejected_alone(folder: Path, row: str, reason: str) -> None:
    report = load(write(folder, ACME, row))
    (rejected,) = report.rejected
    assert (report.files[0].added, rejected.file, rejected.line) == (1, VENDORS, 3)
    assert reason in rejected.reason
    assert (Vendor.objects.count(), Source.objects.count()) == (1, 1)


def test_a_dry_run_writes_nothing(folder: Path) -> None:
    before = epoch_now()
    report = load(write(folder, ACME, BLANK), dry_run=True)
    assert (report.dry_run, report.files[0].added) == (True, 2)
    assert (Vendor.objects.count(), epoch_now()) == (0, before)


def test_a_missing_file_or_column_stops_it_at_once(folder: Path) -> None:
    with pytest.raises(Invalid, match="cannot be read"):
        load(folder)
    with pytest.raises(Invalid, match="has no column source_url"):
        load(write(folder, header="org_id,modalities,tasks,languages,certifications,hq,workforce_size"))
    assert not Vendor.objects.exists()
