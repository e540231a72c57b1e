"""Economic line: integrated ownership of the competitor's side in the vendor, 25 and 5."""

from __future__ import annotations

import pytest

from conflicts.engine.case import Query, build_case
from conflicts.engine.policy import Policy
from conflicts.engine.rules.economic_line import economic_line
from conflicts.engine.vanishing import weighed
from tests.engine.facts_builder import Share, band, pct, route, the, told, under, world


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (49, "block"),
        (25, "block"),
        (24.999999, "review"),
        (5, "review"),
        (band(25, 40), "block"),
        (band(5, 20), "review"),
    ],
)
def test_a_stated_share_is_measured_on_its_low(share: Share, expected: str) -> None:
    finding = the(world().owns("meta", "v", share).screen("google", "v", "meta"), "economic_line")
    assert (finding.severity, finding.must) == (expected, True)


@pytest.mark.parametrize("share", [4.999999, 0, under(5), band(1, 4)])
def test_less_than_five_is_clear(share: Share) -> None:
    answer = world().owns("meta", "v", share).screen("google", "v", "meta")
    assert (answer.outcome, told(answer)) == ("clear", [])


@pytest.mark.parametrize(("share", "line"), [(band(1, 25), 25), (band(1, 24), 5), (band(1, 5), 5)])
def test_a_high_that_reaches_a_line_is_for_review(share: Share, line: float) -> None:
    finding = the(world().owns("meta", "v", share).screen("google", "v", "meta"), "economic_line")
    assert (finding.severity, finding.must, finding.line) == ("review", False, pct(line))


def test_the_finding_tells_bounds_line_and_path() -> None:
    finding = the(world().owns("meta", "scale", 49).screen("google", "scale", "meta"), "economic_line")
    assert (finding.low, finding.high, finding.line) == (pct(49), pct(49), pct(25))
    assert (finding.holder, finding.subject, route(finding)) == ("meta", "scale", ["meta>scale"])


def test_shares_through_a_chain_multiply() -> None:
    chained = world().owns("meta", "fund", 48).owns("fund", "v", 50)
    finding = the(chained.screen("google", "v", "meta"), "economic_line")
    assert (finding.severity, finding.low, route(finding)) == ("review", pct(24), ["meta>fund", "fund>v"])


def test_the_side_is_measured_as_a_set() -> None:
    group = world().controls("meta", "lab").owns("meta", "v", 15).owns("lab", "v", 15)
    assert the(group.screen("google", "v", "meta"), "economic_line").low == pct(30)


def test_what_controls_the_vendor_is_asked_too() -> None:
    parent = world().owns("meta", "scale", 49).votes("meta", "scale", 0).controls("scale", "outlier")
    finding = the(parent.screen("google", "outlier", "meta"), "economic_line")
    assert (finding.subject, route(finding)) == ("scale", ["meta>scale", "scale>outlier"])


def test_a_holding_above_is_inherited_once() -> None:
    parent = world().owns("meta", "scale", 49).votes("meta", "scale", 0).owns("scale", "outlier", 100)
    assert told(parent.screen("google", "outlier", "meta")) == ["block economic_line", "note voting_line"]


def test_what_the_vendor_owns_is_not_asked() -> None:
    below = world().controls("v", "sub").owns("meta", "sub", 30)
    assert "economic_line" not in " ".join(told(below.screen("google", "v", "meta")))


def test_bounds_are_rounded_outward() -> None:
    ring = world().owns("meta", "v", 20).owns("v", "v", 40)
    finding = the(ring.screen("google", "v", "meta"), "economic_line")
    assert (finding.low, finding.high) == (33_333_333, 33_333_334)


def test_a_holding_that_may_have_ended_is_for_review() -> None:
    sold = world().owns("meta", "v", 49, until="2025-06")
    assert told(sold.screen("google", "v", "meta")) == ["review economic_line"]
    assert told(sold.screen("google", "v", "meta", as_of="2025-07-01")) == []


def test_the_clients_own_share_is_a_note() -> None:
    answer = world().owns("google", "v", 40).screen("google", "v", "meta")
    assert (answer.outcome, told(answer)) == ("clear", ["note economic_line"])


def test_a_further_line_that_may_be_crossed_is_listed_with_the_one_that_is() -> None:
    there = world().votes("founder", "v", 100).owns("meta", "v", band(10, 30))
    finding = the(there.screen("google", "v", "meta"), "economic_line")
    assert (finding.must, finding.line, finding.also) == (True, pct(5), ("may cross economic_line 25",))
    below = world().votes("founder", "v", 100).owns("meta", "v", band(10, 24))
    assert the(below.screen("google", "v", "meta"), "economic_line").also == ()


def test_a_further_line_that_rests_on_a_strangers_unstated_shares_is_a_note_by_itself() -> None:
    there = world().votes("founder", "v", 100).owns("meta", "v", 6).owns("fund", "v").votes("king", "fund", 100)
    case = build_case(there.owns("meta", "fund", band(0, 50)).on(), Query("google", "v", ("meta",), Policy()), "meta")
    judged = {(one.line, one.severity.value) for one in weighed(case, list(economic_line(case)))}
    assert judged == {(pct(5), "review"), (pct(25), "note")}
