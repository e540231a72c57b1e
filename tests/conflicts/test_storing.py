"""What one read of the facts found is stored together, and one pair that fails holds up no other."""

import pytest
from celery.exceptions import SoftTimeLimitExceeded

from conflicts import storing
from conflicts.engine.case import Query
from conflicts.engine.findings import Answer
from conflicts.engine.screening import screen
from conflicts.engine.snapshot import Snapshot
from conflicts.epochs import epoch_now
from conflicts.expansion import expand_changes
from conflicts.history import keep_change
from conflicts.models import Screening, Watch
from conflicts.rescoring import rescore_watches
from conflicts.screening import ScreeningResult
from conflicts.services import screen_pair, watch_pair
from conflicts.sweeping import sweep_conflicts
from tests.conflicts.builders import TENANT, compete, holding, parties

pytestmark = pytest.mark.django_db


@pytest.fixture
def pairs() -> dict[str, Watch]:
    """Google, whose rival is Meta, watches two labs that one fund owns; the rival has bought into the fund."""
    google, meta, *labs = parties("google", "meta", "crowd", "lab")
    parties("fund")
    compete(google, meta)
    for lab in labs:
        holding("fund", lab.slug, 60)
    watches = {lab.slug: watch_pair(tenant=TENANT, principal=google, subject=lab) for lab in labs}
    sweep_conflicts()
    holding("meta", "fund", 60)
    expand_changes()
    return watches


def outcomes() -> dict[str, str]:
    return dict(Screening.objects.values_list("subject__slug", "outcome"))


def test_a_pair_that_cannot_be_stored_holds_up_no_other(
    pairs: dict[str, Watch], monkeypatch: pytest.MonkeyPatch
) -> None:
    right = keep_change

    def fails_for_lab(before: Screening, result: ScreeningResult) -> None:
        if result.subject.slug == "lab":
            raise ValueError
        right(before, result)

    monkeypatch.setattr("conflicts.storing.keep_change", fails_for_lab)
    assert rescore_watches([watch.pk for watch in pairs.values()]) == {"stored": 1, "failed": 1}
    assert outcomes() == {"crowd": "blocked", "lab": "clear"}
    assert list(Watch.objects.values_list("subject__slug", "failures")) == [("crowd", 0), ("lab", 1)]


def test_what_was_found_before_the_time_was_over_is_stored(
    pairs: dict[str, Watch], monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []

    def slow_at_second(graph: Snapshot, query: Query) -> Answer:
        begun.append(query.vendor)
        if len(begun) > 1:
            raise SoftTimeLimitExceeded
        return screen(graph, query)

    monkeypatch.setattr("conflicts.screening.screen", slow_at_second)
    with pytest.raises(SoftTimeLimitExceeded):
        rescore_watches([watch.pk for watch in pairs.values()])
    first, second = begun
    assert outcomes() == {first: "blocked", second: "clear"}
    assert Screening.objects.get(subject__slug=first).epoch == epoch_now()
    assert Watch.objects.get(failures=1).subject.slug == second


def test_a_chunk_is_stored_once(pairs: dict[str, Watch]) -> None:
    found = [storing.Found(watch, screened(watch), frozenset({"lab"})) for watch in pairs.values()]
    assert storing.store_all(found) == {watch.pk for watch in pairs.values()}
    assert storing.store_all(found) == set()
    assert set(Watch.objects.values_list("near__party__slug", "near_epoch")) == {("lab", epoch_now())}


def screened(watch: Watch) -> ScreeningResult:
    return screen_pair(tenant=watch.tenant, principal=watch.principal, subject=watch.subject)
