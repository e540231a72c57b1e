"""Personnel: one person has posts on both sides, or a post on one and is a member of the other."""

from __future__ import annotations

import pytest

from tests.engine.facts_builder import World, band, route, the, told, world


def wang() -> World:
    return world().people("wang")


POSTS = ["seniorManagingOfficial", "boardMember", "boardChair"]


@pytest.mark.parametrize("ours", POSTS)
@pytest.mark.parametrize("theirs", POSTS)
def test_posts_on_both_sides_at_once_block(ours: str, theirs: str) -> None:
    finding = the(
        wang().says("wang", theirs, "meta").says("wang", ours, "v").screen("google", "v", "meta"), "personnel"
    )
    assert (finding.severity, finding.must, route(finding)) == ("block", True, ["wang>meta", "wang>v"])


def test_a_post_on_one_side_only_is_nothing() -> None:
    assert told(wang().sits("wang", "v").screen("google", "v", "meta")) == []


def test_a_post_at_the_vendor_of_a_person_on_the_competitors_side_blocks() -> None:
    founder = world().people("zuck").votes("zuck", "meta", 60).sits("zuck", "v")
    finding = the(founder.screen("google", "v", "meta"), "personnel")
    assert (finding.severity, route(finding)) == ("block", ["zuck>meta", "zuck>v"])


def test_a_post_at_the_competitor_of_a_person_on_the_vendors_side_blocks() -> None:
    founder = world().people("chen").owns("chen", "v", 75).manages("chen", "meta")
    finding = the(founder.screen("google", "v", "meta"), "personnel")
    assert (finding.severity, route(finding)) == ("block", ["chen>meta", "chen>v"])


def test_a_shareholder_with_a_post_on_the_other_side_is_nothing() -> None:
    holder = world().people("guo").owns("guo", "v", 5).manages("guo", "meta")
    assert told(holder.screen("google", "v", "meta")) == []


@pytest.mark.parametrize(
    ("ended", "expected"),
    [("2023-06-12", ["note personnel"]), ("2023-06-11", []), ("2023-06", ["note personnel"]), ("2023-05", [])],
)
def test_a_former_role_is_a_note_for_24_months(ended: str, expected: list[str]) -> None:
    left = wang().manages("wang", "v", until=ended).manages("wang", "meta")
    answer = left.screen("google", "v", "meta")
    assert (answer.outcome, told(answer)) == ("clear", expected)


def test_a_former_role_at_the_competitor_is_a_note_too() -> None:
    left = wang().manages("wang", "v").manages("wang", "meta", until="2025-06-12")
    assert told(left.screen("google", "v", "meta")) == ["note personnel"]
    assert told(left.screen("google", "v", "meta", as_of="2025-06-11")) == ["block personnel"]


def test_a_role_that_may_be_over_is_for_review() -> None:
    left = wang().manages("wang", "v", until="2025-06").manages("wang", "meta")
    assert told(left.screen("google", "v", "meta")) == ["review personnel"]


def test_a_role_that_may_not_have_begun_is_for_review() -> None:
    joins = wang().manages("wang", "v").manages("wang", "meta", since="2025")
    assert told(joins.screen("google", "v", "meta")) == ["review personnel"]


def test_a_role_that_has_not_begun_is_nothing() -> None:
    joins = wang().manages("wang", "v").manages("wang", "meta", since="2025-06-13")
    assert told(joins.screen("google", "v", "meta")) == []


def test_a_role_in_force_counts_before_a_former_one() -> None:
    stays = wang().manages("wang", "v", until="2025-06-12").sits("wang", "v").manages("wang", "meta")
    assert told(stays.screen("google", "v", "meta")) == ["block personnel"]


def test_a_post_at_one_that_may_be_on_the_competitors_side_is_for_review() -> None:
    fund = wang().owns("meta", "fund", band(10, 60)).manages("wang", "fund").sits("wang", "v")
    assert the(fund.screen("google", "v", "meta"), "personnel").severity == "review"


def test_posts_in_what_controls_and_what_the_vendor_controls_count() -> None:
    above = wang().controls("parent", "v").sits("wang", "parent").manages("wang", "meta")
    below = wang().controls("v", "sub").sits("wang", "sub").manages("wang", "meta")
    assert "block personnel" in told(above.screen("google", "v", "meta"))
    assert "block personnel" in told(below.screen("google", "v", "meta"))


def test_one_person_is_told_once() -> None:
    busy = wang().manages("wang", "v").sits("wang", "v").manages("wang", "meta").sits("wang", "meta")
    assert told(busy.screen("google", "v", "meta")) == ["block personnel"]


def test_an_organization_with_posts_is_no_person() -> None:
    firm = world().manages("firm", "v").manages("firm", "meta")
    assert "personnel" not in {finding.rule for finding in firm.screen("google", "v", "meta").findings}


def test_a_persons_post_at_the_client_is_nothing() -> None:
    assert told(wang().sits("wang", "google").sits("wang", "v").screen("google", "v", "meta")) == []


def test_a_former_role_that_was_held_is_proved() -> None:
    left = wang().manages("wang", "v").manages("wang", "meta", until="2025-06-01")
    finding = the(left.screen("google", "v", "meta"), "personnel")
    assert (finding.severity, finding.must) == ("note", True)


def test_a_former_role_beside_one_that_may_not_have_begun_is_not_proved() -> None:
    left = wang().manages("wang", "v", since="2025").manages("wang", "meta", until="2025-06-01")
    finding = the(left.screen("google", "v", "meta"), "personnel")
    assert (finding.severity, finding.must) == ("note", False)
