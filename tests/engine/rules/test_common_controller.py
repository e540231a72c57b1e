"""Common controller: one party controls both the vendor and the competitor."""

from __future__ import annotations

from conflicts.engine.case import Query, build_case
from conflicts.engine.policy import Policy
from conflicts.engine.rules.common_controller import common_controller
from tests.engine.facts_builder import World, band, route, the, told, world


def verdicts(told: World, principal: str = "q") -> list[tuple[str, bool, str]]:
    """Severity, must and the controller, as the rule tells them before edges are merged."""
    case = build_case(told.on(), Query(principal, "v", ("rival",), Policy()), "rival")
    return [(finding.severity.value, finding.must, finding.holder) for finding in common_controller(case)]


def test_one_party_that_controls_both_blocks() -> None:
    assert verdicts(world().owns("top", "v", 60).controls("top", "rival")) == [("block", True, "top")]


def test_it_is_told_with_the_same_party_that_it_makes() -> None:
    answer = world().owns("top", "v", 60).controls("top", "rival").screen("q", "v", "rival")
    assert "block common_controller" not in told(answer)
    assert "common_controller 50" in the(answer, "same_party").also


def test_one_party_that_only_may_control_one_of_them_is_for_review() -> None:
    assert verdicts(world().owns("top", "v", 60).owns("top", "rival", band(30, 60))) == [("review", False, "top")]


def test_a_state_bodys_perhaps_is_told_with_both_chains() -> None:
    told = world().states("state").controls("state", "v").owns("state", "rival", band(30, 60))
    assert route(the(told.screen("q", "v", "rival"), "common_controller")) == ["state>rival", "state>v"]


def test_a_state_body_is_a_note_with_both_chains() -> None:
    answer = world().states("state").controls("state", "v").controls("state", "rival").screen("q", "v", "rival")
    assert (answer.outcome, told(answer)) == ("clear", ["note common_controller", "note reverse"])
    assert route(the(answer, "common_controller")) == ["state>rival", "state>v"]


def test_a_state_body_that_only_may_control_is_a_note() -> None:
    told = world().states("state").controls("state", "v").owns("state", "rival", band(30, 60))
    assert verdicts(told) == [("note", False, "state")]


def test_a_company_below_the_state_body_still_blocks() -> None:
    told = world().states("state").controls("state", "holding").controls("holding", "v").controls("holding", "rival")
    assert ("block", True, "holding") in verdicts(told)


def test_who_controls_only_one_of_them_is_none() -> None:
    assert verdicts(world().owns("top", "v", 60).owns("top", "rival", 40)) == []


def test_the_clients_own_group_is_none() -> None:
    assert verdicts(world().controls("q", "v").controls("q", "rival")) == []
