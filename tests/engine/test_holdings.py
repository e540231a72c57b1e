"""Several rows of one holder, subject and axis become one holding (SEMANTICS 1.3, 1.4, 2.2)."""

from __future__ import annotations

import pytest

from conflicts.engine.bounds import UNKNOWN, Bounds
from conflicts.engine.facts import Standing
from conflicts.engine.holdings import Holding, resolve
from tests.engine.facts_builder import DAY, Share, World, band, day, over, told, world

FILING, REGISTER, DECLARED = Standing.FILING, Standing.REGISTER, Standing.DECLARED


def rows() -> World:
    return world()


def maybe(told: World, on: str = DAY) -> Holding | None:
    return resolve(told.facts, day(on))


def held(told: World, on: str = DAY) -> Holding:
    holding = maybe(told, on)
    assert holding is not None
    return holding


def share(told: World, on: str = DAY) -> Bounds:
    return held(told, on).effective


def test_a_row_with_a_later_start_replaces_the_earlier_one() -> None:
    grown = rows().owns("meta", "scale", 10, since="2020").owns("meta", "scale", 49, since="2025-06-12")
    assert share(grown, "2025-06-11") == band(10, 10)
    assert share(grown, "2025-06-12") == band(49, 49)


def test_an_unknown_start_is_the_earliest() -> None:
    assert share(rows().owns("meta", "scale", 4, since="2020").owns("meta", "scale", 49)) == band(4, 4)


def test_rows_are_never_added() -> None:
    income = rows().owns("meta", "scale", 20).says("meta", "rightsToProfitOrIncome", "scale", 20.5)
    assert share(income) == band(20, 20.5)


def test_what_was_replaced_does_not_come_back_when_its_successor_ends() -> None:
    sold = rows().owns("meta", "scale", 10, since="2020").owns("meta", "scale", 49, since="2023", until="2025-06-12")
    assert share(sold, "2025-06-11") == band(49, 49)
    assert maybe(sold, "2025-06-12") is None


def test_a_row_without_a_size_ends_nothing_and_opens_the_high() -> None:
    joined = rows().owns("meta", "scale", 30, since="2020").owns("meta", "scale", since="2024-05-21")
    assert share(joined) == band(30, 100)


def test_a_row_without_a_size_keeps_an_open_low_open() -> None:
    joined = rows().owns("meta", "scale", over(50), since="2020").owns("meta", "scale", since="2024")
    assert share(joined) == over(50)


def test_an_ended_row_without_a_size_ends_nothing() -> None:
    left = rows().owns("meta", "scale", 30, since="2020").owns("meta", "scale", since="2022", until="2023")
    assert share(left).low == band(30, 30).low


@pytest.mark.parametrize("less", [4, band(0, 60), band(5, 49)])
def test_a_declaration_never_replaces_a_better_standing_with_less(less: Share) -> None:
    held_back = held(rows().owns("r", "v", 49, since="2020").owns("r", "v", less, since="2024", by=DECLARED))
    assert held_back.effective == band(49, 49)
    assert [row.source.standing for row in held_back.asides] == [DECLARED]


def test_a_declaration_of_exactly_half_does_not_replace_a_majority() -> None:
    lowered = rows().owns("r", "v", over(50), since="2020", by=REGISTER)
    lowered = lowered.owns("r", "v", band(50, 100), since="2024", by=DECLARED)
    assert share(lowered) == over(50)


def test_a_declaration_of_more_replaces() -> None:
    admitted = rows().owns("r", "v", 10, since="2020", by=REGISTER).owns("r", "v", 30, since="2024", by=DECLARED)
    assert share(admitted) == band(30, 30)


def test_a_declaration_of_the_same_low_and_more_replaces() -> None:
    admitted = rows().owns("r", "v", 10, since="2020", by=REGISTER)
    assert share(admitted.owns("r", "v", band(10, 30), since="2024", by=DECLARED)) == band(10, 30)


def test_a_declaration_of_less_replaces_an_earlier_declaration() -> None:
    sold = rows().owns("r", "v", 30, since="2020", by=DECLARED).owns("r", "v", 10, since="2024", by=DECLARED)
    assert share(sold) == band(10, 10)


def test_the_end_of_a_declaration_of_less_ends_nothing() -> None:
    over_now = rows().owns("r", "v", 49, since="2020").owns("r", "v", 4, since="2023", until="2024", by=DECLARED)
    assert share(over_now) == band(49, 49)


def test_inside_the_span_of_a_start_the_older_or_the_newer_row_holds() -> None:
    grown = rows().owns("meta", "scale", 10, since="2020").owns("meta", "scale", 49, since="2025-06")
    assert share(grown, "2025-05-31") == band(10, 10)
    assert share(grown, "2025-06-12") == band(10, 49)
    assert share(grown, "2025-07-01") == band(49, 49)


def test_a_contradiction_lasts_through_a_handover() -> None:
    torn = rows().owns("r", "v", 10, since="2020").owns("r", "v", 30, since="2020").owns("r", "v", 49, since="2025-06")
    assert held(torn, "2025-06-12").contradictory
    assert not held(torn, "2025-07-01").contradictory


def test_a_holding_that_only_may_have_begun_has_no_low() -> None:
    new = rows().owns("meta", "scale", 49, since="2025-06")
    assert share(new, "2025-06-12") == band(0, 49)
    assert share(new, "2025-07-01") == band(49, 49)


def test_a_holding_that_may_have_ended_has_no_low() -> None:
    old = rows().owns("meta", "scale", 49, until="2025-06")
    assert share(old, "2025-05-31") == band(49, 49)
    assert share(old, "2025-06-12") == band(0, 49)
    assert maybe(old, "2025-07-01") is None


def test_what_was_replaced_does_not_come_back_when_its_successor_may_have_ended() -> None:
    sold = rows().owns("meta", "scale", 10, since="2020").owns("meta", "scale", 49, since="2022", until="2025-06")
    assert share(sold, "2025-06-12") == band(0, 49)


def test_an_end_and_a_start_of_one_partial_date_are_one_handover() -> None:
    handed = rows().owns("meta", "scale", 30, until="2025-06").owns("meta", "scale", 49, since="2025-06")
    assert share(handed, "2025-06-12") == band(30, 49)
    assert share(handed, "2025-07-01") == band(49, 49)


def test_an_end_and_a_start_of_different_partial_dates_may_leave_a_gap() -> None:
    apart = rows().owns("meta", "scale", 30, until="2025").owns("meta", "scale", 49, since="2025-06")
    assert share(apart, "2025-06-12") == band(0, 49)


@pytest.mark.parametrize("better", [REGISTER, FILING, Standing.COMPANY, Standing.STAFF])
def test_among_rows_of_one_start_the_best_standing_wins(better: Standing) -> None:
    told = held(rows().owns("r", "v", 49).owns("r", "v", 10, by=better))
    assert told.effective == band(10, 10)
    assert [row.low for row in told.asides] == [band(49, 49).low]


def test_the_standings_have_one_order() -> None:
    order = [Standing.REGISTER, FILING, Standing.COMPANY, Standing.STAFF, Standing.PRESS, DECLARED]
    assert sorted(Standing, key=lambda standing: standing.rank) == order


def test_among_equal_standings_the_newest_statement_wins() -> None:
    twice = held(rows().owns("r", "v", 30, said="2025-01-01").owns("r", "v", 10, said="2025-02-01"))
    assert twice.effective == band(10, 10)
    assert len(twice.asides) == 1


def test_a_dated_statement_beats_an_undated_one() -> None:
    assert share(rows().owns("r", "v", 30).owns("r", "v", 10, said="2001-01-01")) == band(10, 10)


def test_equal_statements_are_intersected() -> None:
    both = held(rows().owns("r", "v", band(5, 25)).owns("r", "v", band(10, 60)))
    assert both.effective == band(10, 25)
    assert not both.contradictory


def test_equal_statements_of_a_size_and_of_none_give_the_size() -> None:
    assert share(rows().owns("r", "v", 49).owns("r", "v")) == band(49, 49)


def test_a_point_inside_a_narrow_range_is_the_point() -> None:
    assert share(rows().owns("r", "v", 10).owns("r", "v", band(9.5, 10.4))) == band(10, 10)


def test_points_within_one_percentage_point_become_a_band() -> None:
    rounded = held(rows().owns("r", "v", 24.5).owns("r", "v", 25.5))
    assert rounded.effective == band(24.5, 25.5)
    assert not rounded.contradictory


def test_points_further_apart_give_the_hull_and_a_contradiction() -> None:
    torn = held(rows().owns("r", "v", 24.5).owns("r", "v", 25.500001))
    assert torn.effective == band(24.5, 25.500001)
    assert torn.contradictory


def test_a_band_of_points_is_intersected_with_a_stated_range() -> None:
    three = held(rows().owns("r", "v", 10).owns("r", "v", 10.5).owns("r", "v", band(5, 25)))
    assert three.effective == band(10, 10.5)
    assert not three.contradictory


def test_ranges_that_do_not_meet_give_the_hull_and_a_contradiction() -> None:
    torn = held(rows().owns("r", "v", band(5, 10)).owns("r", "v", band(20, 30)))
    assert torn.effective == band(5, 30)
    assert torn.contradictory


def test_a_row_that_may_be_over_does_not_narrow_one_that_is_in_force() -> None:
    partly = rows().owns("r", "v", 4, since="2020", until="2025-06").owns("r", "v", band(0, 60), since="2020")
    assert share(partly, "2025-05-31") == band(4, 4)
    assert share(partly, "2025-06-12") == band(0, 60)


def test_a_row_that_may_be_over_proves_no_low() -> None:
    partly = rows().owns("r", "v", 49, since="2020", until="2025-06").owns("r", "v", since="2020")
    assert share(partly, "2025-06-12") == UNKNOWN


def test_an_empty_share_is_unknown_and_never_zero() -> None:
    assert held(rows().owns("r", "v")).unstated
    assert not held(rows().owns("r", "v", 0)).unstated
    assert not held(rows().owns("r", "v", over(0))).unstated


def test_a_row_that_is_set_aside_is_kept_where_it_alone_is_surely_in_force() -> None:
    shorter = rows().owns("meta", "scale", 30, by=REGISTER, until="2025-06")
    both = shorter.owns("meta", "scale", 30)
    assert [aside.source.standing for aside in held(both).asides] == [Standing.PRESS]
    assert held(rows().owns("meta", "scale", 30, by=REGISTER).owns("meta", "scale", 30)).asides == ()
    assert held(shorter.owns("meta", "scale", 30, until="2025")).asides == ()


def test_a_row_that_would_be_surely_in_force_is_told_as_a_contradiction() -> None:
    both = rows().owns("meta", "scale", 30, by=REGISTER, until="2025-06").owns("meta", "scale", 30)
    answer = both.votes("founder", "scale", 100).screen("google", "scale", "meta")
    assert told(answer) == ["review economic_line", "review contradiction"]
