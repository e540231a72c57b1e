"""A change marks every pair that it can reach, once."""

import pytest

from conflicts.changes import fact_change
from conflicts.expansion import expand_changes
from conflicts.models import ChangeKind, FactChange, Watch
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
    assert set(expand_changes().watch_ids) == {watches[name].pk for name in reached}
    wanted = {name for name, watch in watches.items() if Watch.objects.get(pk=watch.pk).want_epoch == change.epoch}
    assert wanted == reached
    assert FactChange.objects.get(pk=change.pk).expanded_at is not None


def test_the_second_time_nothing_is_left_to_mark(watches: dict[str, Watch]) -> None:
    change_of(ChangeKind.INTEREST)
    assert expand_changes().changes == 1
    assert expand_changes() == (0, [])


def test_changes_that_wait_are_expanded_together_and_the_newest_is_wanted(watches: dict[str, Watch]) -> None:
    change_of(ChangeKind.INTEREST)
    newest = change_of(ChangeKind.POLICY)
    change_of(ChangeKind.LISTING)
    assert expand_changes().changes == 3
    assert Watch.objects.get(pk=watches["own"].pk).want_epoch > newest.epoch
    assert FactChange.objects.unexpanded().count() == 0


def test_an_older_change_that_comes_late_takes_nothing_back(watches: dict[str, Watch]) -> None:
    older, newer = change_of(ChangeKind.INTEREST), change_of(ChangeKind.INTEREST)
    Watch.objects.update(want_epoch=newer.epoch)
    FactChange.objects.filter(pk=newer.pk).update(expanded_at=clock.now())
    assert expand_changes().changes == 1
    assert set(Watch.objects.values_list("want_epoch", flat=True)) == {newer.epoch}
    assert older.epoch < newer.epoch


def test_a_parked_pair_gets_one_more_chance(watches: dict[str, Watch]) -> None:
    Watch.objects.update(failures=5, parked_at=clock.now())
    change_of(ChangeKind.POLICY)
    expand_changes()
    assert list(Watch.objects.filter(parked_at=None)) == [watches["own"]]
    assert Watch.objects.get(parked_at=None).failures == 5
