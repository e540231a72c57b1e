"""Common owner: one party outside both sides has a large or an unknown part of both."""

from __future__ import annotations

import pytest

from tests.engine.facts_builder import World, route, the, told, world


def judged(there: World, *, client: str = "client") -> list[str]:
    return [line for line in told(there.screen(client, "v", "rival")) if "common_owner" in line]


@pytest.mark.parametrize(("share", "expected"), [(25, ["note common_owner"]), (24.999999, [])])
def test_a_quarter_of_both_is_told(share: float, expected: list[str]) -> None:
    assert judged(world().owns("fund", "v", share).owns("fund", "rival", 25)) == expected


def test_a_quarter_through_a_holding_company_counts() -> None:
    there = world().owns("fund", "holdco", 100).owns("holdco", "v", 30).owns("fund", "rival", 30)
    finding = the(there.screen("client", "v", "rival"), "common_owner")
    assert (finding.holder, route(finding)) == ("fund", ["fund>rival", "fund>holdco", "holdco>v"])


def test_parts_of_unstated_size_in_both_are_told() -> None:
    assert judged(world().owns("nvidia", "v").owns("nvidia", "rival")) == ["note common_owner"]


def test_one_of_each_is_told() -> None:
    assert judged(world().owns("fund", "v").owns("fund", "rival", 30)) == ["note common_owner"]


def test_a_part_of_one_alone_is_not() -> None:
    assert judged(world().owns("fund", "v", 30)) == []


def test_the_client_is_no_stranger() -> None:
    assert judged(world().owns("client", "v", 30).owns("client", "rival", 30)) == []


def test_who_controls_one_of_them_is_inside_its_side() -> None:
    assert judged(world().owns("parent", "v", 60).owns("parent", "rival", 30)) == []


def test_it_changes_no_outcome() -> None:
    there = world().owns("fund", "v", 30).owns("fund", "rival", 30)
    assert there.screen("client", "v", "rival").outcome == "clear"
