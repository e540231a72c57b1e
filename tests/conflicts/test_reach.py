"""I4: whose verdict a change can move is found without judging anybody anew, and nobody is left out."""

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from conflicts import expansion
from conflicts.drafts import InterestDraft
from conflicts.engine.bounds import PERCENT
from conflicts.engine.policy import Policy
from conflicts.expansion import Extent, expand_changes
from conflicts.findings import to_json
from conflicts.loading import load_case, load_snapshot_rows
from conflicts.models import Party, PartyKind, Screening, Watch
from conflicts.rescoring import rescore_watches
from conflicts.screening import ScreeningResult, scene
from conflicts.services import (
    SourceDraft,
    edit_party,
    hold_jointly,
    record_tie,
    retract_interest,
    set_policy,
    watch_pair,
)
from conflicts.storing import store
from conflicts.sweeping import record_day, sweep_conflicts
from marketplace.records import clock
from tests.conflicts.builders import OTHER_TENANT, PRESS, TENANT, compete, holding, parties, party
from tests.conflicts.stories import Story, apart

pytestmark = pytest.mark.django_db

SHORT, LONG = 3, 400


@pytest.fixture
def pairs() -> dict[str, Watch]:
    """Google, whose rival is Meta, watches two labs, and another tenant one; ann sits in one lab. All is up to date."""
    google, meta, _, _ = parties("google", "meta", "lab", "crowd")
    party("ann", kind="person")
    holding("ann", "lab", type="boardMember")
    compete(google, meta)
    watches = {
        slug: watch_pair(tenant=TENANT, principal=google, subject=Party.objects.get(slug=slug))
        for slug in ("lab", "crowd")
    }
    watches["other"] = watch_pair(tenant=OTHER_TENANT, principal=meta, subject=Party.objects.get(slug="crowd"))
    sweep_conflicts()
    return watches


def reached(pairs: dict[str, Watch]) -> set[str]:
    found = expand_changes().watch_ids
    return {name for name, watch in pairs.items() if watch.pk in found}


def test_what_stands_under_nobody_watched_reaches_nobody(pairs: dict[str, Watch]) -> None:
    parties("fund", "far")
    holding("fund", "far", 60)
    assert reached(pairs) == set()
    assert not Watch.objects.behind().exists()


def test_an_owner_of_a_vendor_reaches_whoever_watches_it(pairs: dict[str, Watch]) -> None:
    parties("fund")
    holding("fund", "crowd", 60)
    assert reached(pairs) == {"crowd", "other"}


def test_what_a_vendor_holds_elsewhere_does_not_reach_the_other_vendors(pairs: dict[str, Watch]) -> None:
    parties("far")
    holding("lab", "far", 60)
    assert reached(pairs) == {"lab"}


def test_an_owner_of_a_rival_or_of_the_client_reaches_all_its_pairs(pairs: dict[str, Watch]) -> None:
    parties("fund")
    holding("fund", "meta", 3)
    assert reached(pairs) == {"lab", "crowd", "other"}
    holding("fund", "google", 3)
    assert reached(pairs) == {"lab", "crowd"}


def test_a_post_of_somebody_who_sits_in_a_vendor_reaches_it(pairs: dict[str, Watch]) -> None:
    parties("far", "top")
    holding("ann", "far", type="boardMember")
    assert reached(pairs) == {"lab"}
    holding("top", "far", 60)
    assert reached(pairs) == {"lab"}


def test_somebody_who_comes_near_is_near_from_then_on(pairs: dict[str, Watch]) -> None:
    parties("far", "top")
    party("bob", kind="person")
    holding("bob", "far", type="boardMember")
    assert reached(pairs) == set()
    holding("bob", "crowd", type="boardMember")
    assert reached(pairs) == {"crowd", "other"}
    holding("top", "far", 60)
    assert reached(pairs) == set()
    rescore_watches([pairs["crowd"].pk])
    assert set(Watch.objects.wanting().values_list("pk", flat=True)) == {pairs["other"].pk}
    holding("top", "far", 30, start="2025")
    assert reached(pairs) == {"crowd"}


def test_who_is_found_near_late_makes_the_pair_want_what_was_expanded_before(pairs: dict[str, Watch]) -> None:
    """A worker reads, another change is expanded by who was near before, and only then is what was read stored."""
    parties("far", "top")
    party("bob", kind="person")
    holding("bob", "far", type="boardMember")
    holding("bob", "crowd", type="boardMember")
    expand_changes()
    read = screened(pairs["crowd"])
    holding("top", "far", 60)
    assert reached(pairs) == set()
    assert store(pairs["crowd"], read, frozenset({"crowd", "bob"}))
    assert set(Watch.objects.wanting()) == {pairs["crowd"], pairs["other"]}
    sweep_conflicts()
    assert not Watch.objects.wanting().exists()


def test_a_screening_of_which_nobody_knows_who_is_near_is_reached_by_every_fact(pairs: dict[str, Watch]) -> None:
    Watch.objects.filter(pk=pairs["lab"].pk).update(near_epoch=None)
    parties("fund", "far")
    holding("fund", "far", 60)
    assert reached(pairs) == {"lab"}


def test_a_holding_that_was_retracted_reaches_whom_it_reached(pairs: dict[str, Watch]) -> None:
    parties("fund")
    row = holding("fund", "crowd", 60)
    sweep_conflicts()
    retract_interest(actor=None, interest=row, reason="Never was.")
    assert reached(pairs) == {"crowd", "other"}
    holding("lab", "fund", 60)
    assert reached(pairs) == {"lab"}


def test_what_is_held_together_leads_down_from_each_member(pairs: dict[str, Watch]) -> None:
    a, b = parties("a", "b")
    holding(hold_jointly(actor=None, members=[a, b]), "crowd", 60)
    sweep_conflicts()
    party("top")
    holding("top", "b", 60)
    assert reached(pairs) == {"crowd", "other"}


def test_a_source_that_gets_a_date_reaches_what_rests_on_it_and_others_do_not(pairs: dict[str, Watch]) -> None:
    parties("fund", "far")
    holding("fund", "crowd", 3)
    sweep_conflicts()
    holding("fund", "far", 3)
    assert reached(pairs) == set()
    dated = SourceDraft(url=PRESS.url, statement_date=dt.date(2024, 5, 1))
    holding("far", "fund", type="boardMember", source=dated)
    assert reached(pairs) == {"lab", "crowd", "other"}
    parties("a", "b")
    holding("a", "b", 4, source=dated)
    assert reached(pairs) == set()


def test_a_party_that_is_edited_reaches_what_stands_under_it(pairs: dict[str, Watch]) -> None:
    (fund,) = parties("fund")
    holding(fund, "crowd", 60)
    sweep_conflicts()
    edit_party(actor=None, party=fund, kind=PartyKind.STATE_BODY)
    assert reached(pairs) == {"crowd", "other"}


def test_a_change_beyond_counting_reaches_everyone(pairs: dict[str, Watch], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expansion, "LARGEST_REACH", 2)
    parties("fund", "a", "b")
    holding("a", "b", 60)
    holding("fund", "a", 60)
    assert reached(pairs) == {"lab", "crowd", "other"}


class Life(Story):
    """Facts of every kind, edits, lists, lines and days come at random, while workers do a part of what waits."""

    def __init__(self, seed: int) -> None:
        clock.create_story(dt.date(2025, 1, 1))
        super().__init__(seed)
        self.people = [party(name, kind="person") for name in ("ann", "bob")]
        self.principals = [(TENANT, self.client), (OTHER_TENANT, self.parties[0])]
        for tenant, principal in self.principals:
            compete(principal, *self.rivals(principal), tenant=tenant)
            self.watch_some(tenant, principal)

    def event(self) -> None:
        acts: list[Callable[[], object]] = [super().event] * 5
        acts += [self.post, self.post, self.customer, self.edit, self.declare, self.lines, self.day]
        self.rng.choice(acts)()
        self.rng.choice([expand_changes, self.work, self.nothing, self.nothing])()

    def watch_some(self, tenant: UUID, principal: Party) -> None:
        for subject in self.rng.sample([one for one in self.parties if one != principal], 4):
            watch_pair(tenant=tenant, principal=principal, subject=subject)

    def rivals(self, principal: Party) -> list[Party]:
        return self.rng.sample([one for one in self.parties if one != principal], 2)

    def draft(self) -> InterestDraft:
        """A part of the facts is private, and a part only announced."""
        visibility = self.rng.choice(["public"] * 4 + ["private"])
        certainty = self.rng.choice(["stated"] * 5 + ["announced"])
        return replace(super().draft(), visibility=visibility, certainty=certainty)

    def post(self) -> None:
        person, where = self.rng.choice(self.people), self.rng.choice(self.parties)
        self.sources += 1
        holding(person, where, type="boardMember", source=apart(str(self.sources)))

    def customer(self) -> None:
        buyer, supplier = self.rng.sample(self.parties, 2)
        self.sources += 1
        share = self.rng.choice([5, 20]) * PERCENT
        source = apart(str(self.sources))
        record_tie(actor=None, buyer=buyer, supplier=supplier, status="active", source=source, revenue_share_low=share)

    def edit(self) -> None:
        kind = self.rng.choice([PartyKind.STATE_BODY, PartyKind.ORGANIZATION, PartyKind.ORGANIZATION])
        resolved = self.rng.random() > 0.1
        edit_party(actor=None, party=self.rng.choice(self.parties), kind=kind, resolved=resolved)

    def declare(self) -> None:
        tenant, principal = self.rng.choice(self.principals)
        compete(principal, *self.rivals(principal), tenant=tenant)

    def lines(self) -> None:
        tenant, principal = self.rng.choice(self.principals)
        lines = Policy(economic_block=self.rng.choice([10, 20, 25]) * PERCENT)
        set_policy(actor=None, tenant=tenant, principal=principal, lines=lines)

    def day(self) -> None:
        clock.advance_story(clock.today() + dt.timedelta(days=self.rng.choice([1, 40, 400])))
        record_day()

    def work(self) -> None:
        expand_changes()
        some = list(Watch.objects.order_by("tenant", "subject__slug").values_list("pk", flat=True))
        rescore_watches(self.rng.sample(some, len(some) // 2))

    def nothing(self) -> None:
        pass


def screened(watch: Watch) -> ScreeningResult:
    """The verdict on the whole graph, read and judged anew."""
    rows, today = load_snapshot_rows(), clock.today()
    case = load_case(tenant=watch.tenant, principal=watch.principal)
    return scene(rows, as_of=today, known_on=today, as_known=None).screen_closed(case, watch.subject)


def lived(seed: int, *, events: int = 40) -> list[Watch]:
    """Live through the events, do all that waits, and return where what is stored is not what all facts say."""
    life = Life(seed)
    for _ in range(events):
        life.event()
    while expand_changes().changes:
        pass
    rescore_watches(list(Watch.objects.wanting().values_list("pk", flat=True)))
    return stale()


def stale() -> list[Watch]:
    """The pairs of which something else is stored than all facts say."""
    return [watch for watch in Watch.objects.all() if told(watch) != anew(watch)]


def told(watch: Watch) -> tuple[object, ...]:
    row = Screening.objects.get(watch=watch)
    return row.outcome, row.coverage, row.public_coverage, row.findings, row.newest_source


def anew(watch: Watch) -> tuple[object, ...]:
    result = screened(watch)
    findings = json.loads(json.dumps([to_json(finding) for finding in result.findings], cls=DjangoJSONEncoder))
    return result.outcome, result.coverage, result.public_coverage, findings, result.newest_source


@pytest.mark.parametrize("seed", range(SHORT))
def test_whatever_happens_what_is_stored_is_what_all_facts_say(seed: int) -> None:
    assert lived(seed) == []


def a_rival_buys_where_a_director_sits() -> None:
    parties("far")
    holding("ann", "far", type="boardMember")
    sweep_conflicts()
    holding("meta", "far", 60)


def a_rival_buys_a_vendor() -> None:
    holding("meta", "crowd", 49)


def a_vendor_is_declared_a_rival() -> None:
    compete(Party.objects.get(slug="google"), Party.objects.get(slug="crowd"))


BROKEN: dict[Callable[[], None], Callable[[Extent], Extent]] = {
    a_rival_buys_where_a_director_sits: lambda extent: replace(extent, holders=frozenset()),
    a_rival_buys_a_vendor: lambda extent: replace(extent, below=frozenset()),
    a_vendor_is_declared_a_rival: lambda extent: replace(extent, tenants={}),
}
"""Events, and the build that leaves out what each of them needs."""


@pytest.mark.parametrize("is_broken", [False, True], ids=["right", "broken"])
@pytest.mark.parametrize("event", BROKEN, ids=lambda event: event.__name__)
def test_a_reach_that_leaves_something_out_is_caught(
    pairs: dict[str, Watch], event: Callable[[], None], is_broken: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = expansion.extent_of
    if is_broken:
        monkeypatch.setattr(expansion, "extent_of", lambda waiting: BROKEN[event](right(waiting)))
    event()
    sweep_conflicts()
    assert (stale() == []) is not is_broken


def differs(seed: int) -> bool:
    """Live through one world and take it all back."""
    with transaction.atomic():
        found = lived(seed)
        transaction.set_rollback(True)
    return found != []


@pytest.mark.soak
@pytest.mark.timeout(3_600)
def test_whatever_happens_in_many_lives() -> None:
    assert [seed for seed in range(1_000, 1_000 + LONG) if differs(seed)] == []
