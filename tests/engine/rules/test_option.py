"""Option: an option, a convertible or an announced deal that would cross a line."""

from __future__ import annotations

import pytest

from conflicts.engine.bounds import Bounds
from conflicts.engine.facts import Certainty, Directness
from tests.engine.facts_builder import Share, World, band, over, pct, route, the, told, world

ANNOUNCED, RUMOURED = Certainty.ANNOUNCED, Certainty.RUMOURED
OPTION = "conditionalRightsGrantedByContract"


def judged(there: World) -> list[str]:
    return [line for line in told(there.screen("client", "v", "rival")) if "option" in line]


@pytest.mark.parametrize(("share", "expected"), [(5, ["review option"]), (4.999999, []), (30, ["review option"])])
def test_an_option_that_would_cross_a_line_is_for_review(share: float, expected: list[str]) -> None:
    assert judged(world().says("rival", OPTION, "v", share)) == expected


def test_it_comes_on_top_of_what_is_held() -> None:
    held = world().owns("rival", "v", 3)
    assert judged(held.says("rival", OPTION, "v", 3)) == ["review option"]
    assert judged(world().says("rival", OPTION, "v", 3)) == []


def test_an_announced_deal_comes_in_the_place_of_what_is_held() -> None:
    held = world().owns("rival", "v", 3, since="2020")
    assert judged(held.owns("rival", "v", 4, since="2026", certainty=ANNOUNCED)) == []
    assert judged(held.owns("rival", "v", 49, since="2026", certainty=ANNOUNCED)) == ["review option"]


def test_a_line_that_is_crossed_already_is_not_crossed_again() -> None:
    assert judged(world().owns("rival", "v", 26).says("rival", OPTION, "v", 4)) == []


def test_a_further_line_is() -> None:
    answer = world().owns("rival", "v", 20).says("rival", OPTION, "v", 6).screen("client", "v", "rival")
    finding = the(answer, "option")
    assert (finding.severity, finding.line, finding.also) == ("review", pct(25), ("would cross economic_line",))
    assert route(finding) == ["rival>v"]


def test_what_only_the_high_would_cross_is_a_note() -> None:
    assert judged(world().says("rival", OPTION, "v", band(1, 10))) == ["note option"]


@pytest.mark.parametrize("size", [None, 49])
def test_a_rumour_is_a_note_whatever_its_size(size: float | None) -> None:
    assert judged(world().owns("rival", "v", size, certainty=RUMOURED)) == ["note option"]


@pytest.mark.parametrize("certainty", [ANNOUNCED, RUMOURED])
def test_a_deal_of_unstated_size_is_a_note(certainty: Certainty) -> None:
    assert judged(world().owns("rival", "v", None, certainty=certainty)) == ["note option"]


def test_a_deal_between_strangers_of_unstated_size_is_not_told() -> None:
    assert judged(world().owns("fund", "v", None, certainty=ANNOUNCED)) == []


def test_it_counts_the_other_way_round() -> None:
    assert judged(world().says("v", OPTION, "rival", 10)) == ["review option"]


def test_it_counts_higher_up_the_chain() -> None:
    assert judged(world().owns("holdco", "v", 50).says("rival", OPTION, "holdco", 20)) == ["review option"]


def test_an_announced_majority_would_be_control() -> None:
    answer = world().votes("rival", "v", 60, certainty=ANNOUNCED).screen("client", "v", "rival")
    assert the(answer, "option").severity == "review"


def test_an_announced_control_fact_has_no_size_and_is_a_note() -> None:
    assert judged(world().controls("rival", "v", certainty=ANNOUNCED)) == ["note option"]


def test_a_fact_that_begins_after_the_as_known_day_is_announced() -> None:
    assert judged(world().owns("rival", "v", 49, since="2026")) == ["review option"]


def test_announced_votes_of_none_cross_nothing() -> None:
    assert judged(world().votes("rival", "v", 0, certainty=ANNOUNCED)) == []


def test_an_option_that_is_over_is_not_told() -> None:
    assert judged(world().says("rival", OPTION, "v", 30, until="2024-01-01")) == []


def test_an_announced_whole_beside_holders_who_have_not_sold_yet_is_for_review() -> None:
    still = world().owns("founder", "v", 60)
    assert judged(still.owns("rival", "v", 100, certainty=ANNOUNCED)) == ["review option"]


@pytest.mark.parametrize("share", [Bounds(pct(25), pct(50), low_open=True), 49])
def test_an_outcome_of_review_needs_no_other_finding(share: Bounds | float) -> None:
    answer = world().owns("rival", "v", share, certainty=ANNOUNCED).screen("client", "v", "rival")
    assert (answer.outcome, told(answer)) == ("review", ["review option"])


def test_the_numbers_are_those_that_are_compared_with_the_line() -> None:
    answer = world().owns("rival", "v", 20).says("rival", OPTION, "v", 6).screen("client", "v", "rival")
    finding = the(answer, "option")
    assert (finding.low, finding.high, finding.line) == (pct(26), pct(26), pct(25))
    assert (finding.path[0].low, finding.path[0].high) == (pct(6), pct(6))


def test_a_deal_that_is_not_compared_tells_its_own_size() -> None:
    answer = world().owns("rival", "v", 3).owns("rival", "v", 49, certainty=RUMOURED).screen("client", "v", "rival")
    finding = the(answer, "option")
    assert (finding.low, finding.line) == (pct(49), None)


def test_a_line_that_the_option_may_reach_is_a_note_beside_a_lower_one_that_is_crossed() -> None:
    there = world().votes("founder", "v", 100).owns("rival", "v", band(18, 20)).says("rival", OPTION, "v", 6)
    finding = the(there.screen("client", "v", "rival"), "option")
    assert (finding.severity, finding.high, finding.line) == ("note", pct(26), pct(25))


def through_a_subsidiary(share: float, how: Directness) -> World:
    """The rival holds 20 through a subsidiary; of the rival itself a share is announced."""
    chain = world().owns("rival", "sub", 100).owns("sub", "v", 20)
    return chain.owns("rival", "v", share, certainty=ANNOUNCED, how=how)


@pytest.mark.parametrize("how", [Directness.INDIRECT, Directness.UNKNOWN])
def test_an_announced_share_that_tells_the_end_of_a_chain_adds_nothing(how: Directness) -> None:
    assert judged(through_a_subsidiary(6, how)) == []
    assert judged(through_a_subsidiary(26, how)) == ["review option"]


def test_an_announced_share_that_is_direct_adds_to_the_chain() -> None:
    assert judged(through_a_subsidiary(6, Directness.DIRECT)) == ["review option"]


def test_an_announced_share_of_no_chain_is_direct() -> None:
    fresh = world().owns("rival", "v", 6, certainty=ANNOUNCED, how=Directness.UNKNOWN)
    assert judged(fresh) == ["review option"]


def state_owned() -> World:
    return world().states("state").controls("state", "v")


def test_through_a_state_body_it_weighs_no_more_than_the_deal_done() -> None:
    assert told(state_owned().owns("state", "rival", 30).screen("client", "v", "rival")) == ["note reverse"]
    promised = state_owned().says("state", OPTION, "rival", 30).screen("client", "v", "rival")
    assert (promised.outcome, told(promised)) == ("clear", ["note option"])


def test_what_the_vendor_itself_may_take_counts_beside_what_its_state_holds() -> None:
    there = state_owned().owns("state", "rival", 30).says("v", OPTION, "rival", 10)
    assert judged(there) == ["review option"]


def test_an_announced_right_to_appoint_most_of_the_board_would_be_control() -> None:
    answer = world().appoints("rival", "v", 60, certainty=ANNOUNCED).screen("client", "v", "rival")
    finding = the(answer, "option")
    assert (answer.outcome, finding.also, route(finding)) == ("review", ("would cross control",), ["rival>v"])


def test_an_announced_board_counts_the_other_way_round() -> None:
    assert judged(world().appoints("v", "rival", over(50), since="2026")) == ["review option"]


@pytest.mark.parametrize(
    ("share", "certainty", "expected"),
    [
        (20, ANNOUNCED, []),
        (50, ANNOUNCED, []),
        (band(40, 60), ANNOUNCED, ["note option"]),
        (None, ANNOUNCED, ["note option"]),
        (60, RUMOURED, ["note option"]),
    ],
)
def test_less_than_a_sure_majority_of_the_board_is_a_note_at_most(
    share: Share, certainty: Certainty, expected: list[str]
) -> None:
    assert judged(world().appoints("rival", "v", share, certainty=certainty)) == expected


def test_a_board_that_is_controlled_already_is_not_taken_again() -> None:
    there = world().appoints("rival", "v", 60).appoints("rival", "v", 70, certainty=ANNOUNCED)
    assert judged(there) == []
