"""What a client may see of a finding, row by row of DESIGN 6."""

import pytest

from conflicts.models import Outcome
from marketplace.redaction import (
    Finding,
    Reader,
    needs_compliance,
    visible_findings,
    visible_rules,
    why_missing,
    word_for_vendor,
)


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
