"""What a newer screening says otherwise is kept, with the epochs between which it came about."""

from dataclasses import replace

import pytest

from conflicts.models import FactChange, Interest, Reach, Screening, ScreeningChange, Watch
from conflicts.services import retract_interest, screen_pair, watch_pair
from conflicts.storing import store
from conflicts.sweeping import sweep_conflicts
from tests.conflicts.builders import OTHER_TENANT, TENANT, compete, holding, parties

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair() -> Watch:
    """A watched pair that is clear and up to date."""
    google, meta, xai, scale = parties("google", "meta", "xai", "scale-ai")
    compete(google, meta, xai)
    watch = watch_pair(tenant=TENANT, principal=google, subject=scale)
    sweep_conflicts()
    return watch


def turns() -> list[tuple[str, str]]:
    return list(ScreeningChange.objects.values_list("before", "after"))


def change_of(row: Interest) -> FactChange:
    return row.recorded_by


def test_another_outcome_is_kept_with_the_epochs_between(pair: Watch) -> None:
    before = Screening.objects.get().epoch
    stake = holding("meta", "scale-ai", 49)
    sweep_conflicts()
    turn = ScreeningChange.objects.get()
    assert (turn.tenant, turn.subject, turn.before, turn.after) == (TENANT, pair.subject, "clear", "blocked")
    assert turn.from_epoch == before < change_of(stake).epoch <= turn.epoch == Screening.objects.get().epoch


def test_a_first_screening_turns_nothing(pair: Watch) -> None:
    assert turns() == []


def test_a_note_or_the_same_again_is_no_change(pair: Watch) -> None:
    stake = holding("meta", "scale-ai", 1)
    sweep_conflicts()
    assert Screening.objects.get().epoch == change_of(stake).epoch
    holding("meta", "google", 1)
    sweep_conflicts()
    assert turns() == []


def test_a_second_competitor_in_the_same_outcome_is_kept(pair: Watch) -> None:
    holding("meta", "scale-ai", 10)
    sweep_conflicts()
    holding("xai", "scale-ai", 10)
    sweep_conflicts()
    assert turns() == [("clear", "review"), ("review", "review")]


def test_an_improvement_is_kept_too(pair: Watch) -> None:
    stake = holding("meta", "scale-ai", 49)
    sweep_conflicts()
    retract_interest(actor=None, interest=stake, reason="It never was.")
    sweep_conflicts()
    assert turns() == [("clear", "blocked"), ("blocked", "clear")]


def test_a_result_that_is_outrun_turns_nothing(pair: Watch) -> None:
    slow = screen_pair(tenant=TENANT, principal=pair.principal, subject=pair.subject)
    holding("meta", "scale-ai", 49)
    sweep_conflicts()
    assert not store(pair, slow)
    assert turns() == [("clear", "blocked")]


def test_what_other_rules_told_counts_as_another(pair: Watch) -> None:
    holding("meta", "scale-ai", 49)
    sweep_conflicts()
    stored = Screening.objects.get()
    stored.findings[0]["rule"] = "a rule of tomorrow"
    stored.save(update_fields=["findings"])
    result = screen_pair(tenant=TENANT, principal=pair.principal, subject=pair.subject)
    assert store(pair, replace(result, rule_version="2099.1"))
    assert turns()[-1] == ("blocked", "blocked")


def test_an_event_is_asked_by_its_place_and_its_reach(pair: Watch) -> None:
    earlier = change_of(holding("google", "xai", 1))
    sweep_conflicts()
    stake = change_of(holding("meta", "scale-ai", 49))
    sweep_conflicts()
    touched = ScreeningChange.objects.after
    assert touched(stake).count() == 1
    assert not touched(earlier).exists()
    for reach, tenant, found in ((Reach.NONE, None, 0), (Reach.TENANT, TENANT, 1), (Reach.TENANT, OTHER_TENANT, 0)):
        stake.reach, stake.tenant = reach, tenant
        assert touched(stake).count() == found
