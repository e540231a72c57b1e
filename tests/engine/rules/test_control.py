"""Control: a member of the competitor's side controls the vendor. Told under `same party` where both apply."""

from __future__ import annotations

from conflicts.engine.case import Query, build_case
from conflicts.engine.policy import Policy
from conflicts.engine.rules.control import control
from tests.engine.facts_builder import World, band, over, told, world


def verdicts(told: World, rival: str = "meta") -> list[tuple[str, bool, str]]:
    """Severity, must and the controlling holder, as the rule tells them before edges are merged."""
    case = build_case(told.on(), Query("google", "v", (rival,), Policy()), rival)
    return [(finding.severity.value, finding.must, finding.holder) for finding in control(case)]


def test_a_control_fact_blocks() -> None:
    assert verdicts(world().controls("meta", "v")) == [("block", True, "meta")]


def test_a_majority_of_votes_blocks() -> None:
    assert verdicts(world().votes("meta", "v", over(50))) == [("block", True, "meta")]


def test_a_right_to_appoint_most_of_the_board_blocks() -> None:
    assert ("block", True, "meta") in verdicts(world().appoints("meta", "v", over(50)))


def test_votes_that_may_be_a_majority_are_for_review() -> None:
    perhaps = world().owns("meta", "v", band(30, 60))
    assert ("review", False, "meta") in verdicts(perhaps)
    assert not [verdict for verdict in verdicts(perhaps) if verdict[1]]


def test_half_of_the_votes_is_no_control() -> None:
    assert verdicts(world().owns("meta", "v", 50)) == []


def test_control_that_may_be_over_is_for_review() -> None:
    assert {severity for severity, *_ in verdicts(world().controls("meta", "v", until="2025-06"))} == {"review"}


def test_control_that_ended_is_gone() -> None:
    assert verdicts(world().controls("meta", "v", until="2025-06-12")) == []


def test_a_founders_super_votes_control() -> None:
    founder = world().people("zuck").votes("zuck", "meta", over(50)).controls("zuck", "v")
    assert "block same_party" in told(founder.screen("google", "v", "meta"))


def test_control_over_what_controls_the_vendor_blocks() -> None:
    assert verdicts(world().controls("meta", "scale").controls("scale", "v")) == [("block", True, "scale")]
