"""A what-if is laid over the graph, and tells what is found once it has happened (SEMANTICS 8.4)."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from conflicts.drafts import InterestDraft, InterestEnd, SourceDraft
from conflicts.engine.bounds import PERCENT
from conflicts.engine.facts import Fact
from conflicts.engine.findings import Finding
from conflicts.engine.ground import Ground, ground
from conflicts.models import Interest, Party
from conflicts.overlay import Assumption
from conflicts.services import hold_jointly, record_event, screen_all, what_if
from marketplace.records import clock
from tests.conflicts.builders import PRESS, REGISTER, TENANT, compete, holding, parties, party

pytestmark = pytest.mark.django_db

EVE, DEAL = dt.date(2025, 6, 11), dt.date(2025, 6, 12)
VENDORS = ("lab", "child")
OTHER = SourceDraft(url="https://a.example/story")
BETTER = SourceDraft(url="https://register.example/another", standing="register")

Findings = dict[str, tuple[Finding, ...]]


def share(holder: Party | str, subject: str, percent: int | None = None, **told: Any) -> InterestDraft:
    size = None if percent is None else percent * PERCENT
    given: dict[str, Any] = {"type": "shareholding", "start": "2025-06-12", "source": PRESS, **told}
    return InterestDraft(holder=holder, subject=subject, share_low=size, share_high=size, **given)


def ended(holder: str, subject: str) -> InterestEnd:
    row = Interest.objects.current().get(holder__slug=holder, subject__slug=subject)
    return InterestEnd(interest=row, end="2025-06-12")


@pytest.fixture
def google() -> Party:
    """On the eve: two rivals of Google; a lab that owns its child, in part held by a fund and, jointly, by two."""
    clock.create_story(EVE)
    google, meta, xai, *_ = parties("google", "meta", "xai", "fund", "lab", "child", "ann", "bob")
    party("wang", kind="person")
    compete(google, meta, xai)
    holding("lab", "child", 100)
    holding("fund", "lab", 30)
    holding("meta", "fund", 20, start="2024")
    holding("wang", "lab", type="boardMember", start="2023")
    holding(hold_jointly(actor=None, members=["ann", "bob"]), "lab", 20)
    return google


def imagined(google: Party, rows: list[Assumption]) -> Findings:
    subjects = list(Party.objects.filter(slug__in=VENDORS))
    answers = what_if(cases=[(TENANT, google)], subjects=subjects, rows=rows, as_of=DEAL)
    return {answer.after.subject.slug: answer.after.findings for answer in answers}


def found(google: Party) -> Findings:
    subjects = list(Party.objects.filter(slug__in=VENDORS))
    return {one.subject.slug: one.findings for one in screen_all(tenant=TENANT, principal=google, subjects=subjects)}


EVENTS: dict[str, Callable[[], list[Assumption]]] = {
    "a rival buys in": lambda: [share("meta", "lab", 49)],
    "two rivals buy in, each a little": lambda: [share("meta", "lab", 3), share("xai", "lab", 3)],
    "one sells to another": lambda: [ended("fund", "lab"), share("meta", "lab", 30)],
    "a part of unstated size": lambda: [share("xai", "lab")],
    "a better source tells what was told": lambda: [share("meta", "fund", 24, start="2024", source=BETTER)],
    "the press contradicts itself": lambda: [share("meta", "fund", 40, start="2024", source=OTHER)],
    "a director goes to a rival": lambda: [ended("wang", "lab"), share("wang", "meta", type="seniorManagingOfficial")],
    "a rival controls one of the joint holders": lambda: [share("meta", "ann", 60), share("meta", "bob", 60)],
    "what is told as indirect": lambda: [share("meta", "lab", 40, directness="indirect")],
    "a longer path to what may be indirect": lambda: [
        share("xai", "lab", 8, directness="unknown"),
        share("xai", "fund", 20),
    ],
    "an option": lambda: [share("meta", "lab", 30, type="conditionalRightsGrantedByContract")],
}


@pytest.mark.parametrize("event", EVENTS)
def test_what_is_imagined_on_the_eve_is_found_on_the_day(event: str, google: Party) -> None:
    rows = EVENTS[event]()
    told = imagined(google, rows)
    clock.advance_story(DEAL)
    assert told != found(google)
    record_event(actor=None, rows=rows)
    assert told == found(google)


def test_a_rumour_of_what_is_to_come_stays_a_rumour(google: Party) -> None:
    holding("meta", "bob", 49, certainty="rumoured", start="2025-09-01")
    bob = Party.objects.get(slug="bob")
    (pair,) = what_if(cases=[(TENANT, google)], subjects=[bob], rows=[share("fund", "ann", 1)], as_of=EVE)
    (screened,) = screen_all(tenant=TENANT, principal=google, subjects=[bob])
    assert [one.outcome for one in (screened, pair.before, pair.after)] == ["clear"] * 3
    assert screened.findings == pair.before.findings == pair.after.findings
    assert [finding.severity for finding in screened.findings if finding.rule == "option"] == ["note"]


def test_a_row_that_the_what_if_itself_adds_can_be_told_by_two_sources(google: Party) -> None:
    twice: list[Assumption] = [share("meta", "lab", 30), share("meta", "lab", 30, source=REGISTER)]
    (finding, *_) = imagined(google, twice)["lab"]
    assert (finding.rule, finding.path[0].source) == ("economic_line", REGISTER.url)


def test_only_what_is_assumed_is_sorted_a_second_time(google: Party, monkeypatch: pytest.MonkeyPatch) -> None:
    sorted_: list[int] = []

    def watched(facts: Iterable[Fact], *days: dt.date) -> Ground:
        rows = list(facts)
        sorted_.append(len(rows))
        return ground(rows, *days)

    monkeypatch.setattr("conflicts.engine.snapshot.ground", watched)
    monkeypatch.setattr("conflicts.engine.ground.ground", watched)
    imagined(google, [share("meta", "lab", 49)])
    assert sorted_ == [Interest.objects.current().count(), 1]
