"""Board: an organization on the competitor's side has a seat, a chair or an appointment right."""

from __future__ import annotations

import pytest

from tests.engine.facts_builder import band, over, route, the, told, world


@pytest.mark.parametrize("code", ["boardMember", "boardChair", "appointmentOfBoard"])
def test_each_kind_of_seat_blocks(code: str) -> None:
    finding = the(world().says("meta", code, "v").screen("google", "v", "meta"), "board")
    assert (finding.severity, finding.must, route(finding)) == ("block", True, ["meta>v"])


def test_a_minority_right_to_appoint_blocks() -> None:
    assert told(world().appoints("meta", "v", 20).screen("google", "v", "meta")) == ["block board"]


def test_a_majority_right_to_appoint_is_told_once() -> None:
    answer = world().appoints("meta", "v", over(50)).screen("google", "v", "meta")
    assert told(answer) == ["block same_party"]


def test_a_seat_that_may_be_over_is_for_review() -> None:
    left = world().sits("meta", "v", until="2025-06")
    assert told(left.screen("google", "v", "meta")) == ["review board"]
    assert told(left.screen("google", "v", "meta", as_of="2025-07-01")) == []


def test_a_seat_of_one_that_may_be_on_the_competitors_side_is_for_review() -> None:
    fund = world().owns("meta", "fund", band(10, 60)).sits("fund", "v")
    assert the(fund.screen("google", "v", "meta"), "board").severity == "review"


def test_a_seat_in_what_may_control_the_vendor_is_for_review() -> None:
    parent = world().owns("parent", "v", band(10, 60)).sits("meta", "parent")
    assert the(parent.screen("google", "v", "meta"), "board").severity == "review"


def test_a_seat_of_the_competitors_subsidiary_blocks_with_the_chain() -> None:
    fund = world().controls("meta", "fund").sits("fund", "v")
    finding = the(fund.screen("google", "v", "meta"), "board")
    assert (finding.severity, route(finding)) == ("block", ["meta>fund", "fund>v"])


def test_a_seat_in_what_controls_the_vendor_blocks() -> None:
    parent = world().sits("meta", "parent").controls("parent", "v")
    assert "block board" in told(parent.screen("google", "v", "meta"))


def test_a_seat_in_what_the_vendor_controls_blocks() -> None:
    below = world().sits("meta", "sub").controls("v", "sub")
    assert "block board" in told(below.screen("google", "v", "meta"))


def test_a_persons_own_seat_is_not_told_here() -> None:
    person = world().people("wang").sits("wang", "v").controls("wang", "meta")
    assert told(person.screen("google", "v", "meta")) == ["block personnel"]


def test_a_persons_right_to_appoint_is_told_here() -> None:
    person = world().people("zuck").appoints("zuck", "v", 20).controls("zuck", "meta")
    assert told(person.screen("google", "v", "meta")) == ["block board"]


def test_a_strangers_seat_is_nothing() -> None:
    assert told(world().sits("fund", "v").sits("fund", "meta").screen("google", "v", "meta")) == []


def test_the_clients_seat_is_nothing() -> None:
    assert told(world().sits("google", "v").screen("google", "v", "meta")) == []


def test_a_seat_that_is_handed_over_within_a_month_is_held_all_the_while() -> None:
    seats = world().says("meta", "boardMember", "v", None, until="2025-06")
    handed = seats.says("meta", "boardChair", "v", None, since="2025-06")
    assert seats.screen("google", "v", "meta").outcome == "review"
    assert handed.screen("google", "v", "meta").outcome == "blocked"
