"""Same party: the vendor's side meets the competitor's side."""

from __future__ import annotations

from conflicts.engine.findings import Rule, Severity
from tests.engine.facts_builder import band, over, pct, route, the, told, world


def test_the_competitor_itself_blocks() -> None:
    answer = world().screen("google", "meta", "meta")
    assert told(answer) == ["block same_party"]
    assert the(answer, "same_party").subject == "meta"


def test_a_subsidiary_of_the_competitor_blocks_with_the_chain() -> None:
    answer = world().owns("meta", "holding", over(50)).controls("holding", "v").screen("google", "v", "meta")
    assert told(answer) == ["block same_party"]
    assert route(the(answer, "same_party")) == ["meta>holding", "holding>v"]


def test_a_sister_of_the_competitor_blocks() -> None:
    answer = world().controls("alphabet", "waymo").controls("alphabet", "v").screen("tesla", "v", "waymo")
    finding = the(answer, "same_party")
    assert (finding.severity, finding.must) == (Severity.BLOCK, True)
    assert route(finding) == ["alphabet>waymo", "alphabet>v"]


def test_one_person_above_both_blocks() -> None:
    musk = world().people("musk").controls("musk", "xai").controls("musk", "v")
    assert "block same_party" in told(musk.screen("openai", "v", "xai"))


def test_a_side_that_only_may_meet_is_for_review() -> None:
    answer = world().owns("meta", "v", band(1, 60)).screen("google", "v", "meta")
    assert answer.outcome == "review"
    finding = answer.findings[0]
    assert (finding.rule, finding.severity, finding.must) == (Rule.SAME_PARTY, Severity.REVIEW, False)


def test_a_majority_is_told_once_with_the_other_lines_that_it_crosses() -> None:
    answer = world().owns("meta", "v", over(50)).screen("google", "v", "meta")
    assert told(answer) == ["block same_party"]
    assert the(answer, "same_party").also == ("economic_line 25", "voting_line 5", "control 50")


def test_a_proved_line_is_not_told_as_a_party_that_only_may_be_the_same() -> None:
    answer = world().owns("meta", "v", band(30, 60)).screen("google", "v", "meta")
    finding = answer.findings[0]
    assert (finding.severity, finding.line, finding.low) == (Severity.BLOCK, pct(25), pct(30))


def test_every_finding_has_a_path() -> None:
    answer = world().owns("meta", "v", band(30, 60)).screen("google", "v", "meta")
    assert all(finding.path for finding in answer.findings)


def test_two_companies_of_one_state_are_not_the_same_party() -> None:
    answer = world().states("state").controls("state", "v").controls("state", "rival").screen("q", "v", "rival")
    assert "same_party" not in {finding.rule for finding in answer.findings}
    assert answer.outcome == "clear"


def test_the_clients_own_company_is_not_its_competitor() -> None:
    house = world().controls("alphabet", "google").controls("alphabet", "waymo").controls("alphabet", "v")
    assert told(house.screen("google", "v", "waymo")) == []


def test_a_minority_is_not_the_same_party() -> None:
    answer = world().owns("meta", "v", 50).screen("google", "v", "meta")
    assert "same_party" not in {finding.rule for finding in answer.findings}
