"""The stored check says what the rows say, in one statement, and how fresh that is."""

import datetime as dt
from collections.abc import Callable, Iterator
from importlib import import_module
from random import Random
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from conflicts import checks
from conflicts.answers import AllCheck, CompetitorExposure, Entry, PairCheck, Why
from conflicts.changes import epoch_now
from conflicts.engine.bounds import PERCENT, WHOLE
from conflicts.engine.screening import RULE_VERSION
from conflicts.expansion import expand_changes
from conflicts.exposing import refresh_exposures
from conflicts.models import Coverage, ExposedSubject, FactChange, Outcome, Overview, Party, RulesSeen, Screening, Watch
from conflicts.rescoring import FAILURES_BEFORE_PARKING, rescore_watches
from conflicts.services import retract_interest, unwatch_pair, watch_pair, watch_pairs
from conflicts.statements import Statement
from conflicts.sweeping import record_day, sweep_conflicts
from marketplace.records import clock
from marketplace.records.refusals import Unavailable
from tests.conflicts.builders import OTHER_TENANT, TENANT, compete, holding, parties

pytestmark = pytest.mark.django_db


@pytest.fixture
def google() -> Party:
    """A client that watches two vendors, one of which its competitor has a part of; all is up to date."""
    google, meta, scale, surge = parties("google", "meta", "scale-ai", "surge")
    compete(google, meta)
    holding(meta, scale, 49, start="2025-06-12")
    watch_pairs(tenant=TENANT, principal=google, subjects=[scale, surge])
    sweep_conflicts()
    return google


def pair(google: Party, slug: str) -> PairCheck:
    return checks.check_pair(tenant=TENANT, principal=google, subject=Party.objects.get(slug=slug))


def every(google: Party) -> AllCheck:
    return checks.check_all(tenant=TENANT, principal=google)


def by_slug(found: AllCheck) -> dict[str, tuple[str, bool]]:
    slugs = dict(Party.objects.values_list("pk", "slug"))
    return {slugs[entry.party]: (entry.outcome, entry.behind) for entry in found}


def statements(ask: Callable[[], object]) -> int:
    """How many statements the second asking takes: the first one prepares, and learns the roster."""
    ask()
    with CaptureQueriesContext(connection) as asked:
        ask()
    return len(asked)


def test_a_pair_is_told_as_it_is_stored(google: Party) -> None:
    found, stored = pair(google, "scale-ai"), Screening.objects.get(subject__slug="scale-ai")
    assert (found.outcome, found.coverage, found.newest_source) == ("blocked", stored.coverage, stored.newest_source)
    assert (found.screened_epoch, found.as_of, found.epoch) == (stored.epoch, clock.today(), epoch_now())
    assert (found.why, found.behind, found.exposures) == ((), False, None)


def test_all_are_told_as_they_are_stored(google: Party) -> None:
    found = every(google)
    assert by_slug(found) == {"scale-ai": ("blocked", False), "surge": ("clear", False)}
    assert (found.counts[Outcome.BLOCKED], found.counts[Outcome.CLEAR], found.unscreened, found.behind) == (1, 1, 0, 0)
    assert (found.epoch, found.as_of, found.why) == (epoch_now(), clock.today(), ())


def test_each_takes_one_statement(google: Party) -> None:
    (stranger,) = parties("stranger")
    assert statements(lambda: pair_of(google, stranger)) == 1
    assert statements(lambda: every(google)) == 1


def pair_of(google: Party, subject: Party) -> PairCheck:
    return checks.check_pair(tenant=TENANT, principal=google, subject=subject)


def test_nobody_learns_what_is_stored_of_another_client(google: Party) -> None:
    scale = Party.objects.get(slug="scale-ai")
    other = checks.check_pair(tenant=OTHER_TENANT, principal=google, subject=scale)
    assert (other.outcome, other.why) == ("unknown", (Why.UNWATCHED,))
    assert list(checks.check_all(tenant=OTHER_TENANT, principal=google)) == []


def test_what_was_never_screened_is_unknown_and_behind(google: Party) -> None:
    (late,) = parties("late")
    sweep_conflicts()
    watch_pair(tenant=TENANT, principal=google, subject=late)
    assert pair(google, "late").why == (Why.UNSCREENED,)
    found = every(google)
    assert by_slug(found)["late"] == ("unknown", True)
    assert (found.counts[Outcome.UNKNOWN], found.unscreened, found.behind) == (1, 1, 1)


def test_a_change_that_waits_makes_everything_behind(google: Party) -> None:
    holding("meta", "surge", 30)
    assert pair(google, "surge").why == (Why.EXPANDING,)
    assert (every(google).why, every(google).behind) == ((Why.EXPANDING,), 2)
    assert by_slug(every(google)) == {"scale-ai": ("blocked", True), "surge": ("clear", True)}


def test_a_change_of_another_client_leaves_it_fresh(google: Party) -> None:
    compete(google, Party.objects.get(slug="surge"), tenant=OTHER_TENANT)
    assert pair(google, "surge").why == every(google).why == ()


def test_a_change_that_was_expanded_waits_for_its_screening(google: Party) -> None:
    holding("meta", "surge", 30)
    expand_changes()
    assert (pair(google, "surge").why, every(google).why) == ((Why.RESCORING,), ())
    assert by_slug(every(google)) == {"scale-ai": ("blocked", False), "surge": ("clear", True)}
    rescore_watches(Watch.objects.filter(subject__slug="surge").values_list("pk", flat=True))
    assert by_slug(every(google)) == {"scale-ai": ("blocked", False), "surge": ("blocked", False)}


def test_a_day_that_has_passed_is_told(google: Party) -> None:
    Screening.objects.update(as_of=clock.today() - dt.timedelta(days=1))
    assert Overview.objects.mend(tenant=TENANT, principal=google)
    assert pair(google, "surge").why == (Why.DAY,)
    assert every(google).behind == 2


def test_other_rules_are_told(google: Party) -> None:
    Screening.objects.update(rule_version="2020.1")
    RulesSeen.objects.update(version="2020.1")
    assert Overview.objects.mend(tenant=TENANT, principal=google)
    assert RULE_VERSION != "2020.1"
    assert pair(google, "surge").why == every(google).why == (Why.RULES,)


def test_a_parked_pair_is_unknown_and_not_behind(google: Party, monkeypatch: pytest.MonkeyPatch) -> None:
    holding("meta", "surge", 30)
    expand_changes()
    park(Watch.objects.get(subject__slug="surge"), monkeypatch)
    assert (pair(google, "surge").outcome, pair(google, "surge").why) == ("unknown", (Why.PARKED,))
    assert (pair(google, "surge").behind, by_slug(every(google))["surge"]) == (False, ("unknown", False))


def park(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the screening of a pair that is behind fail once too often."""

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    expand_changes()
    Watch.objects.filter(pk=watch.pk).update(failures=FAILURES_BEFORE_PARKING - 1)
    with monkeypatch.context() as failing:
        failing.setattr("conflicts.screening.screen", fail)
        assert rescore_watches([watch.pk]) == {"parked": 1}


def test_a_place_that_is_left_is_given_again(google: Party) -> None:
    scale, surge = (Party.objects.get(slug=slug) for slug in ("scale-ai", "surge"))
    every(google)
    unwatch_pair(tenant=TENANT, principal=google, subject=scale)
    assert by_slug(every(google)) == {"surge": ("clear", False)}
    watch_pair(tenant=TENANT, principal=google, subject=surge)
    (late,) = parties("late")
    watch_pair(tenant=TENANT, principal=google, subject=late)
    sweep_conflicts()
    assert by_slug(every(google)) == {"surge": ("clear", False), "late": ("clear", False)}
    assert len(Overview.objects.get().cells) == 2


def test_a_watch_of_the_release_before_is_behind_until_it_has_its_place(google: Party) -> None:
    """That release knows no places: it adds rows without one, and writes no bytes."""
    (late,) = parties("late")
    sweep_conflicts()
    Watch.objects.create(tenant=TENANT, principal=google, subject=late, want_epoch=epoch_now())
    assert by_slug(every(google))["late"] == ("unknown", True)
    Screening.objects.filter(subject__slug="surge").update(outcome="blocked")
    assert Overview.objects.mend(tenant=TENANT, principal=google)
    assert by_slug(every(google))["surge"] == ("blocked", False)
    assert pair(google, "surge").outcome == "blocked"
    assert not Watch.objects.filter(place=None).exists()
    assert Overview.objects.mend_all() == 0


def test_the_migration_gives_every_row_its_place(google: Party, monkeypatch: pytest.MonkeyPatch) -> None:
    (late,) = parties("late")
    holding(google, "surge", 1)
    expand_changes()
    watch_pair(tenant=TENANT, principal=google, subject=late)
    park(Watch.objects.get(subject__slug="surge"), monkeypatch)
    before = by_slug(every(google)), pair(google, "scale-ai")
    Overview.objects.all().delete()
    Watch.objects.update(place=None, told="")
    import_module("conflicts.migrations.0002_overviews_and_exposures").give_places(apps, connection.schema_editor())
    assert (by_slug(every(google)), pair(google, "scale-ai")) == before


def test_a_roster_that_always_moves_is_unavailable(google: Party, monkeypatch: pytest.MonkeyPatch) -> None:
    ask = Statement.ask

    def ask_and_move(statement: Statement, **values: UUID) -> object:
        row = ask(statement, **values)
        Overview.objects.update(roster_version=uuid4())
        return row

    monkeypatch.setattr(Statement, "ask", ask_and_move)
    with pytest.raises(Unavailable, match="ask again"):
        every(google)


def test_a_pair_that_is_not_watched_is_told_by_the_stored_exposures(google: Party) -> None:
    meta, surge = (Party.objects.get(slug=slug) for slug in ("meta", "surge"))
    labs = parties("amazon", "labs")
    compete(google, meta, *labs)
    holding("amazon", "surge", 60)
    refresh_exposures()
    unwatch_pair(tenant=TENANT, principal=google, subject=surge)
    found = pair(google, "surge")
    assert (found.outcome, found.why, found.behind) == ("unknown", (Why.UNWATCHED,), False)
    assert found.exposures is not None
    amazon, *others = found.exposures.competitors
    assert (amazon.competitor, amazon.must_control, amazon.may_control) == (labs[0].pk, True, True)
    assert amazon.low <= 60 * PERCENT <= amazon.high <= 60 * PERCENT + 1
    assert {(one.low, one.high, one.may_control) for one in others} == {(0, 0, False)}
    assert (found.exposures.epoch, found.exposures.as_of) == (epoch_now(), clock.today())


def test_what_is_not_stored_of_a_subject_is_not_told(google: Party) -> None:
    parties("stranger")
    refresh_exposures()
    assert pair(google, "stranger").exposures is None


def test_a_competitor_itself_is_told_whole(google: Party) -> None:
    meta = Party.objects.get(slug="meta")
    watch_pair(tenant=OTHER_TENANT, principal=google, subject=meta)
    refresh_exposures()
    found = pair(google, "meta").exposures
    assert found is not None
    assert found.competitors == (CompetitorExposure(meta.pk, WHOLE, WHOLE, must_control=True, may_control=True),)


def test_who_is_not_listed_has_no_more_than_the_slack(google: Party) -> None:
    refresh_exposures()
    unwatch_pair(tenant=TENANT, principal=google, subject=Party.objects.get(slug="surge"))
    for rest, may in ((7, False), (WHOLE, True)):
        ExposedSubject.objects.update(rest=rest)
        found = pair(google, "surge").exposures
        assert found is not None
        assert [(one.low, one.high, one.may_control) for one in found.competitors] == [(0, rest, may)]


class Story:
    """Random acts of two clients and of the workers; what the workers do comes late, and in any order."""

    def __init__(self, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
        self.rng = Random(seed)
        self.monkeypatch = monkeypatch
        self.google, *self.vendors = parties("google", "meta", "scale-ai", "surge", "turing")
        sweep_conflicts()
        record_day()

    def act(self) -> None:
        acts = [self.watch, self.watch, self.fact, self.declare, self.expand, self.expand, self.rescore, self.rescore]
        self.rng.choice([*acts, self.unwatch, self.park])()

    def watch(self) -> None:
        subjects = self.rng.sample(self.vendors, 2)
        watch_pairs(tenant=self.tenant(), principal=self.google, subjects=subjects)

    def unwatch(self) -> None:
        unwatch_pair(tenant=self.tenant(), principal=self.google, subject=self.rng.choice(self.vendors))

    def fact(self) -> None:
        holder, subject = self.rng.sample(self.vendors, 2)
        row = holding(
            holder, subject, self.rng.choice([3, 10, 30]), start=f"20{FactChange.objects.unexpanded().count() + 10}"
        )
        if self.rng.random() < 0.3:
            retract_interest(actor=None, interest=row, reason="Never was.")

    def declare(self) -> None:
        compete(self.google, *self.rng.sample(self.vendors, 2), tenant=self.tenant())

    def expand(self) -> None:
        expand_changes()

    def rescore(self) -> None:
        rescore_watches([watch.pk for watch in self.some_watches()])

    def park(self) -> None:
        for watch in self.some_watches():
            if Watch.objects.wanting().filter(pk=watch.pk).exists():
                park(watch, self.monkeypatch)

    def some_watches(self) -> list[Watch]:
        watches = list(Watch.objects.order_by("tenant", "subject__slug"))
        return self.rng.sample(watches, min(2, len(watches)))

    def tenant(self) -> UUID:
        return self.rng.choice([TENANT, OTHER_TENANT])


def said_by_rows(tenant: UUID, google: Party) -> set[Entry]:
    return {_said(watch) for watch in Watch.objects.filter(tenant=tenant, principal=google)}


def _said(watch: Watch) -> Entry:
    waiting = FactChange.objects.unexpanded().filter(Q(reach="every") | Q(reach="tenant", tenant=watch.tenant)).exists()
    screening = Screening.objects.filter(watch=watch).first()
    if screening is None or watch.parked_at:
        behind = screening is None and not watch.parked_at
        return Entry(watch.subject_id, Outcome.UNKNOWN, Coverage.NONE, behind or waiting)
    behind = Watch.objects.behind().filter(pk=watch.pk).exists()
    return Entry(watch.subject_id, Outcome(screening.outcome), Coverage(screening.coverage), behind)


def differing(google: Party) -> Iterator[tuple[object, object]]:
    """Where the checks and the rows tell different things."""
    for tenant in (TENANT, OTHER_TENANT):
        told, rows = checks.check_all(tenant=tenant, principal=google), said_by_rows(tenant, google)
        if set(told) != rows:
            yield set(told), rows
        for entry in rows:
            subject = Party.objects.get(pk=entry.party)
            alone = checks.check_pair(tenant=tenant, principal=google, subject=subject)
            if (alone.outcome, alone.coverage, alone.behind) != entry[1:]:
                yield alone, entry


@pytest.mark.parametrize("seed", range(10))
def test_whatever_happens_the_overview_says_what_the_rows_say(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    story = Story(seed, monkeypatch)
    for _ in range(20):
        story.act()
        assert list(differing(story.google)) == []


@pytest.mark.parametrize("forgetful", ["conflicts.storing", "conflicts.expansion"])
def test_a_worker_that_writes_no_bytes_is_found_out(forgetful: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Forgetful:
        objects = type("Queryset", (), {"tell": staticmethod(lambda _: None)})

    monkeypatch.setattr(f"{forgetful}.Overview", Forgetful)
    story = Story(1, monkeypatch)
    found = []
    for _ in range(40):
        story.act()
        found += list(differing(story.google))
    assert found
