"""June 2025 on the public facts: Meta, Scale AI and who falls with it (DESIGN 1)."""

from __future__ import annotations

from functools import cache

import pytest

from conflicts.engine.bounds import WHOLE
from conflicts.engine.findings import Answer, Coverage, Outcome
from conflicts.engine.sides import group
from conflicts.engine.snapshot import Snapshot, snapshot
from tests.engine.facts_builder import pct, route, the, told
from tests.engine.market import DEAL, EVE, ask, known_facts, market, nodes, rivals

pytestmark = pytest.mark.property
EQUITY = "meta shareholding scale-ai 2025-06-12"
OLD_EQUITY = "meta shareholding scale-ai 2024-05-21"
POST = "alexandr-wang seniorManagingOfficial meta 2025-06-12"
COMMITMENT = "meta rightsGrantedByContract scale-ai 2025-06-12"


@cache
def eve() -> Snapshot:
    return market(EVE)


@cache
def deal() -> Snapshot:
    return market(DEAL)


def members(snap: Snapshot, party: str) -> frozenset[str]:
    return group(snap, party, line=WHOLE // 2)


def above_note(answer: Answer) -> list[str]:
    return [line for line in told(answer) if not line.startswith("note")]


@pytest.mark.parametrize("party", ["alphabet", "google", "gradient-ventures", "gv", "waymo"])
def test_alphabet_is_one_group_whoever_is_asked(party: str) -> None:
    assert {"alphabet", "google", "gradient-ventures", "gv", "waymo"} <= members(eve(), party)
    assert "anthropic" not in members(eve(), party)


def test_a_majority_of_votes_makes_metas_group_zuckerbergs() -> None:
    assert {"mark-zuckerberg", "meta", "oculus", "whatsapp", "instagram"} <= members(eve(), "meta")
    assert members(eve(), "mark-zuckerberg") == members(eve(), "meta")


def test_on_the_eve_nothing_blocks_google_at_scale() -> None:
    answer = ask(eve(), "google", "scale-ai")
    assert (answer.outcome, answer.coverage) == (Outcome.REVIEW, Coverage.PARTIAL)
    assert above_note(answer) == ["review unstated_holding"] * 2
    holders = [finding.holder for finding in answer.findings if finding.severity == "review"]
    assert holders == ["amazon", "meta"]


def test_on_the_day_of_the_deal_the_economic_line_blocks() -> None:
    answer = ask(deal(), "google", "scale-ai")
    finding = the(answer, "economic_line")
    assert (answer.outcome, finding.severity, finding.must) == (Outcome.BLOCKED, "block", True)
    assert (finding.low, finding.high, finding.line) == (pct(49), pct(49), pct(25))
    assert (finding.competitors, route(finding), finding.path[0].start) == (("meta",), ["meta>scale-ai"], "2025-06-12")
    assert finding.path[0].source.startswith("https://")


def test_apart_from_it_personnel_blocks() -> None:
    finding = the(ask(deal(), "google", "scale-ai"), "personnel")
    assert (finding.severity, finding.holder) == ("block", "alexandr-wang")
    assert route(finding) == ["alexandr-wang>meta", "alexandr-wang>scale-ai"]
    assert finding.path[1].type == "boardMember"


def test_that_the_stake_has_no_votes_is_a_note() -> None:
    finding = the(ask(deal(), "google", "scale-ai"), "voting_line")
    assert (finding.severity, finding.low, finding.high) == ("note", 0, 0)


def test_metas_commitment_is_for_review() -> None:
    answer = ask(deal(), "google", "scale-ai")
    (finding,) = [found for found in answer.findings if found.rule == "commercial" and found.holder == "meta"]
    assert finding.severity == "review"
    assert finding.path[0].fact == COMMITMENT


def test_without_the_deals_equity_the_post_alone_blocks() -> None:
    answer = ask(market(DEAL, without={EQUITY}), "google", "scale-ai")
    assert answer.outcome is Outcome.BLOCKED
    assert [line for line in told(answer) if line.startswith("block")] == ["block personnel"]


def test_without_equity_and_post_the_commitment_alone_reviews() -> None:
    answer = ask(market(DEAL, without={EQUITY, OLD_EQUITY, POST}), "openai", "scale-ai")
    assert (answer.outcome, above_note(answer)) == (Outcome.REVIEW, ["review commercial"])


def test_without_all_three_the_pair_is_clear() -> None:
    answer = ask(market(DEAL, without={EQUITY, OLD_EQUITY, POST, COMMITMENT}), "openai", "scale-ai")
    assert (answer.outcome, above_note(answer)) == (Outcome.CLEAR, [])


@pytest.mark.parametrize("vendor", ["outlier", "remotasks"])
def test_outlier_and_remotasks_fall_with_scale(vendor: str) -> None:
    assert ask(eve(), "google", vendor).outcome is Outcome.REVIEW
    answer = ask(deal(), "google", vendor)
    assert [line for line in told(answer) if line.startswith("block")] == ["block economic_line", "block personnel"]
    assert route(the(answer, "economic_line")) == ["meta>scale-ai", f"scale-ai>{vendor}"]


@pytest.mark.parametrize("client", ["google", "openai", "microsoft", "xai", "anthropic", "apple", "snap"])
def test_every_client_with_meta_on_its_list_is_blocked(client: str) -> None:
    assert "meta" in rivals(client)
    assert ask(eve(), client, "scale-ai").outcome is Outcome.REVIEW
    assert ask(deal(), client, "scale-ai").outcome is Outcome.BLOCKED


def test_a_client_without_meta_on_its_list_is_not() -> None:
    assert "meta" not in rivals("waymo")
    assert ask(deal(), "waymo", "scale-ai").outcome is not Outcome.BLOCKED


@pytest.mark.parametrize(("vendor", "fund"), [("labelbox", "gradient-ventures"), ("snorkel-ai", "gv")])
def test_googles_own_funds_are_a_note_for_google_and_a_review_for_openai(vendor: str, fund: str) -> None:
    own, others = ask(deal(), "google", vendor), ask(deal(), "openai", vendor)
    assert (own.outcome, told(own)) == (Outcome.CLEAR, ["note unstated_holding"])
    assert (others.outcome, above_note(others)) == (Outcome.REVIEW, ["review unstated_holding"])
    assert own.findings[0].holder == others.findings[0].holder == fund


def test_mechanical_turk_is_for_review_at_openai_since_amazon_holds_part_of_anthropic() -> None:
    answer = ask(deal(), "openai", "amazon-mechanical-turk")
    assert answer.outcome is Outcome.REVIEW
    assert ["amazon>amazon-mechanical-turk", "amazon>anthropic"] in [route(finding) for finding in answer.findings]


@pytest.mark.parametrize("vendor", ["surge-ai", "mercor", "turing", "invisible-technologies", "sama"])
def test_others_stay_clear_for_google_through_the_deal(vendor: str) -> None:
    assert ask(eve(), "google", vendor).outcome is Outcome.CLEAR
    assert ask(deal(), "google", vendor).outcome is Outcome.CLEAR


def test_hindsight_tells_the_eve_what_the_eve_could_know() -> None:
    facts = known_facts(DEAL, with_events=True)
    later = snapshot(nodes(), facts, as_of=EVE, known_on=DEAL)
    assert told(ask(later, "google", "scale-ai")) == told(ask(eve(), "google", "scale-ai"))


def test_as_of_the_deal_the_eve_knows_nothing_of_it() -> None:
    facts = known_facts(EVE, with_events=False)
    earlier = snapshot(nodes(), facts, as_of=DEAL, known_on=EVE)
    assert told(ask(earlier, "google", "scale-ai")) == told(ask(eve(), "google", "scale-ai"))


def test_nvidias_parts_of_scale_and_cohere_are_notes_for_openai() -> None:
    answer = ask(eve(), "openai", "scale-ai")
    nvidia = [finding.severity.value for finding in answer.findings if "nvidia" in route(finding)[0]]
    assert nvidia
    assert set(nvidia) == {"note"}
