"""May-findings that vanish with strangers' unstated shares are notes (SEMANTICS 7.2)."""

from __future__ import annotations

from tests.engine.facts_builder import band, the, told, world


def test_meta_in_scale_of_unstated_size_is_for_review() -> None:
    series_f = world().owns("meta", "scale").owns("nvidia", "scale").owns("amazon", "scale")
    answer = series_f.screen("google", "scale", "meta")
    assert (answer.outcome, told(answer)) == ("review", ["review unstated_holding"])


def test_gradient_in_labelbox_is_for_review_when_google_is_the_competitor() -> None:
    fund = world().controls("google", "gradient").owns("gradient", "labelbox")
    answer = fund.screen("openai", "labelbox", "google")
    assert (answer.outcome, told(answer)) == ("review", ["review unstated_holding"])


def test_gradient_in_labelbox_is_a_note_when_google_is_the_client() -> None:
    fund = world().controls("google", "gradient").owns("gradient", "labelbox")
    answer = fund.screen("google", "labelbox", "openai")
    assert (answer.outcome, told(answer)) == ("clear", ["note unstated_holding"])


def test_nvidia_in_scale_and_in_cohere_is_a_note() -> None:
    investor = world().owns("nvidia", "scale").owns("nvidia", "cohere")
    answer = investor.screen("openai", "scale", "cohere")
    assert answer.outcome == "clear"
    assert answer.findings
    assert {finding.severity.value for finding in answer.findings} == {"note"}


def test_amazon_in_anthropic_is_for_review_at_mechanical_turk() -> None:
    turk = world().controls("amazon", "turk").owns("amazon", "anthropic")
    answer = turk.screen("openai", "turk", "anthropic")
    assert (answer.outcome, told(answer)) == ("review", ["review unstated_holding"])


def test_a_strangers_band_with_a_positive_low_does_not_vanish() -> None:
    investor = world().owns("nvidia", "scale", band(1, 60)).owns("nvidia", "cohere", band(1, 60))
    assert investor.screen("openai", "scale", "cohere").outcome == "review"


def test_a_part_held_through_a_company_in_which_the_competitor_has_a_low_stays() -> None:
    through = world().owns("meta", "fund", band(10, 40)).owns("fund", "v")
    answer = through.screen("google", "v", "meta")
    assert (answer.outcome, told(answer)) == ("review", ["review economic_line"])


def test_a_low_two_companies_up_counts_too() -> None:
    through = world().owns("meta", "top", 30).owns("top", "fund", 30).owns("fund", "v")
    assert through.screen("google", "v", "meta").outcome == "review"


def test_a_low_of_votes_in_the_company_counts_too() -> None:
    through = world().votes("meta", "fund", band(20, 100)).owns("fund", "v")
    assert through.screen("google", "v", "meta").outcome == "review"


def test_a_part_held_through_a_company_in_which_the_competitor_has_no_low_vanishes() -> None:
    through = world().owns("stranger", "fund", 30).owns("fund", "v").owns("fund", "meta")
    assert through.screen("google", "v", "meta").outcome == "clear"


def test_a_low_through_the_client_is_no_low() -> None:
    through = world().owns("meta", "google", 10).owns("google", "fund", 10).owns("fund", "v").owns("fund", "meta")
    assert through.screen("google", "v", "meta").outcome == "clear"


def test_a_part_of_the_vendors_own_controller_does_not_vanish() -> None:
    parent = world().controls("parent", "v").owns("parent", "rival")
    assert parent.screen("q", "v", "rival").outcome == "review"


def test_a_may_finding_through_the_vendors_own_controller_does_not_vanish() -> None:
    parent = world().controls("parent", "v").owns("parent", "fund").owns("fund", "rival", 30)
    answer = parent.screen("q", "v", "rival")
    assert (answer.outcome, answer.findings[0].must) == ("review", False)


def test_lines_that_rest_on_an_unstated_holding_across_are_told_by_it() -> None:
    finding = the(world().owns("meta", "scale").screen("google", "scale", "meta"), "unstated_holding")
    assert "may cross same_party" in finding.also
    assert "may cross control" in finding.also


def test_what_rests_on_more_than_the_unstated_holding_is_told_apart() -> None:
    both = world().owns("meta", "scale").owns("meta", "fund", 40).owns("fund", "scale", band(15, 40))
    answer = both.screen("google", "scale", "meta")
    assert {"review economic_line", "review unstated_holding"} <= set(told(answer))


def test_a_proved_block_stays_beside_an_unstated_holding() -> None:
    both = world().owns("meta", "scale", 49).votes("meta", "scale", band(0, 30))
    assert told(both.screen("google", "scale", "meta"))[0] == "block economic_line"


def test_a_board_seat_of_one_that_only_may_be_the_competitors_vanishes() -> None:
    fund = world().owns("nvidia", "meta").owns("nvidia", "fund", 60).sits("fund", "v")
    answer = fund.screen("google", "v", "meta")
    assert answer.outcome == "clear"


def test_a_must_finding_never_vanishes() -> None:
    seat = world().owns("nvidia", "scale").sits("meta", "scale")
    assert told(seat.screen("google", "scale", "meta"))[0] == "block board"


def test_votes_are_no_part_of_what_the_holder_of_votes_owns() -> None:
    """The competitor has votes in the vendor, which owns a little of one who may own a part of the competitor."""
    ring = world().votes("meta", "scale", 10).owns("scale", "fund", 5)
    told_of = ring.owns("fund", "meta").screen("google", "scale", "meta")
    assert told(told_of)[0] == "block voting_line"
    assert the(told_of, "reverse").severity == "note"


def test_who_is_held_by_votes_of_the_competitors_side_is_no_stranger() -> None:
    fund = world().owns("fund", "scale")
    assert fund.votes("meta", "fund", band(10, 60)).screen("google", "scale", "meta").outcome == "review"
    assert fund.votes("meta", "fund", band(0, 60)).screen("google", "scale", "meta").outcome == "clear"
