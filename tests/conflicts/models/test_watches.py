"""A pair is behind until a screening of the newest change that may reach it is stored."""

import datetime as dt

import pytest

from conflicts.changes import fact_change
from conflicts.engine.bounds import PERCENT
from conflicts.engine.policy import Policy
from conflicts.expansion import expand_changes
from conflicts.models import ChangeKind, DaySwept, FactChange, Party, Screening, Watch
from conflicts.rescoring import rescore_watches
from conflicts.services import set_policy, watch_pair
from marketplace.records import clock
from tests.conflicts.builders import OTHER_TENANT, TENANT, holding, parties

pytestmark = pytest.mark.django_db


def behind() -> set[Watch]:
    return set(Watch.objects.behind())


@pytest.fixture
def pair() -> Watch:
    """A watched pair that is up to date."""
    google, _ = parties("google", "scale-ai")
    watch = watch_pair(tenant=TENANT, principal=google, subject=Party.objects.get(slug="scale-ai"))
    expand_changes()
    rescore_watches([watch.pk])
    assert behind() == set()
    return watch


def test_a_new_pair_is_behind(pair: Watch) -> None:
    other = watch_pair(tenant=OTHER_TENANT, principal=pair.principal, subject=pair.subject)
    assert behind() == {other}


def test_a_fact_puts_every_pair_behind_until_it_is_expanded_and_rescored(pair: Watch) -> None:
    holding("google", "scale-ai", 10)
    change = FactChange.objects.unexpanded().get()
    assert behind() == {pair}
    expand_changes()
    assert behind() == {pair}
    rescore_watches([pair.pk])
    assert behind() == set()
    assert pair.screening.epoch == change.epoch


def test_a_worker_leaves_alone_what_may_only_be_reached(pair: Watch) -> None:
    holding("google", "scale-ai", 10)
    assert behind() == {pair}
    assert not Watch.objects.wanting().exists()
    assert rescore_watches([pair.pk]) == {}


def test_rescored_before_expanded_counts_after(pair: Watch) -> None:
    change = holding("google", "scale-ai", 10).recorded_by
    Watch.objects.update(want_epoch=change.epoch)
    rescore_watches([pair.pk])
    assert behind() == {pair}
    expand_changes()
    assert behind() == set()


def test_a_policy_puts_only_its_tenants_pairs_behind(pair: Watch) -> None:
    set_policy(actor=None, tenant=OTHER_TENANT, principal=pair.principal, lines=Policy(economic_block=20 * PERCENT))
    assert behind() == set()
    set_policy(actor=None, tenant=TENANT, principal=pair.principal, lines=Policy(economic_block=20 * PERCENT))
    assert behind() == {pair}


def test_a_listing_puts_no_pair_behind(pair: Watch) -> None:
    with fact_change(kind=ChangeKind.LISTING, actor=None, log_action="listing.saved"):
        pass
    assert behind() == set()


def test_a_screening_as_of_a_day_that_passed_is_behind(pair: Watch) -> None:
    DaySwept.objects.create(date=clock.today())
    assert behind() == set()
    Screening.objects.update(as_of=clock.today() - dt.timedelta(days=1))
    assert behind() == {pair}
    rescore_watches([pair.pk])
    assert behind() == set()


def test_what_failed_comes_last_and_what_waited_longest_first(pair: Watch) -> None:
    newer, older = parties("newer", "older")
    told = {"tenant": TENANT, "principal": pair.principal}
    waiting = [
        Watch.objects.create(subject=pair.principal, want_epoch=1, failures=2, **told),
        Watch.objects.create(subject=newer, want_epoch=9, **told),
        Watch.objects.create(subject=older, want_epoch=8, **told),
    ]
    Watch.objects.filter(pk=pair.pk).update(parked_at=clock.now())
    assert list(Watch.objects.behind()) == waiting[::-1]


def test_a_parked_pair_does_not_count(pair: Watch) -> None:
    holding("google", "scale-ai", 10)
    Watch.objects.update(parked_at=clock.now())
    assert behind() == set()
