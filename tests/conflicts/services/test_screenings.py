"""Questions about pairs: as of a day, as known on a day, and what if. None of them writes."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conflicts.engine.bounds import PERCENT
from conflicts.engine.findings import Outcome, Rule
from conflicts.engine.policy import Policy as Lines
from conflicts.models import Party
from conflicts.overlay import Assumption, WhatIf
from conflicts.services import (
    InterestDraft,
    InterestEnd,
    edit_party,
    record_event,
    screen_all,
    screen_pair,
    set_policy,
    what_if,
)
from conflicts.services.screenings import screen_everyone
from marketplace.records import clock
from marketplace.records.refusals import Invalid, Missing
from tests.conflicts.builders import OTHER_TENANT, PRESS, TENANT, compete, footprint, holding, parties, party

pytestmark = pytest.mark.django_db

EVE, DEAL, AFTER = (dt.date(2025, 6, number) for number in (11, 12, 13))


def stake(percent: int, **told: str) -> InterestDraft:
    share = percent * PERCENT
    given: dict[str, Any] = {
        "holder": "meta",
        "subject": "scale-ai",
        "type": "shareholding",
        "start": "2025-06-12",
        **told,
    }
    return InterestDraft(source=PRESS, share_low=share, share_high=share, **given)


@pytest.fixture
def google() -> Party:
    """On the eve of the deal: Google, with Meta as its competitor, and a vendor that both might use."""
    clock.create_story(EVE)
    google, meta, *_ = parties("google", "meta", "scale-ai", "outlier")
    compete(google, meta)
    holding("scale-ai", "outlier", 100)
    return google


def outcome(principal: Party, subject: str, as_of: dt.date | None = None, as_known: dt.date | None = None) -> str:
    vendor = Party.objects.get(slug=subject)
    return screen_pair(tenant=TENANT, principal=principal, subject=vendor, as_of=as_of, as_known=as_known).outcome


def test_a_pair_is_clear_until_the_deal_and_blocked_after(google: Party) -> None:
    assert outcome(google, "scale-ai") == Outcome.CLEAR
    clock.advance_story(DEAL)
    record_event(actor=None, rows=[stake(49)])
    assert [outcome(google, slug) for slug in ("scale-ai", "outlier")] == [Outcome.BLOCKED, Outcome.BLOCKED]


def test_any_past_day_can_be_asked_about_as_of_and_as_known(google: Party) -> None:
    clock.advance_story(DEAL)
    record_event(actor=None, rows=[stake(49)])
    clock.advance_story(AFTER)
    assert outcome(google, "scale-ai", as_of=EVE, as_known=AFTER) == Outcome.CLEAR
    assert outcome(google, "scale-ai", as_of=DEAL, as_known=EVE) == Outcome.CLEAR
    assert outcome(google, "scale-ai", as_of=DEAL, as_known=DEAL) == Outcome.BLOCKED
    assert outcome(google, "scale-ai", as_of=DEAL) == Outcome.BLOCKED


def test_nobody_knows_what_will_be_known(google: Party) -> None:
    with pytest.raises(Invalid, match="has not come yet"):
        outcome(google, "scale-ai", as_known=DEAL)


def test_the_list_and_the_lines_are_the_tenants_own(google: Party) -> None:
    holding("meta", "scale-ai", 15)
    vendor = Party.objects.get(slug="scale-ai")
    assert outcome(google, "scale-ai") == Outcome.REVIEW
    assert screen_pair(tenant=OTHER_TENANT, principal=google, subject=vendor).outcome == Outcome.CLEAR
    set_policy(actor=None, tenant=TENANT, principal=google, lines=Lines(economic_block=15 * PERCENT))
    assert outcome(google, "scale-ai") == Outcome.BLOCKED


def test_many_subjects_are_screened_in_their_order_and_nothing_is_written(google: Party) -> None:
    subjects = list(Party.objects.filter(slug__in=["outlier", "scale-ai"]).order_by("-slug"))
    before = footprint()
    results = screen_all(tenant=TENANT, principal=google, subjects=subjects)
    assert [result.subject for result in results] == subjects
    assert footprint() == before


@pytest.mark.parametrize("few", [0, 50], ids=["on the whole graph", "on the proof subgraph"])
def test_everyone_is_screened_on_one_read_of_the_facts(
    google: Party, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two clients with lists and lines of their own, case by case, subject by subject."""
    monkeypatch.setattr("conflicts.services.screenings.FEW", few)
    holding("meta", "scale-ai", 15)
    (openai,) = parties("openai")
    compete(openai, google, tenant=OTHER_TENANT)
    vendors = list(Party.objects.filter(slug__in=["outlier", "scale-ai"]).order_by("-slug"))
    with CaptureQueriesContext(connection) as asked:
        results = screen_everyone(cases=[(TENANT, google), (OTHER_TENANT, openai)], subjects=vendors)
    assert [(one.tenant, one.principal, one.subject.slug, one.outcome) for one in results] == [
        (TENANT, google, "scale-ai", Outcome.REVIEW),
        (TENANT, google, "outlier", Outcome.REVIEW),
        (OTHER_TENANT, openai, "scale-ai", Outcome.CLEAR),
        (OTHER_TENANT, openai, "outlier", Outcome.CLEAR),
    ]
    # The proof subgraph is read from the sides up, then what those near the vendors hold.
    assert sum('FROM "conflicts_interest"' in query["sql"] for query in asked) <= (4 if few else 1)


def test_everyone_is_answered_as_the_pairs_are_on_any_past_day(google: Party) -> None:
    (openai,) = parties("openai")
    compete(openai, Party.objects.get(slug="meta"), tenant=OTHER_TENANT)
    clock.advance_story(DEAL)
    record_event(actor=None, rows=[stake(49)])
    clock.advance_story(AFTER)
    cases, vendor = [(TENANT, google), (OTHER_TENANT, openai)], Party.objects.get(slug="outlier")
    outcomes: set[Outcome] = set()
    for as_of, as_known in ((EVE, AFTER), (DEAL, EVE), (DEAL, DEAL), (DEAL, None), (None, None)):
        everyone = screen_everyone(cases=cases, subjects=[vendor], as_of=as_of, as_known=as_known)
        outcomes.update(one.outcome for one in everyone)
        assert everyone == [
            screen_pair(tenant=tenant, principal=principal, subject=vendor, as_of=as_of, as_known=as_known)
            for tenant, principal in cases
        ]
    assert outcomes == {Outcome.CLEAR, Outcome.BLOCKED}


def test_nobody_to_screen_is_no_answer(google: Party) -> None:
    assert screen_everyone(cases=[], subjects=[google]) == []


def test_an_unresolved_party_makes_it_unknown(google: Party) -> None:
    edit_party(actor=None, party=Party.objects.get(slug="meta"), resolved=False)
    assert outcome(google, "scale-ai") == Outcome.UNKNOWN


def test_an_engine_that_fails_answers_unknown(google: Party, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("conflicts.screening.screen", fail)
    result = screen_pair(tenant=TENANT, principal=google, subject=Party.objects.get(slug="scale-ai"))
    assert (result.outcome, "failed" in result.problem) == (Outcome.UNKNOWN, True)


def ask(google: Party, *rows: Assumption, as_of: dt.date = DEAL) -> dict[str, tuple[str, str]]:
    subjects = list(Party.objects.filter(slug__in=["scale-ai", "outlier"]))
    answers = what_if(cases=[(TENANT, google)], subjects=subjects, rows=rows, as_of=as_of)
    return {answer.after.subject.slug: (answer.before.outcome, answer.after.outcome) for answer in answers}


def imagined(google: Party, row: Assumption) -> WhatIf:
    """One what-if about Scale AI on the day of the deal."""
    subjects = [Party.objects.get(slug="scale-ai")]
    (answer,) = what_if(cases=[(TENANT, google)], subjects=subjects, rows=[row], as_of=DEAL)
    return answer


def test_a_what_if_tells_who_flips_before_it_happens_and_writes_nothing(google: Party) -> None:
    before = footprint()
    assert ask(google, stake(49)) == {"scale-ai": ("clear", "blocked"), "outlier": ("clear", "blocked")}
    assert ask(google, stake(49), as_of=EVE) == {"scale-ai": ("clear", "review"), "outlier": ("clear", "review")}
    assert footprint() == before
    assert outcome(google, "scale-ai") == Outcome.CLEAR


def test_a_what_if_counts_its_rows_as_stated_and_tells_their_own_dates(google: Party) -> None:
    answer = imagined(google, stake(49, certainty="rumoured"))
    finding = next(one for one in answer.after.findings if one.rule is Rule.ECONOMIC_LINE)
    assert (answer.flips, finding.path[0].start, finding.low) == (True, "2025-06-12", 49 * PERCENT)


def test_a_what_if_can_end_what_is_held(google: Party) -> None:
    row = holding("meta", "scale-ai", 49)
    assert ask(google, InterestEnd(interest=row.pk, end="2025-06-12"))["scale-ai"] == ("blocked", "clear")


def test_a_stated_fact_of_tomorrow_stays_announced_in_a_what_if_about_tomorrow(google: Party) -> None:
    record_event(actor=None, rows=[stake(49)])
    assert ask(google, stake(3, holder="outlier"))["scale-ai"] == ("review", "review")
    assert [found.rule for found in imagined(google, stake(3, holder="outlier")).after.findings] == [Rule.OPTION]


def test_a_what_if_that_cannot_be_is_refused(google: Party) -> None:
    party("wang", kind="person")
    row = holding("meta", "scale-ai", 10, start="2024")
    before = footprint()
    with pytest.raises(Invalid, match="at least one row"):
        ask(google)
    with pytest.raises(Invalid) as refusal:
        ask(google, stake(1), stake(1, subject="wang"))
    assert list(refusal.value.fields) == ["rows[1].subject"]
    with pytest.raises(Invalid, match="before the start"):
        ask(google, InterestEnd(interest=row, end="2023"))
    with pytest.raises(Missing):
        ask(google, InterestEnd(interest=google.pk, end="2025"))
    assert footprint() == before
