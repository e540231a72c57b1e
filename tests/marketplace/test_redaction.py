"""What a client may see of a finding, row by row of DESIGN 6."""

import pytest

from conflicts.findings import to_json
from conflicts.models import Outcome
from marketplace.redaction import (
    Finding,
    Reader,
    needs_compliance,
    told_path,
    visible_findings,
    visible_rules,
    why_missing,
    word_for_vendor,
)
from tests.engine.facts_builder import World, the, world


def finding(severity: str, *, public: bool, rule: str = "economic_line") -> Finding:
    step = {"holder": "meta", "type": "shareholding", "subject": "scale", "low": 49_000_000, "high": 49_000_000}
    return {
        "rule": rule,
        "axis": "economic",
        "severity": severity,
        "competitors": ["meta"],
        "edge": ["a fact"],
        "path": [{**step, "public": True}, {**step, "public": public}],
    }


def test_a_client_sees_a_public_finding_with_its_path() -> None:
    (seen,) = visible_findings([finding("block", public=True)], Reader.CLIENT)
    assert (seen["rule"], len(seen["path"])) == ("economic_line", 2)
    assert "edge" not in seen


@pytest.mark.parametrize(
    ("severity", "word"),
    [("block", "not available"), ("review", "compliance review"), ("note", "confidential relationship")],
)
def test_one_private_edge_leaves_one_word(severity: str, word: str) -> None:
    assert visible_findings([finding(severity, public=False)], Reader.CLIENT) == [{"severity": severity, "word": word}]


def test_hidden_findings_cannot_be_counted() -> None:
    hidden = [finding("block", public=False), finding("block", public=False, rule="personnel")]
    assert len(visible_findings(hidden, Reader.CLIENT)) == 1


def test_compliance_sees_everything() -> None:
    every = [finding("block", public=False), finding("note", public=True)]
    assert visible_findings(every, Reader.COMPLIANCE) == every


def test_hidden_rules_are_not_named() -> None:
    found = [finding("block", public=False, rule="board"), finding("review", public=True), finding("note", public=True)]
    assert visible_rules(found, Reader.CLIENT) == ["economic_line"]


def test_a_review_on_a_private_fact_is_for_compliance() -> None:
    assert needs_compliance([finding("review", public=False)])
    assert not needs_compliance([finding("review", public=True), finding("note", public=False)])


def test_a_client_learns_why_a_vendor_is_missing() -> None:
    public, private = finding("block", public=True), finding("block", public=False)
    assert why_missing(misfit="modality: …", outcome=Outcome.CLEAR, findings=[]) == "does not fit: modality: …"
    proven = why_missing(misfit="", outcome=Outcome.BLOCKED, findings=[private, public])
    assert proven.startswith("conflict: meta - shareholding 49% - scale")
    assert why_missing(misfit="", outcome=Outcome.BLOCKED, findings=[private]) == "not available"
    assert why_missing(misfit="", outcome=Outcome.UNKNOWN, findings=[]) == "not available"
    assert why_missing(misfit="", outcome=Outcome.REVIEW, findings=[]) == ""


def test_a_vendor_learns_no_more_than_a_word() -> None:
    assert [word_for_vendor(outcome) for outcome in Outcome] == ["", "under review", "not eligible", "under review"]


FOUNDER = world().votes("founder", "lab", 100)
OPTION = "conditionalRightsGrantedByContract"
"""Worlds in which one rule fires on what is public, and the same ones with one private edge in the proof."""
NEW_RULES: dict[str, tuple[World, World]] = {
    "option": (
        FOUNDER.says("meta", OPTION, "lab", 30),
        FOUNDER.says("meta", OPTION, "lab", 30, private=True),
    ),
    "common_owner": (
        FOUNDER.owns("fund", "lab", 30).owns("fund", "meta", 30),
        FOUNDER.owns("fund", "lab", 30).owns("fund", "meta", 30, private=True),
    ),
    "aggregate": (
        world().votes("meta", "lab", 3).votes("xai", "lab", 3),
        world().votes("meta", "lab", 3).votes("xai", "lab", 3, private=True),
    ),
    "stale": (
        FOUNDER.owns("fund", "lab", 30, said="2010-01-01"),
        FOUNDER.owns("fund", "lab", 30, said="2010-01-01", private=True),
    ),
}


def stored(there: World, rule: str) -> Finding:
    """The finding of this rule for Google, with Meta and xAI on its list, as a screening stores it."""
    return to_json(the(there.screen("google", "lab", "meta", "xai"), rule))


@pytest.mark.parametrize("rule", NEW_RULES)
def test_what_is_found_by_public_edges_is_told_in_full(rule: str) -> None:
    (seen,) = visible_findings([stored(NEW_RULES[rule][0], rule)], Reader.CLIENT)
    assert (seen["rule"], bool(seen["path"]), "topic" in seen) == (rule, True, False)


@pytest.mark.parametrize("rule", NEW_RULES)
def test_a_private_edge_hides_the_rule_and_everything_else(rule: str) -> None:
    hidden = stored(NEW_RULES[rule][1], rule)
    (seen,) = visible_findings([hidden], Reader.CLIENT)
    assert seen.keys() == {"severity", "word"}
    assert visible_rules([hidden], Reader.CLIENT) == []


def test_what_rivals_cross_together_names_those_of_the_clients_own_list() -> None:
    (seen,) = visible_findings([stored(NEW_RULES["aggregate"][0], "aggregate")], Reader.CLIENT)
    assert seen["competitors"] == ("meta", "xai")


def test_a_path_with_joint_holders_is_told_in_words() -> None:
    joint = stored(world().owns("ann & meta", "lab", 60), "same_party")
    assert told_path(joint) == "ann and meta jointly - shareholding 60% - lab"
    why = why_missing(misfit="", outcome=Outcome.BLOCKED, findings=[joint])
    assert why == "conflict: ann and meta jointly - shareholding 60% - lab"
