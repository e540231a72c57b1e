"""Findings as people read them at the console: every rule in words, parties by name."""

import datetime as dt
from dataclasses import replace

import pytest

from conflicts.admin.findings import RULE_WORDS, accepted_text, findings_html
from conflicts.drafts import SourceDraft
from conflicts.engine.findings import NOT_REFINED, Rule
from conflicts.findings import to_json
from conflicts.models import Party, PartyKind
from conflicts.screening import ScreeningResult
from conflicts.services import hold_jointly, request_decision, screen_pair
from marketplace.records import clock
from tests.conflicts.builders import TENANT, compete, holding, parties, party, person

pytestmark = pytest.mark.django_db

OLD = SourceDraft(url="https://register.example/old", standing="register", statement_date=dt.date(2010, 1, 1))


@pytest.fixture
def google() -> Party:
    """Google with two rivals; there is a lab whose votes are all a founder's, and a fund."""
    google, meta, xai, lab, founder, _ = parties("google", "meta", "xai", "lab", "founder", "fund")
    compete(google, meta, xai)
    holding(founder, lab, 100, type="votingRights")
    return google


def screened(google: Party) -> ScreeningResult:
    return screen_pair(tenant=TENANT, principal=google, subject=Party.objects.get(slug="lab"))


def shown(result: ScreeningResult) -> str:
    return " ".join(findings_html([to_json(finding) for finding in result.findings]).split())


def test_every_rule_has_words() -> None:
    assert RULE_WORDS.keys() == set(Rule)


def test_what_rivals_hold_together_is_told_of_all_of_them(google: Party) -> None:
    holding("meta", "lab", 3)
    holding("xai", "lab", 3)
    told = shown(screened(google))
    assert "Meta and Xai together &rarr; Lab: <strong>6 %</strong> against a line of 5 %" in told
    assert RULE_WORDS[Rule.AGGREGATE] in told
    assert "Competitors: Meta, Xai" in told


def test_an_option_says_what_it_would_cross(google: Party) -> None:
    holding("meta", "lab", 30, type="conditionalRightsGrantedByContract")
    told = shown(screened(google))
    assert "Meta &rarr; Lab: <strong>30 %</strong> against a line of 25 %" in told
    assert "Once done it would cross: economic line" in told


def test_a_common_owner_is_told_with_its_parts(google: Party) -> None:
    holding("fund", "lab", 30)
    holding("fund", "meta", 40)
    told = shown(screened(google))
    assert RULE_WORDS[Rule.COMMON_OWNER] in told
    assert "Fund &rarr; Meta: shareholding 40 %" in told
    assert "FAR 9.5: unequal access to information." in told


def test_old_sources_are_told_of_a_party_and_stand_for_no_conflict(google: Party) -> None:
    holding("fund", "lab", 30, source=OLD)
    told = shown(screened(google))
    assert "older than 36 months.</p> <p> Lab</p>" in told
    assert "FAR" not in told
    assert "note axis" not in told


def test_joint_holders_go_by_their_names(google: Party) -> None:
    parties("ann", "bob")
    holding("meta", "ann", 60)
    holding(hold_jointly(actor=None, members=["ann", "bob"]), "lab", 40)
    told = shown(screened(google))
    assert "Ann and Bob jointly &rarr; Lab: shareholding 40 %" in told
    assert "ann &amp; bob" not in told


def test_the_clients_own_stake_is_no_rivals(google: Party) -> None:
    holding("google", "lab", 30)
    told = shown(screened(google))
    assert "what the client&#x27;s own side holds" in told
    assert RULE_WORDS[Rule.ECONOMIC_LINE] not in told


def test_what_could_not_be_compared_exactly_is_explained_and_is_no_line(google: Party) -> None:
    holding("meta", "lab", 30)
    result = screened(google)
    assert "Not refined" not in shown(result)
    unrefined = replace(result.findings[0], also=(NOT_REFINED,))
    told = shown(replace(result, findings=(unrefined,)))
    assert "the severer side was taken" in told
    assert "On the same edge" not in told


def accepted(google: Party, email: str) -> list[str]:
    """What somebody would accept now, as the client's file tells it."""
    lab = Party.objects.get(slug="lab")
    decision = request_decision(actor=person(email), tenant=TENANT, principal=google, subject=lab, reason="Public data")
    return [accepted_text(row) for row in decision.accepted.all()]


def test_what_a_decision_accepts_is_told_in_a_line(google: Party) -> None:
    holding("meta", "lab", 3)
    holding("xai", "lab", 3)
    assert accepted(google, "ann@example.org") == ["aggregate: several competitors together → Lab, 6 %"]
    holding("meta", "lab", 6, start="2025")
    assert accepted(google, "bob@example.org") == ["economic line: Meta → Lab, 6 %"]


def test_what_rivals_hold_jointly_is_told_of_both(google: Party) -> None:
    holding(hold_jointly(actor=None, members=["meta", "xai"]), "lab", 30)
    told = shown(screened(google))
    assert "Meta and Xai together &rarr; Lab: <strong>30 %</strong> against a line of 25 %" in told
    assert RULE_WORDS[Rule.AGGREGATE] in told
    assert "own side holds" not in told


def test_a_former_post_is_proved(google: Party) -> None:
    ann = party("ann", kind=PartyKind.PERSON)
    holding(ann, "lab", type="boardMember")
    holding(ann, "meta", type="boardMember", start="2024-01-01", end=clock.today().isoformat())
    told = shown(screened(google))
    assert "Personnel</strong> <span>personnel axis, proved</span>" in told


def test_what_was_stored_without_its_rivals_is_still_told(google: Party) -> None:
    holding(hold_jointly(actor=None, members=["meta", "xai"]), "lab", 30)
    result = screened(google)
    unnamed = [replace(finding, competitors=()) for finding in result.findings if finding.rule is Rule.AGGREGATE]
    told = shown(replace(result, findings=tuple(unnamed)))
    assert "several competitors together &rarr; Lab" in told
    assert "own side holds" not in told
