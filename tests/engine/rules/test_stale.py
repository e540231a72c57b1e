"""Stale: a clear verdict, or a side, rests on sources that are older than the limit."""

from __future__ import annotations

import pytest

from conflicts.engine.policy import Policy
from tests.engine.facts_builder import World, pct, told, world

OLD, NEW = "2022-06-11", "2022-06-12"


def judged(there: World) -> tuple[str, list[str]]:
    answer = there.screen("client", "v", "rival")
    return answer.coverage, [line for line in told(answer) if "stale" in line]


@pytest.mark.parametrize(
    ("said", "expected"), [(OLD, ("partial", ["note stale"])), (NEW, ("majority", [])), ("", ("majority", []))]
)
def test_a_clear_verdict_on_old_sources_is_covered_in_part_at_most(said: str, expected: tuple[str, list[str]]) -> None:
    assert judged(world().people("founder").owns("founder", "v", 80, said=said)) == expected


def test_one_new_source_is_enough() -> None:
    there = world().people("founder").owns("founder", "v", 40, said=OLD).owns("fund", "v", 15, said=NEW)
    assert judged(there) == ("majority", [])


def test_a_blocked_verdict_on_old_sources_is_not_called_stale_for_them() -> None:
    assert judged(world().owns("rival", "v", 30, said=OLD)) == ("partial", [])


def test_a_competitors_side_on_old_sources_is_told() -> None:
    there = world().people("founder").owns("founder", "v", 80, said=NEW).owns("parent", "rival", 60, said=OLD)
    assert judged(there) == ("partial", ["note stale"])


def test_age_is_counted_from_the_as_known_day() -> None:
    there = world().people("founder").owns("founder", "v", 80, said="2020-01-01")
    answer = there.screen("client", "v", "rival", as_of="2022-01-01", known="2022-01-01")
    assert "note stale" not in told(answer)


def test_it_changes_no_outcome() -> None:
    there = world().people("founder").owns("founder", "v", 80, said=OLD)
    assert there.screen("client", "v", "rival").outcome == "clear"


@pytest.mark.parametrize("rivals", [(), ("rival",)])
def test_an_old_link_of_the_vendors_side_is_told_also_of_a_client_without_competitors(rivals: tuple[str, ...]) -> None:
    there = world().people("ada").owns("ada", "parent", 80, said=NEW).owns("parent", "v", 60, said=OLD)
    answer = there.screen("client", "v", *rivals)
    assert (answer.coverage, told(answer)) == ("partial", ["note stale"])


@pytest.mark.parametrize("rivals", [(), ("rival",)])
def test_an_old_link_of_the_clients_own_side_is_none_of_the_vendors(rivals: tuple[str, ...]) -> None:
    there = world().people("ada").owns("ada", "client", 80, said=NEW).owns("client", "v", 60, said=OLD)
    assert "note stale" not in told(there.screen("client", "v", *rivals))


def test_the_vendors_side_is_that_of_the_clients_line_of_control() -> None:
    there = world().owns("parent", "v", 40, said=OLD).owns("fund", "v", 20, said=NEW)
    assert told(there.screen("client", "v")) == []
    assert told(there.screen("client", "v", policy=Policy(control=pct(30)))) == ["note stale"]
