"""The sweep finds by the database alone what a lost message left."""

import datetime as dt
from uuid import UUID

import pytest
from celery.exceptions import SoftTimeLimitExceeded

from conflicts.engine.case import Query
from conflicts.engine.findings import Answer
from conflicts.engine.screening import screen
from conflicts.engine.snapshot import Snapshot
from conflicts.loading import Case, load_case
from conflicts.models import ChangeKind, DaySwept, FactChange, Party, RulesSeen, Screening, Watch
from conflicts.rescoring import FAILURES_BEFORE_PARKING
from conflicts.services import watch_pair
from conflicts.sweeping import record_day, record_rules, sweep_conflicts
from marketplace.records import clock
from tests.conflicts.builders import OTHER_TENANT, TENANT, compete, footprint, holding, parties

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
    # The day before, the stake that begins tomorrow is announced (SEMANTICS 1.5).
    assert Screening.objects.get().outcome == "review"
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


def test_newer_rules_are_a_change_and_are_recorded_once(pair: Watch) -> None:
    RulesSeen.objects.create(version="2026.9.1")
    assert [record_rules(version) for version in ("2026.11.1", "2026.11.1", "2026.10.7")] == [True, False, False]
    change = FactChange.objects.get(kind=ChangeKind.RULES)
    assert (change.reach, change.data["from"], RulesSeen.objects.get().version) == ("every", "2026.9.1", "2026.11.1")


def test_the_first_rules_change_only_what_was_screened_before(pair: Watch) -> None:
    assert not record_rules("2026.11.1")
    RulesSeen.objects.all().delete()
    sweep_conflicts()
    RulesSeen.objects.all().delete()
    assert record_rules("2026.11.1")


def test_a_pair_that_eats_all_the_time_comes_last_and_is_parked_in_the_end(
    pair: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    def endless(graph: Snapshot, query: Query) -> Answer:
        if query.vendor == "scale-ai":
            raise SoftTimeLimitExceeded
        return screen(graph, query)

    (other,) = parties("outlier")
    monkeypatch.setattr("conflicts.screening.screen", endless)
    late = watch_pair(tenant=TENANT, principal=pair.principal, subject=other)
    for _ in range(FAILURES_BEFORE_PARKING):
        with pytest.raises(SoftTimeLimitExceeded):
            sweep_conflicts()
    outcomes = dict(Screening.objects.values_list("watch", "outcome"))
    assert (outcomes, Watch.objects.behind().count()) == ({pair.pk: "unknown", late.pk: "clear"}, 0)


def test_a_chunk_that_fails_holds_up_no_other(pair: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*, tenant: UUID, principal: Party) -> Case:
        if tenant == TENANT:
            raise ZeroDivisionError
        return load_case(tenant=tenant, principal=principal)

    monkeypatch.setattr("conflicts.rescoring.CHUNK", 1)
    monkeypatch.setattr("conflicts.rescoring.load_case", broken)
    other = watch_pair(tenant=OTHER_TENANT, principal=pair.principal, subject=pair.subject)
    sweep_conflicts()
    assert (Screening.objects.get().watch, Watch.objects.behind().get()) == (other, pair)
