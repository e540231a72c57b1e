"""Shares as integers, and bounds with open and closed ends."""

from __future__ import annotations

import pytest

from conflicts.engine.bounds import UNKNOWN, WHOLE, Bounds, capped, hull, intersection
from tests.engine.facts_builder import band, over, pct, under


def test_the_smallest_share_is_a_millionth_of_a_percent() -> None:
    assert pct(50.000001) - pct(50) == 1
    assert pct(100) == WHOLE


@pytest.mark.parametrize(
    ("bounds", "line", "reached"),
    [
        (band(0, 25), 25, True),
        (under(25), 25, False),
        (under(25.000001), 25, True),
        (band(0, 24.999999), 25, False),
        (UNKNOWN, 100, True),
    ],
)
def test_a_line_is_reached_where_some_share_inside_the_bounds_is_on_it(
    bounds: Bounds, line: float, reached: bool
) -> None:
    assert bounds.reaches(pct(line)) is reached


def test_two_statements_meet_in_what_both_allow() -> None:
    assert intersection(band(5, 25), band(10, 60)) == band(10, 25)
    assert intersection(over(50), band(50, 100)) == over(50)
    assert intersection(band(0, 25), under(25)) == under(25)


@pytest.mark.parametrize("other", [band(30, 30), under(10), over(20)])
def test_statements_that_exclude_each_other_meet_nowhere(other: Bounds) -> None:
    shares = band(10, 20)
    assert intersection(shares, other).is_empty


def test_a_single_common_value_is_a_meeting() -> None:
    assert not intersection(band(10, 20), band(20, 30)).is_empty


def test_the_hull_holds_both_and_keeps_the_wider_end() -> None:
    assert hull(band(10, 20), band(30, 40)) == band(10, 40)
    assert hull(over(50), band(50, 60)) == band(50, 100)
    assert hull(under(25), band(5, 25)) == band(0, 25)


def test_capping_lowers_only_a_high_that_lies_above() -> None:
    assert capped(band(0, 100), pct(40), is_open=False) == band(0, 40)
    assert capped(band(0, 30), pct(40), is_open=True) == band(0, 30)
    assert capped(band(0, 100), pct(40), is_open=True) == under(40)
    assert capped(band(0, 40), pct(40), is_open=True) == under(40)


def test_nothing_is_left_under_a_negative_cap() -> None:
    assert capped(band(0, 10), pct(-5), is_open=False) == band(0, 0)


def test_what_may_not_be_in_force_has_no_low() -> None:
    assert over(50).without_low() == band(0, 100)
