"""Stored screenings follow the facts, and only forward."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import pytest

from conflicts.changes import epoch_now
from conflicts.engine.case import Query
from conflicts.engine.findings import Answer
from conflicts.engine.screening import screen
from conflicts.engine.snapshot import Snapshot
from conflicts.epochs import consistent
from conflicts.expansion import expand_changes
from conflicts.findings import from_json
from conflicts.models import Interest, Screening, Watch
from conflicts.rescoring import CHUNK, FAILURES_BEFORE_PARKING, chunks, rescore_watches
from conflicts.screening import ScreeningResult
from conflicts.services import screen_pair, unwatch_pair, watch_pair
from conflicts.storing import store
from conflicts.sweeping import record_day, record_rules, sweep_conflicts
from marketplace.records import clock
from tests.conflicts.builders import OTHER_TENANT, TENANT, compete, holding, parties

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair() -> Watch:
    """A watched pair that is clear and up to date."""
    google, meta, scale = parties("google", "meta", "scale-ai")
    compete(google, meta)
    watch = watch_pair(tenant=TENANT, principal=google, subject=scale)
    sweep_conflicts()
    return watch


def screened(watch: Watch) -> ScreeningResult:
    return screen_pair(tenant=watch.tenant, principal=watch.principal, subject=watch.subject)


def deal(**told: Any) -> None:
    """Record that the rival takes 49% of the vendor, and mark the pairs that this reaches."""
    holding("meta", "scale-ai", 49, **told)
    expand_changes()


def test_a_screening_is_stored_as_it_was_computed(pair: Watch) -> None:
    deal(start="2025-06-12")
    rescore_watches([pair.pk])
    row, result = Screening.objects.get(), screened(pair)
    assert (row.outcome, row.coverage, row.epoch) == ("blocked", result.coverage, epoch_now())
    assert tuple(from_json(finding) for finding in row.findings) == result.findings
    assert (row.tenant, row.principal, row.subject) == (TENANT, pair.principal, pair.subject)


def test_what_is_not_behind_is_left_alone(pair: Watch) -> None:
    before = Screening.objects.get().screened_at
    assert rescore_watches([pair.pk]) == {}
    assert Screening.objects.get().screened_at == before


def test_each_tenants_pair_is_judged_by_its_own_list(pair: Watch) -> None:
    other = watch_pair(tenant=OTHER_TENANT, principal=pair.principal, subject=pair.subject)
    deal()
    assert rescore_watches([pair.pk, other.pk]) == {"stored": 2}
    assert [Screening.objects.get(watch=watch).outcome for watch in (pair, other)] == ["blocked", "clear"]


def test_a_result_that_was_outrun_is_dropped(pair: Watch) -> None:
    slow = screened(pair)
    deal()
    rescore_watches([pair.pk])
    assert not store(pair, slow)
    assert not store(pair, replace(slow, epoch=epoch_now()))
    assert Screening.objects.get().outcome == "blocked"


def test_a_result_by_newer_rules_replaces_one_of_the_same_epoch(pair: Watch) -> None:
    result = replace(screened(pair), rule_version="2099.1")
    assert store(pair, result)
    assert Screening.objects.get().rule_version == "2099.1"


def test_older_rules_take_nothing_back(pair: Watch) -> None:
    new, old = (replace(screened(pair), rule_version=version) for version in ("2099.10.1", "2099.9.1"))
    assert [store(pair, result) for result in (new, old)] == [True, False]
    assert record_rules("2099.10.1")
    assert not store(pair, replace(old, epoch=epoch_now()))
    assert Screening.objects.get().rule_version == "2099.10.1"


def test_an_answer_that_cannot_be_stored_is_a_failure_of_its_pair(pair: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    def odd(graph: Snapshot, query: Query) -> Answer:
        return replace(screen(graph, query), newest_source=cast("dt.date", "no date"))

    monkeypatch.setattr("conflicts.screening.screen", odd)
    deal()
    assert rescore_watches([pair.pk]) == {"failed": 1}
    assert (Watch.objects.get().failures, Screening.objects.get().outcome) == (1, "clear")


def test_a_day_that_comes_before_the_facts_are_read_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    clock.create_story(dt.date(2025, 6, 11))
    google, meta, scale = parties("google", "meta", "scale-ai")
    compete(google, meta)
    holding(meta, scale, 49, start="2025-06-12")
    watch = watch_pair(tenant=TENANT, principal=google, subject=scale)
    monkeypatch.setattr("conflicts.rescoring.consistent", after_midnight)
    monkeypatch.setattr("conflicts.services.screenings.consistent", after_midnight)
    rescore_watches([watch.pk])
    stored = Screening.objects.get()
    assert (stored.as_of, stored.outcome) == (dt.date(2025, 6, 12), "blocked")
    assert screened(watch).as_of == dt.date(2025, 6, 13)


def after_midnight(read: Callable[[], object]) -> tuple[int, object]:
    clock.advance_story(clock.today() + dt.timedelta(days=1))
    record_day()
    return consistent(read)


def test_a_pair_that_is_watched_no_more_is_not_stored(pair: Watch) -> None:
    result = screened(pair)
    unwatch_pair(tenant=TENANT, principal=pair.principal, subject=pair.subject)
    assert not store(pair, result)
    assert not Screening.objects.exists()


def test_the_epoch_is_read_before_the_facts(pair: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fact that comes while the engine works leaves the pair behind, never wrongly up to date."""

    def slow_screen(graph: Snapshot, query: Query) -> Answer:
        if not Interest.objects.exists():
            holding("meta", "scale-ai", 49)
        return screen(graph, query)

    Screening.objects.all().delete()
    monkeypatch.setattr("conflicts.screening.screen", slow_screen)
    rescore_watches([pair.pk])
    assert Screening.objects.get().outcome == "clear"
    assert sweep_conflicts()["stored"] == 1
    assert Screening.objects.get().outcome == "blocked"


def test_a_pair_that_keeps_failing_is_parked_as_unknown(pair: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("conflicts.screening.screen", fail)
    deal()
    fates = [rescore_watches([pair.pk]) for _ in range(FAILURES_BEFORE_PARKING + 1)]
    assert fates == [{"failed": 1}] * (FAILURES_BEFORE_PARKING - 1) + [{"parked": 1}, {}]
    assert (Screening.objects.get().outcome, Watch.objects.behind().count()) == ("unknown", 0)


def test_one_failing_pair_holds_up_no_other(pair: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail_for_one(graph: Snapshot, query: Query) -> Answer:
        if query.vendor == "scale-ai":
            raise ZeroDivisionError
        return screen(graph, query)

    (outlier,) = parties("outlier")
    other = watch_pair(tenant=TENANT, principal=pair.principal, subject=outlier)
    deal()
    monkeypatch.setattr("conflicts.screening.screen", fail_for_one)
    assert rescore_watches([pair.pk, other.pk]) == {"stored": 1, "failed": 1}
    monkeypatch.undo()
    assert rescore_watches([pair.pk]) == {"stored": 1}
    assert Watch.objects.get(pk=pair.pk).failures == 0


def test_a_screening_is_as_of_today(pair: Watch) -> None:
    assert Screening.objects.get().as_of == screened(pair).as_of >= dt.date(2026, 1, 1)


def test_long_work_is_cut_into_chunks(pair: Watch) -> None:
    ids = [pair.pk] * (2 * CHUNK + 1)
    assert [len(chunk) for chunk in chunks(ids)] == [CHUNK, CHUNK, 1]
