"""A pair is behind until a screening of the newest change that may reach it is stored."""

import pytest

from conflicts.engine.bounds import PERCENT
from conflicts.engine.policy import Policy
from conflicts.expansion import expand_change
from conflicts.models import ChangeKind, FactChange, Party, Screening, Watch
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
    for change in FactChange.objects.unexpanded():
        expand_change(change.pk)
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
    expand_change(change.pk)
    assert behind() == {pair}
    rescore_watches([pair.pk])
    assert behind() == set()
    assert pair.screening.epoch == change.epoch


def test_rescored_before_expanded_counts_after(pair: Watch) -> None:
    holding("google", "scale-ai", 10)
    rescore_watches([pair.pk])
    assert behind() == {pair}
    expand_change(FactChange.objects.unexpanded().get().pk)
    assert behind() == set()


def test_a_policy_puts_only_its_tenants_pairs_behind(pair: Watch) -> None:
    set_policy(actor=None, tenant=OTHER_TENANT, principal=pair.principal, lines=Policy(economic_block=20 * PERCENT))
    assert behind() == set()
    set_policy(actor=None, tenant=TENANT, principal=pair.principal, lines=Policy(economic_block=20 * PERCENT))
    assert behind() == {pair}


def test_a_listing_puts_no_pair_behind(pair: Watch) -> None:
    FactChange.objects.create(epoch=99, kind=ChangeKind.LISTING, reach="none", at=clock.now())
    assert behind() == set()


def test_a_screening_by_other_rules_is_behind(pair: Watch) -> None:
    Screening.objects.update(rule_version="2020.1")
    assert behind() == {pair}
    rescore_watches([pair.pk])
    assert behind() == set()


def test_a_parked_pair_does_not_count(pair: Watch) -> None:
    holding("google", "scale-ai", 10)
    Watch.objects.update(parked_at=clock.now())
    assert behind() == set()
