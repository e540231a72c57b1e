"""A decision covers what it accepted and nothing worse (SEMANTICS 8.3)."""

from dataclasses import replace
from typing import Any

import pytest

from conflicts.cover import accepted_finding, decision_covers
from conflicts.engine.bounds import PERCENT
from conflicts.engine.facts import Axis, Standing
from conflicts.engine.findings import Finding, Rule, Severity, Step
from conflicts.models import Decider, Party, ReviewDecision
from marketplace.records import clock
from tests.conflicts.builders import TENANT, parties, person

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
