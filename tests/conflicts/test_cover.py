"""A decision covers what it accepted and nothing worse (SEMANTICS 8.3)."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from conflicts.cover import accepted_finding, decision_covers
from conflicts.engine.bounds import PERCENT
from conflicts.engine.facts import Axis, Standing
from conflicts.engine.findings import Finding, Rule, Severity, Step
from conflicts.models import Decider, Party, ReviewDecision
from conflicts.screening import ScreeningResult
from conflicts.services import InterestDraft, correct_interest, hold_jointly, record_draft, screen_pair
from marketplace.records import clock
from tests.conflicts.builders import PRESS, TENANT, compete, parties, person

pytestmark = pytest.mark.django_db

STEP = Step("f", "meta", "scale-ai", "shareholding", 0, 30, "", "https://a.example", Standing.PRESS, public=True)
FOUND = Finding(
    rule=Rule.ECONOMIC_LINE,
    axis=Axis.ECONOMIC,
    severity=Severity.REVIEW,
    must=False,
    holder="meta",
    subject="scale-ai",
    competitors=("meta", "snap"),
    path=(STEP,),
    low=5 * PERCENT,
    high=20 * PERCENT,
    line=5 * PERCENT,
    also=("voting_line",),
)


@pytest.fixture
def decision() -> ReviewDecision:
    """A decision that accepts FOUND."""
    google, *others = parties("google", "meta", "scale-ai", "outlier")
    decision = ReviewDecision.objects.create(
        tenant=TENANT,
        principal=google,
        subject=others[1],
        decided_by=Decider.CLIENT,
        reason="Walled off",
        epoch=1,
        requested_by=person("a@example.org"),
        requested_at=clock.now(),
    )
    accepted_finding(decision, FOUND, {party.slug: party for party in Party.objects.all()}).save()
    return decision


def test_the_accepted_finding_and_notes_are_covered(decision: ReviewDecision) -> None:
    note = replace(FOUND, rule=Rule.COMMERCIAL, severity=Severity.NOTE)
    assert decision_covers(decision, [FOUND, note])


@pytest.mark.parametrize(
    "less",
    [{"low": None}, {"low": 0, "high": 10 * PERCENT}, {"competitors": ("meta",)}, {"also": ()}, {"line": 4 * PERCENT}],
)
def test_less_than_was_accepted_is_covered(decision: ReviewDecision, less: dict[str, Any]) -> None:
    assert decision_covers(decision, [replace(FOUND, **less)])


@pytest.mark.parametrize(
    "worse",
    [
        {"severity": Severity.BLOCK},
        {"must": True},
        {"rule": Rule.CONTROL},
        {"axis": Axis.VOTING},
        {"holder": "outlier"},
        {"subject": "outlier"},
        {"low": 6 * PERCENT},
        {"high": 21 * PERCENT},
        {"high": None},
        {"competitors": ("meta", "xai")},
        {"also": ("voting_line", "control")},
        {"path": (STEP, STEP)},
        {"path": (replace(STEP, type="votingRights"),)},
        {"path": (replace(STEP, holder="outlier"),)},
    ],
)
def test_worse_or_other_than_accepted_is_not_covered(decision: ReviewDecision, worse: dict[str, Any]) -> None:
    assert not decision_covers(decision, [replace(FOUND, **worse)])
    assert not decision_covers(decision, [FOUND, replace(FOUND, **worse)])


def test_the_same_path_by_another_source_is_covered(decision: ReviewDecision) -> None:
    step = replace(STEP, fact="other", source="https://b.example", standing=Standing.FILING)
    assert decision_covers(decision, [replace(FOUND, path=(step,))])


def test_a_review_for_want_of_ownership_facts_is_covered_by_a_decision_on_just_that(decision: ReviewDecision) -> None:
    assert not decision_covers(decision, [])
    decision.accepted.all().delete()
    assert decision_covers(decision, [])
    assert decision_covers(decision, [replace(FOUND, severity=Severity.NOTE)])
    assert not decision_covers(decision, [FOUND])


def test_a_review_is_covered_by_those_whose_it_is(decision: ReviewDecision) -> None:
    private = replace(FOUND, path=(replace(STEP, public=False),))
    assert not decision_covers(decision, [private])
    decision.decided_by = Decider.COMPLIANCE
    assert decision_covers(decision, [private])
    assert not decision_covers(decision, [FOUND])


def screened(google: Party) -> ScreeningResult:
    return screen_pair(tenant=TENANT, principal=google, subject=Party.objects.get(slug="scale-ai"))


def jointly_bought(amount: int) -> InterestDraft:
    """Meta and another have agreed to buy labels together."""
    return InterestDraft(
        holder=hold_jointly(actor=None, members=["meta", "outlier"]),
        subject="scale-ai",
        type="rightsGrantedByContract",
        source=PRESS,
        amount=Decimal(amount),
        currency="USD",
        amount_per="year",
    )


def test_what_is_bought_jointly_is_covered_until_it_is_more(decision: ReviewDecision) -> None:
    google = decision.principal
    compete(google, Party.objects.get(slug="meta"))
    row = record_draft(actor=None, draft=jointly_bought(5_000))
    (found,) = screened(google).findings
    assert (found.rule, found.severity) == ("commercial", "review")
    accepted_finding(decision, found, {party.slug: party for party in Party.objects.all()}).save()
    assert decision_covers(decision, [found])
    correct_interest(actor=None, interest=row, draft=jointly_bought(9_000))
    assert not decision_covers(decision, screened(google).findings)
