"""The sweep finds by the database alone what a lost message left."""

import datetime as dt

import pytest

from conflicts.models import ChangeKind, DaySwept, FactChange, Screening, Watch
from conflicts.services import watch_pair
from conflicts.sweeping import record_day, sweep_conflicts
from marketplace.records import clock
from tests.conflicts.builders import TENANT, compete, footprint, holding, parties

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair() -> Watch:
    """A pair whose vendor falls to a competitor on 12 June, as is known on the 11th."""
    clock.create_story(dt.date(2025, 6, 11))
    google, meta, scale = parties("google", "meta", "scale-ai")
    compete(google, meta)
    holding(meta, scale, 49, start="2025-06-12")
    return watch_pair(tenant=TENANT, principal=google, subject=scale)


def test_a_sweep_brings_everything_up_to_date(pair: Watch) -> None:
    counts = sweep_conflicts()
    assert (counts["days"], counts["stored"], counts["expanded"]) == (1, 1, FactChange.objects.count())
    assert not FactChange.objects.unexpanded().exists()
    assert not Watch.objects.behind().exists()


def test_a_second_sweep_finds_nothing_and_writes_nothing(pair: Watch) -> None:
    sweep_conflicts()
    before = footprint()
    assert sweep_conflicts().total() == 0
    assert footprint() == before


def test_a_day_that_passes_is_a_change_and_facts_begin_with_it(pair: Watch) -> None:
    sweep_conflicts()
    assert Screening.objects.get().outcome == "clear"
    clock.advance_story(dt.date(2025, 6, 12))
    counts = sweep_conflicts()
    change = FactChange.objects.get(kind=ChangeKind.DATE_PASSED, data__to="2025-06-12")
    assert (counts["days"], counts["stored"], change.data["from"]) == (1, 1, "2025-06-11")
    assert (Screening.objects.get().outcome, Screening.objects.get().as_of) == ("blocked", dt.date(2025, 6, 12))


def test_a_day_is_recorded_once(pair: Watch) -> None:
    assert [record_day(), record_day()] == [True, False]
    assert DaySwept.objects.get().date == dt.date(2025, 6, 11)
    assert FactChange.objects.filter(kind=ChangeKind.DATE_PASSED).count() == 1


def test_the_sweep_equals_a_full_recompute(pair: Watch) -> None:
    sweep_conflicts()
    holding("meta", "scale-ai", 7, start="2025-01")
    sweep_conflicts()
    incremental = Screening.objects.values("outcome", "findings", "coverage", "epoch").get()
    Screening.objects.all().delete()
    sweep_conflicts()
    assert Screening.objects.values("outcome", "findings", "coverage", "epoch").get() == incremental
