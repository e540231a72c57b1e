"""The public facts themselves: the project's own copy, and the shared one where it is there."""

import datetime as dt
from pathlib import Path

import pytest

from conflicts.importers.market import load
from conflicts.importers.reports import Fate, ImportReport
from conflicts.models import Competition, CustomerTie, Interest, Party
from tests.conflicts.builders import footprint

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parents[3]
OWN = ROOT / "marketplace" / "demo" / "market"
SHARED = ROOT.parent / "shared" / "data" / "market"


@pytest.fixture(params=[OWN, SHARED], ids=["own", "shared"])
def market(request: pytest.FixtureRequest) -> Path:
    folder: Path = request.param
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there: only the project's own copy of the data set is tested")
    return folder


def counts(report: ImportReport) -> dict[str, int]:
    return {fate: number for fate in Fate if (number := report.total(fate))}


def test_every_row_goes_in_and_a_second_load_changes_nothing(market: Path) -> None:
    report = load(market)
    assert counts(report) == {"added": 294, "changed": 2}
    assert [(file.file, file.read) for file in report.files] == [
        ("organizations.csv", 115),
        ("competitions.csv", 42),
        ("interests.csv", 100),
        ("relationships.csv", 32),
        ("events.csv", 7),
    ]
    rows = [model.objects.count() for model in (Party, Competition, Interest, CustomerTie)]
    assert rows == [115, 42, 107, 32]
    before = footprint()
    assert counts(load(market)) == {"unchanged": 296}
    assert footprint() == before


def test_the_eve_of_the_deal_and_then_everything(market: Path) -> None:
    eve = load(market, known_at=dt.date(2025, 6, 11), without_events=True)
    assert counts(eve) == {"added": 273, "left_out": 16}
    assert sum(file.ends_emptied for file in eve.files) == 11
    assert counts(load(market)) == {"added": 21, "changed": 13, "unchanged": 262}
    assert counts(load(market)) == {"unchanged": 296}


def test_persons_are_persons_and_the_deal_is_in(market: Path) -> None:
    load(market)
    persons = set(Party.objects.filter(kind="person").values_list("slug", flat=True))
    assert {"alexandr-wang", "mark-zuckerberg"} <= persons
    assert "meta" not in persons
    deal = Interest.objects.current().filter(holder__slug="meta", subject__slug="scale-ai", type="shareholding")
    assert list(deal.order_by("start").values_list("start", "end", "share_low")) == [
        ("2024-05-21", "2025-06-12", None),
        ("2025-06-12", "", 49_000_000),
    ]


def test_the_project_carries_the_files_as_they_are_shared() -> None:
    if not SHARED.is_dir():
        pytest.skip(f"{SHARED} is not there: nothing to compare the project's copy with")
    for path in SHARED.iterdir():
        assert (OWN / path.name).read_bytes() == path.read_bytes(), path.name
