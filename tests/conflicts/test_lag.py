"""The lag is the age of the oldest row that waits, whatever was done meanwhile and whoever did it."""

import datetime as dt

import pytest

from conflicts.expansion import expand_changes
from conflicts.lag import LIMIT, Lag, lag
from conflicts.models import ChangeKind, Watch
from conflicts.rescoring import FAILURES_BEFORE_PARKING, rescore_watches
from conflicts.services import screen_pair, watch_pair
from conflicts.storing import store
from conflicts.sweeping import sweep_conflicts
from marketplace.records import clock
from tests.conflicts.builders import OTHER_TENANT, TENANT, compete, holding, old_change, parties

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair() -> Watch:
    """A pair that is up to date, as nothing is behind."""
    google, meta, scale = parties("google", "meta", "scale-ai")
    compete(google, meta)
    watch = watch_pair(tenant=TENANT, principal=google, subject=scale)
    sweep_conflicts()
    return watch


def seconds(waited: dt.timedelta) -> int:
    """Whole seconds, so that the moment that a test takes does not count."""
    return int(waited.total_seconds()) // 10 * 10


def test_nothing_waits_where_all_is_done(pair: Watch) -> None:
    assert lag() == Lag(dt.timedelta(0), dt.timedelta(0))


def test_a_change_that_nobody_expands_grows_old(pair: Watch) -> None:
    old_change(seconds=50)
    assert (seconds(lag().expansion), lag().rescoring, lag().is_over) == (50, dt.timedelta(0), False)
    old_change(seconds=70)
    assert (seconds(lag().expansion), lag().is_over) == (70, True)


def test_expanded_the_pair_is_as_old_as_the_change(pair: Watch) -> None:
    old_change(seconds=70)
    expand_changes()
    assert (lag().expansion, seconds(lag().rescoring), lag().is_over) == (dt.timedelta(0), 70, True)
    rescore_watches([pair.pk])
    assert lag() == Lag(dt.timedelta(0), dt.timedelta(0))


def test_newer_changes_make_a_waiting_pair_no_younger(pair: Watch) -> None:
    for age in (70, 40, 10):
        old_change(seconds=age)
        expand_changes()
    assert seconds(lag().rescoring) == 70


def test_a_pair_that_keeps_up_under_constant_change_never_grows_old(pair: Watch) -> None:
    """Each screening misses the newest change; the wait begins with that one and not with the first of all."""
    old_change(seconds=70)
    expand_changes()
    result = screen_pair(tenant=TENANT, principal=pair.principal, subject=pair.subject)
    old_change(seconds=10)
    expand_changes()
    assert store(pair, result)
    assert (Watch.objects.unscreened().count(), seconds(lag().rescoring)) == (1, 10)


def test_long_peace_before_a_change_is_no_lag(pair: Watch) -> None:
    """A change that never reaches the pair passes by, even one that came while it was screened."""
    old_change(seconds=9_500)
    expand_changes()
    result = screen_pair(tenant=TENANT, principal=pair.principal, subject=pair.subject)
    old_change(seconds=9_000, tenant=OTHER_TENANT)
    assert store(pair, result)
    old_change(seconds=20)
    expand_changes()
    assert seconds(lag(tenant=TENANT).rescoring) == 20


def test_a_pair_watched_anew_waits_from_now_on(pair: Watch) -> None:
    (newcomer,) = parties("labelbox")
    for age in (9_000, 8_000):
        old_change(seconds=age)
        expand_changes()
    rescore_watches([pair.pk])
    watch_pair(tenant=TENANT, principal=pair.principal, subject=newcomer)
    assert seconds(lag(tenant=TENANT).rescoring) == 0
    assert Watch.objects.unscreened().count() == 1


def test_what_the_release_before_this_one_marked_is_as_old_as_its_newest_change(pair: Watch) -> None:
    old_change(seconds=70)
    expand_changes()
    Watch.objects.update(waits_since=None)
    assert seconds(lag().rescoring) == 70


def test_a_parked_pair_does_not_count(pair: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    old_change(seconds=70)
    expand_changes()
    monkeypatch.setattr("conflicts.screening.screen", fail)
    for _ in range(FAILURES_BEFORE_PARKING - 1):
        rescore_watches([pair.pk])
    assert lag().is_over
    rescore_watches([pair.pk])
    assert not lag().is_over


def test_what_waits_for_one_tenant_is_no_lag_of_another(pair: Watch) -> None:
    other = watch_pair(tenant=OTHER_TENANT, principal=pair.principal, subject=pair.subject)
    rescore_watches([other.pk])
    old_change(seconds=70, tenant=TENANT, kind=ChangeKind.COMPETITOR_LIST)
    assert (lag(tenant=TENANT).is_over, lag(tenant=OTHER_TENANT).is_over, lag().is_over) == (True, False, True)
    expand_changes()
    assert (lag(tenant=TENANT).is_over, lag(tenant=OTHER_TENANT).is_over, lag().is_over) == (True, False, True)


def test_the_limit_is_that_of_the_semantics() -> None:
    assert dt.timedelta(seconds=60) == LIMIT


def test_in_a_story_ages_are_told_by_its_own_clock() -> None:
    clock.create_story(dt.date(2025, 6, 11))
    parties("meta", "scale-ai")
    holding("meta", "scale-ai", 49)
    assert lag().expansion == dt.timedelta(0)
    clock.advance_story(dt.date(2025, 6, 12))
    assert lag().expansion == dt.timedelta(days=1)
