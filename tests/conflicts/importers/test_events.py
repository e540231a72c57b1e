"""An event is true together or not at all."""

import datetime as dt

import pytest

from conflicts.engine.bounds import PERCENT
from conflicts.importers.events import EVENTS, event_of
from conflicts.importers.market import load
from conflicts.importers.reports import FileReport
from conflicts.models import FactChange, Interest
from conflicts.services import InterestDraft, InterestEnd, record_event
from marketplace.records.refusals import Invalid
from tests.conflicts.builders import footprint
from tests.conflicts.importers.files import Files

pytestmark = pytest.mark.django_db

DEAL = dt.date(2025, 6, 12)


@pytest.fixture
def loaded(files: Files) -> Files:
    """The files, loaded without their events."""
    load(files.folder, without_events=True)
    return files


def load_events(files: Files) -> FileReport:
    return load(files.folder).files[-1]


def test_a_day_is_one_change(loaded: Files) -> None:
    before = FactChange.objects.count()
    report = load_events(loaded)
    change = FactChange.objects.get(data__recorded_on="2025-06-12")
    assert (report.added, report.changed, FactChange.objects.count()) == (1, 1, before + 1)
    assert Interest.objects.filter(recorded_by=change).count() == 2


def test_days_are_recorded_oldest_first_wherever_they_stand(loaded: Files) -> None:
    end = loaded.interest("meta", "scale-ai", start="2025-05", end="2025-05-31")
    loaded.append(EVENTS, ["2025-05-31", "end", *end])
    loaded.append(EVENTS, ["2025-05-01", "add", *loaded.interest("meta", "scale-ai", share="3", start="2025-05")])
    assert not load_events(loaded).rejected
    days = FactChange.objects.filter(data__file=EVENTS).order_by("epoch").values_list("data__recorded_on", flat=True)
    assert list(days) == ["2025-05-01", "2025-05-31", "2025-06-12"]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (",49,,49,", ",120,,120,", "120 percent is over 100"),
        ("2025-06-12,add", "2025-06-12,ad", "is no action"),
        ("2025-06-12,add", "12 June,add", "not a date"),
        ("2025-06-12,add", "2025-06,add", "no full date"),
        ("add,meta,scale-ai", "add,meta", "17 cells"),
        ("end,meta,scale-ai,shareholding", "end,meta,scale-ai,votingRights", "no votingRights of meta in scale-ai"),
        ("end,meta,scale-ai,shareholding", "end,meta,scale-ai,shares", "not a known type"),
        ("end,meta,scale-ai,", "end,metta,scale-ai,", "no party 'metta'"),
        ("2024-05-21,2025-06-12", "2024-05-21,", "Say when the interest ends"),
        ("2024-05-21,2025-06-12", "2024-05-21,2023", "before the start"),
    ],
)
def test_half_an_event_is_not_taken(loaded: Files, old: str, new: str, reason: str) -> None:
    loaded.replace(EVENTS, old, new)
    before = footprint()
    report = load_events(loaded)
    assert [rejection.line for rejection in report.rejected] == [2, 3]
    assert (report.added, report.changed, report.unchanged) == (0, 0, 0)
    assert sum(reason in rejection.reason for rejection in report.rejected) == 1
    assert sum("of the same event" in rejection.reason for rejection in report.rejected) == 1
    assert footprint() == before


def test_a_bad_day_does_not_keep_another_out(loaded: Files) -> None:
    loaded.append(EVENTS, ["2025-06-13", "add", *loaded.interest("nobody", "scale-ai")])
    report = load_events(loaded)
    assert ([rejection.line for rejection in report.rejected], report.added, report.changed) == ([4], 1, 1)


def test_an_end_moves_and_then_stays(loaded: Files) -> None:
    """Two events tell two ends of one interest: the later one stands, however often the file is read."""
    load_events(loaded)
    end = loaded.interest("meta", "scale-ai", start="2024-05-21", end="2025-06-10")
    loaded.append(EVENTS, ["2025-07-01", "end", *end])
    assert (load_events(loaded).changed, load_events(loaded).changed) == (1, 0)
    assert Interest.objects.current().get(start="2024-05-21").end == "2025-06-10"


def test_an_event_can_be_asked_for_and_recorded_by_the_service(loaded: Files) -> None:
    end, add = rows = event_of(loaded.folder, DEAL)
    assert isinstance(end, InterestEnd)
    assert isinstance(add, InterestDraft)
    assert (end.end, add.share_low) == ("2025-06-12", 49 * PERCENT)
    record_event(actor=None, rows=rows)
    before = footprint()
    assert load_events(loaded).unchanged == 2
    assert footprint() == before


def test_an_event_that_cannot_be_read_is_refused(loaded: Files) -> None:
    assert event_of(loaded.folder, dt.date(2025, 6, 13)) == []
    loaded.replace(EVENTS, ",49,,49,", ",half,,49,")
    with pytest.raises(Invalid, match=r"Line 3 of events.csv: 'half' is not a number"):
        event_of(loaded.folder, DEAL)
    loaded.append(EVENTS, ["2025-06-14", "add"])
    loaded.replace(EVENTS, ",half,,49,", ",49,,49,")
    with pytest.raises(Invalid, match=r"Line 4 of events.csv: The row has 2 cells"):
        event_of(loaded.folder, DEAL)
