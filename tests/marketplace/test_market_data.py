"""Loading the market data set: the command, its report, and its refusals."""

import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from conflicts.changes import epoch_now
from conflicts.models import Interest, Party
from vendors.models import Vendor

pytestmark = pytest.mark.django_db

MARKET = Path(settings.BASE_DIR) / "marketplace" / "demo" / "market"


def loaded(folder: Path = MARKET, *options: str) -> dict[str, list[int]]:
    """Return the numbers of each file that the command prints."""
    out = StringIO()
    call_command("load_market", str(folder), *options, stdout=out)
    rows = [line.split() for line in out.getvalue().splitlines() if ".csv" in line]
    return {row[0]: [int(cell) for cell in row[1:]] for row in rows if all(cell.isdigit() for cell in row[1:])}


def test_the_whole_data_set_goes_in_and_again_changes_nothing() -> None:
    first = loaded()
    assert {file: numbers[0] for file, numbers in first.items()}.keys() >= {"vendors.csv", "events.csv"}
    assert all(numbers[-1] == 0 for numbers in first.values())
    assert Vendor.objects.count() == first["vendors.csv"][1]
    before = epoch_now()
    again = loaded()
    assert all(numbers[0] == numbers[3] for numbers in again.values())
    assert epoch_now() == before


def test_what_was_known_on_a_day_leaves_the_deal_out() -> None:
    numbers = loaded(MARKET, "--known-at", "2025-06-11", "--without-events")
    left_out, ends_emptied = numbers["relationships.csv"][4:6]
    assert (left_out > 0, ends_emptied > 0, "events.csv" in numbers) == (True, True, False)
    held = Interest.objects.filter(holder__slug="meta", subject__slug="scale-ai")
    assert list(held.values_list("type", "start", "share_low")) == [("shareholding", "2024-05-21", None)]


def test_a_dry_run_rehearses_facts_and_listings_together() -> None:
    numbers = loaded(MARKET, "--dry-run")
    assert numbers["vendors.csv"][1] > 0
    assert numbers["vendors.csv"][-1] == 0
    assert (Party.objects.count(), Vendor.objects.count(), epoch_now()) == (0, 0, 0)


def test_a_rejected_row_is_shown_and_does_not_fail_the_run(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(MARKET, tmp_path / "market"))
    with (folder / "vendors.csv").open("a", encoding="utf-8") as file:
        file.write("nobody,,,,,,,https://nobody.example/\n")
    out = StringIO()
    call_command("load_market", str(folder), stdout=out)
    assert "Rejected rows" in out.getvalue()
    assert "There is no party 'nobody'" in out.getvalue()
    assert Vendor.objects.exists()


def test_files_that_cannot_be_read_are_an_error_and_nothing_is_written(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(MARKET, tmp_path / "market"))
    (folder / "vendors.csv").unlink()
    with pytest.raises(CommandError, match=r"vendors.csv cannot be read"):
        call_command("load_market", str(folder))
    with pytest.raises(CommandError, match="is not a date: write YYYY-MM-DD"):
        call_command("load_market", str(MARKET), "--known-at", "June")
    assert not Party.objects.exists()
