"""A change marks every pair that it can reach, once."""

import pytest

from conflicts.changes import fact_change
from conflicts.expansion import expand_change
from conflicts.models import ChangeKind, FactChange, Party, Watch
from conflicts.services import watch_pair
from marketplace.records import clock
from tests.conflicts.builders import OTHER_TENANT, TENANT, parties

pytestmark = pytest.mark.django_db


@pytest.fixture
def watches() -> dict[str, Watch]:
    """One pair of each of two tenants."""
    google, scale = parties("google", "scale-ai")
    FactChange.objects.filter(expanded_at=None).update(expanded_at=clock.now())
    return {
        "own": watch_pair(tenant=TENANT, principal=google, subject=scale),
        "other": watch_pair(tenant=OTHER_TENANT, principal=google, subject=scale),
    }


def change_of(kind: ChangeKind) -> FactChange:
    with fact_change(kind=kind, actor=None, log_action="test", tenant=TENANT) as change:
        return change


@pytest.mark.parametrize(
    ("kind", "reached"),
    [
        (ChangeKind.INTEREST, {"own", "other"}),
        (ChangeKind.DATE_PASSED, {"own", "other"}),
        (ChangeKind.COMPETITOR_LIST, {"own"}),
        (ChangeKind.POLICY, {"own"}),
        (ChangeKind.DECISION, {"own"}),
        (ChangeKind.LISTING, set()),
    ],
)
def test_a_change_marks_whom_it_can_reach(watches: dict[str, Watch], kind: ChangeKind, reached: set[str]) -> None:
    change = change_of(kind)
    assert set(expand_change(change.pk)) == {watches[name].pk for name in reached}
    wanted = {name for name, watch in watches.items() if Watch.objects.get(pk=watch.pk).want_epoch == change.epoch}
    assert wanted == reached
    assert FactChange.objects.get(pk=change.pk).expanded_at is not None


def test_the_second_time_nothing_is_left_to_mark(watches: dict[str, Watch]) -> None:
    change = change_of(ChangeKind.INTEREST)
    expand_change(change.pk)
    assert expand_change(change.pk) == []
    assert expand_change(Party.objects.all()[0].pk) == []


def test_an_older_change_that_comes_late_takes_nothing_back(watches: dict[str, Watch]) -> None:
    older, newer = change_of(ChangeKind.INTEREST), change_of(ChangeKind.INTEREST)
    for change in (newer, older):
        expand_change(change.pk)
    assert set(Watch.objects.values_list("want_epoch", flat=True)) == {newer.epoch}


def test_a_parked_pair_gets_one_more_chance(watches: dict[str, Watch]) -> None:
    Watch.objects.update(failures=5, parked_at=clock.now())
    expand_change(change_of(ChangeKind.POLICY).pk)
    assert list(Watch.objects.filter(parked_at=None)) == [watches["own"]]
    assert Watch.objects.get(parked_at=None).failures == 5
