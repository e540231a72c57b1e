"""A pair that keeps failing is parked with an alert, once; a change or a colleague has it tried again."""

from collections.abc import Callable

import pytest

from conflicts.changes import epoch_now
from conflicts.models import FactChange, Outcome, Screening, Watch
from conflicts.rescoring import FAILURES_BEFORE_PARKING, rescore_watches
from conflicts.services import retry_pair, retry_parked, watch_pair
from conflicts.sweeping import sweep_conflicts
from marketplace.records.models import LogEntry
from marketplace.records.refusals import Conflict
from tests.conflicts.builders import OTHER_TENANT, TENANT, compete, footprint, holding, parties, person

pytestmark = pytest.mark.django_db

Breaking = Callable[[], None]


@pytest.fixture
def breaking(monkeypatch: pytest.MonkeyPatch) -> Breaking:
    """Make every screening fail, as a defect of the engine would."""

    def fail(*_: object) -> None:
        raise ZeroDivisionError("secret figures")

    return lambda: monkeypatch.setattr("conflicts.screening.screen", fail)


@pytest.fixture
def pair() -> Watch:
    google, meta, scale = parties("google", "meta", "scale-ai")
    compete(google, meta)
    return watch_pair(tenant=TENANT, principal=google, subject=scale)


@pytest.fixture
def parked(pair: Watch, breaking: Breaking, monkeypatch: pytest.MonkeyPatch) -> Watch:
    """A pair that was parked by a defect that is mended now; Meta has bought 49 % meanwhile."""
    breaking()
    holding("meta", "scale-ai", 49)
    for _ in range(FAILURES_BEFORE_PARKING):
        sweep_conflicts()
    monkeypatch.undo()
    return Watch.objects.parked().get()


def entries(action: str) -> list[LogEntry]:
    return list(LogEntry.objects.filter(action=action))


def test_parking_stands_in_the_log_and_alarms(
    pair: Watch, breaking: Breaking, caplog: pytest.LogCaptureFixture
) -> None:
    breaking()
    for _ in range(FAILURES_BEFORE_PARKING - 1):
        sweep_conflicts()
    assert (entries("screening.parked"), "pair parked" in caplog.text) == ([], False)
    sweep_conflicts()
    (row,) = entries("screening.parked")
    assert (row.actor, row.tenant, row.subject_id, row.epoch) == (None, TENANT, pair.pk, epoch_now())
    assert row.data == {
        "principal": "google",
        "subject": "scale-ai",
        "problem": "The screening of this pair failed several times in a row.",
        "error": "ZeroDivisionError",
        "failures": 5,
    }
    assert ("pair parked" in caplog.text, str(pair.pk) in caplog.text) == (True, True)


def test_each_change_gives_one_more_chance_and_tells_nothing_again(parked: Watch, breaking: Breaking) -> None:
    breaking()
    holding("meta", "scale-ai", 50, start="2026")
    sweep_conflicts()
    assert (Watch.objects.parked().count(), len(entries("screening.parked"))) == (1, 1)


def test_a_pair_that_succeeded_in_between_is_told_again(parked: Watch, breaking: Breaking) -> None:
    holding("meta", "scale-ai", 50, start="2026")
    sweep_conflicts()
    assert Screening.objects.get().outcome == Outcome.BLOCKED
    breaking()
    holding("meta", "scale-ai", 51, start="2026-02")
    for _ in range(FAILURES_BEFORE_PARKING):
        sweep_conflicts()
    assert len(entries("screening.parked")) == 2


def test_a_colleague_has_it_tried_again(parked: Watch) -> None:
    sweep_conflicts()
    assert Screening.objects.get().outcome == Outcome.UNKNOWN
    ada = person("ada@staff.example")
    retry_pair(actor=ada, watch=parked)
    assert list(Watch.objects.behind()) == [parked]
    (row,) = entries("screening.retried")
    assert (row.actor, row.tenant, row.epoch) == (ada, TENANT, epoch_now())
    assert row.data["pairs"] == [{"principal": "google", "subject": "scale-ai"}]
    sweep_conflicts()
    assert (Screening.objects.get().outcome, Watch.objects.get().failures) == (Outcome.BLOCKED, 0)


def test_the_new_try_has_as_many_tries_as_a_new_pair(parked: Watch, breaking: Breaking) -> None:
    breaking()
    retry_pair(actor=person("ada@staff.example"), watch=parked)
    for _ in range(FAILURES_BEFORE_PARKING - 1):
        sweep_conflicts()
    assert not Watch.objects.parked().exists()
    sweep_conflicts()
    assert (Watch.objects.parked().count(), len(entries("screening.parked"))) == (1, 2)


def test_what_is_not_parked_is_not_tried_again(pair: Watch) -> None:
    ada = person("ada@staff.example")
    before = footprint()
    with pytest.raises(Conflict, match="This pair is not parked"):
        retry_pair(actor=ada, watch=pair)
    assert retry_parked(actor=ada) == 0
    assert footprint() == before


def test_all_are_tried_again_client_by_client(
    parked: Watch, breaking: Breaking, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaking()
    watch_pair(tenant=OTHER_TENANT, principal=parked.principal, subject=parked.subject)
    for _ in range(FAILURES_BEFORE_PARKING):
        sweep_conflicts()
    monkeypatch.undo()
    assert retry_parked(actor=person("ada@staff.example")) == 2
    reach = FactChange.objects.unexpanded().values_list("tenant", "reach")
    assert set(reach) == {(TENANT, "tenant"), (OTHER_TENANT, "tenant")}
    rescore_watches(Watch.objects.values_list("pk", flat=True))
    sweep_conflicts()
    assert sorted(Screening.objects.values_list("outcome", flat=True)) == ["blocked", "clear"]
