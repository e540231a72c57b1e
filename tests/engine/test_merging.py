"""One edge that crosses several lines gives one finding (SEMANTICS 6)."""

from __future__ import annotations

from dataclasses import replace

from conflicts.engine.bounds import PERCENT
from conflicts.engine.facts import Axis
from conflicts.engine.findings import Finding, Rule, Severity
from conflicts.engine.merging import merged
from tests.engine.facts_builder import over, the, told, world


def finding(rule: Rule, severity: Severity, edge: str, *competitors: str, line: int | None = None) -> Finding:
    return Finding(
        rule=rule,
        axis=Axis.ECONOMIC,
        severity=severity,
        must=True,
        holder="meta",
        subject="v",
        competitors=competitors or ("meta",),
        path=(),
        line=line,
        edge=(edge,),
    )


def test_one_edge_is_told_under_the_first_rule_of_the_table() -> None:
    votes = finding(Rule.VOTING_LINE, Severity.REVIEW, "e", line=5 * PERCENT)
    shares = finding(Rule.ECONOMIC_LINE, Severity.BLOCK, "e", line=25 * PERCENT)
    (one,) = merged([votes, shares])
    assert (one.rule, one.severity, one.also) == (Rule.ECONOMIC_LINE, Severity.BLOCK, ("voting_line 5",))


def test_the_severest_severity_is_never_lost() -> None:
    shares = finding(Rule.ECONOMIC_LINE, Severity.REVIEW, "e")
    votes = finding(Rule.VOTING_LINE, Severity.BLOCK, "e")
    (one,) = merged([shares, votes])
    assert (one.severity, one.must) == (Severity.BLOCK, True)


def test_a_proved_line_is_not_told_as_one_that_only_may_be_crossed() -> None:
    perhaps = replace(finding(Rule.SAME_PARTY, Severity.REVIEW, "e", line=50 * PERCENT), must=False)
    proved = finding(Rule.ECONOMIC_LINE, Severity.BLOCK, "e", line=25 * PERCENT)
    (one,) = merged([perhaps, proved])
    assert (one.severity, one.must, one.line) == (Severity.BLOCK, True, 25 * PERCENT)


def test_one_rule_is_named_by_its_severest_line() -> None:
    five = finding(Rule.ECONOMIC_LINE, Severity.REVIEW, "e", line=5 * PERCENT)
    quarter = finding(Rule.ECONOMIC_LINE, Severity.BLOCK, "e", line=25 * PERCENT)
    (one,) = merged([five, quarter])
    assert (one.line, one.also) == (25 * PERCENT, ("economic_line 5",))


def test_two_edges_are_two_findings() -> None:
    assert len(merged([finding(Rule.BOARD, Severity.BLOCK, "e"), finding(Rule.BOARD, Severity.BLOCK, "f")])) == 2


def test_competitors_of_one_edge_are_named_together() -> None:
    (one,) = merged([finding(Rule.BOARD, Severity.BLOCK, "e", "xai"), finding(Rule.BOARD, Severity.BLOCK, "e", "meta")])
    assert one.competitors == ("meta", "xai")


def test_only_competitors_of_the_severest_severity_are_named() -> None:
    (one,) = merged([finding(Rule.BOARD, Severity.BLOCK, "e", "meta"), finding(Rule.BOARD, Severity.NOTE, "e", "xai")])
    assert one.competitors == ("meta",)


def test_an_unstated_holding_tells_its_own_edge() -> None:
    unstated = finding(Rule.UNSTATED_HOLDING, Severity.REVIEW, "e")
    line = finding(Rule.ECONOMIC_LINE, Severity.REVIEW, "e", line=25 * PERCENT)
    (one,) = merged([line, unstated])
    assert (one.rule, one.also) == (Rule.UNSTATED_HOLDING, ("economic_line 25",))


def test_merging_twice_changes_nothing() -> None:
    once = merged([finding(Rule.BOARD, Severity.BLOCK, "e"), finding(Rule.ECONOMIC_LINE, Severity.REVIEW, "e", line=1)])
    assert merged(once) == once


def test_findings_come_severest_first_and_then_in_the_order_of_the_table() -> None:
    mixed = [
        finding(Rule.COMMERCIAL, Severity.REVIEW, "a"),
        finding(Rule.BOARD, Severity.BLOCK, "b"),
        finding(Rule.VOTING_LINE, Severity.NOTE, "c"),
        finding(Rule.ECONOMIC_LINE, Severity.BLOCK, "d"),
    ]
    assert "".join(one.edge[0] for one in merged(mixed)) == "dbac"


def test_the_rules_stand_in_the_order_of_the_table() -> None:
    assert list(Rule) == sorted(Rule, key=lambda rule: rule.order)
    assert [Rule.SAME_PARTY.order, Rule.AGGREGATE.order, Rule.STALE.order] == [0, 12, 14]


def test_a_seat_that_is_also_control_is_one_finding() -> None:
    answer = world().appoints("meta", "v", over(50)).screen("google", "v", "meta")
    assert told(answer) == ["block same_party"]
    assert "control 50" in the(answer, "same_party").also
