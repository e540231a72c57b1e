"""Commercial: a competitor's side buys from the vendor."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.engine.facts_builder import World, band, pct, route, the, told, world


@pytest.mark.parametrize(("revenue", "expected"), [(10, "review"), (45, "review"), (9.999999, "note"), (None, "note")])
def test_a_stated_share_of_revenue_is_measured(revenue: float | None, expected: str) -> None:
    answer = world().buys("meta", "scale", revenue).screen("google", "scale", "meta")
    assert told(answer) == [f"{expected} commercial"]


def test_the_finding_tells_the_share_and_the_line() -> None:
    finding = the(world().buys("meta", "scale", 30).screen("google", "scale", "meta"), "commercial")
    assert (finding.low, finding.line, route(finding)) == (pct(30), pct(10), ["meta>scale"])


@pytest.mark.parametrize("per", ["year", "quarter", "month"])
def test_a_volume_commitment_is_for_review(per: str) -> None:
    answer = world().commits("meta", "scale", 450_000_000, per=per).screen("google", "scale", "meta")
    assert (answer.outcome, told(answer)) == ("review", ["review commercial"])


@pytest.mark.parametrize(("amount", "per"), [(None, "year"), (450_000_000, "total"), (450_000_000, "")])
def test_a_contract_without_an_amount_per_period_is_a_note(amount: int | None, per: str) -> None:
    answer = world().commits("meta", "scale", amount, per=per).screen("google", "scale", "meta")
    assert (answer.outcome, told(answer)) == ("clear", ["note commercial"])


def test_turnover_is_no_commitment() -> None:
    tie = world().buys("google", "scale").facts[0]
    assert tie.amount is None
    assert told(world().tells(tie).screen("openai", "scale", "google")) == ["note commercial"]


@pytest.mark.parametrize(("ended", "expected"), [("2024-06-12", ["review commercial"]), ("2024-06-11", [])])
def test_an_ended_tie_keeps_its_severity_for_12_months(ended: str, expected: list[str]) -> None:
    assert told(world().buys("meta", "scale", 30, until=ended).screen("google", "scale", "meta")) == expected
    assert told(world().commits("meta", "scale", 450, until=ended).screen("google", "scale", "meta")) == expected


@pytest.mark.parametrize(("until", "expected"), [("2030-06", "review"), ("2024-07", "review")])
def test_amount_until_ends_a_commitment(until: str, expected: str) -> None:
    answer = world().commits("meta", "scale", 450, amount_until=until).screen("google", "scale", "meta")
    assert told(answer) == [f"{expected} commercial"]


def test_a_commitment_that_ended_long_ago_is_not_for_review() -> None:
    answer = world().commits("meta", "scale", 450, amount_until="2024-05").screen("google", "scale", "meta")
    assert answer.outcome == "clear"


def test_a_commitment_that_may_not_have_begun_is_not_for_review() -> None:
    answer = world().commits("meta", "scale", 450, since="2025").screen("google", "scale", "meta")
    assert (answer.outcome, told(answer)) == ("clear", ["note commercial"])


def test_a_commitment_that_has_not_begun_is_nothing() -> None:
    assert told(world().commits("meta", "scale", 450, since="2025-06-13").screen("google", "scale", "meta")) == []


def test_one_contract_told_twice_is_one_finding() -> None:
    twice = world().buys("meta", "scale").commits("meta", "scale", 450)
    finding = the(twice.screen("google", "scale", "meta"), "commercial")
    assert (finding.severity, len(finding.path)) == ("review", 2)


def test_two_buyers_are_two_findings() -> None:
    both = world().buys("meta", "scale", 30).buys("xai", "scale")
    assert told(both.screen("google", "scale", "meta", "xai")) == ["review commercial", "note commercial"]


def test_a_subsidiary_that_buys_counts() -> None:
    lab = world().controls("meta", "lab").buys("lab", "scale", 30)
    finding = the(lab.screen("google", "scale", "meta"), "commercial")
    assert (finding.severity, route(finding)) == ("review", ["meta>lab", "lab>scale"])


def test_buying_from_what_controls_the_vendor_counts() -> None:
    parent = world().controls("scale", "outlier").commits("meta", "scale", 450)
    assert told(parent.screen("google", "outlier", "meta")) == ["review commercial"]


@pytest.mark.parametrize("revenue", [30, None])
def test_who_only_may_be_on_the_competitors_side_tells_nothing(revenue: float | None) -> None:
    perhaps = world().owns("meta", "lab", band(10, 60)).buys("lab", "scale", revenue)
    assert told(perhaps.screen("google", "scale", "meta")) == []


def test_the_client_that_buys_and_a_rival_that_sells_are_nothing() -> None:
    assert told(world().buys("google", "scale", 30).screen("google", "scale", "meta")) == []
    assert told(world().buys("scale", "meta", 30).screen("google", "scale", "meta")) == []


def supplied(*, until: str = "", agreed_until: str = "") -> World:
    """A contract with a share of revenue, and an amount a year that is agreed until a day of its own."""
    row = world().commits("meta", "scale", 450, amount_until=agreed_until, until=until).facts[0]
    return world().tells(replace(row, revenue_share=pct(20)))


def test_a_share_of_revenue_lasts_as_long_as_the_contract_whatever_the_amount() -> None:
    finding = the(supplied(agreed_until="2020").screen("google", "scale", "meta"), "commercial")
    assert (finding.severity, finding.low) == ("review", pct(20))


@pytest.mark.parametrize(("ended", "expected"), [("2024-06-12", ["review commercial"]), ("2024-06-11", [])])
def test_a_share_of_revenue_keeps_its_severity_for_12_months(ended: str, expected: list[str]) -> None:
    over = supplied(until=ended, agreed_until="2020")
    assert told(over.screen("google", "scale", "meta")) == expected


@pytest.mark.parametrize(
    ("until", "agreed_until", "expected"),
    [
        ("", "2024-06-12", "review"),
        ("", "2024-06-11", "note"),
        ("2024-12-31", "2024-06-12", "review"),
        ("2024-12-31", "2024-06-11", "note"),
        ("2024-12-31", "2030", "review"),
    ],
)
def test_an_amount_ends_with_what_ends_first(until: str, agreed_until: str, expected: str) -> None:
    there = world().commits("meta", "scale", 450, until=until, amount_until=agreed_until)
    assert told(there.screen("google", "scale", "meta")) == [f"{expected} commercial"]
