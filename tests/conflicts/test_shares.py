from decimal import Decimal

import pytest

from conflicts.shares import from_percent, to_percent


@pytest.mark.parametrize(
    ("percent", "share"),
    [
        ("49", 49_000_000),
        ("32.5", 32_500_000),
        ("0", 0),
        ("100", 100_000_000),
        ("0.000001", 1),
        (Decimal("98.60"), 98_600_000),
    ],
)
def test_a_percentage_is_counted_in_millionths(percent: str | Decimal, share: int) -> None:
    assert from_percent(percent) == share


@pytest.mark.parametrize(
    ("percent", "reason"),
    [
        ("120", "over 100"),
        ("-1", "not a share"),
        ("NaN", "not a share"),
        ("half", "not a number"),
        ("0.0000001", "more than six decimals"),
    ],
)
def test_what_is_no_share_is_refused_with_a_sentence(percent: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        from_percent(percent)


@pytest.mark.parametrize(
    ("share", "percent"),
    [(49_000_000, "49"), (98_600_000, "98.6"), (0, "0"), (100_000_000, "100"), (1, "0.000001"), (50_000_000, "50")],
)
def test_a_share_is_told_without_needless_zeros(share: int, percent: str) -> None:
    assert to_percent(share) == percent
    assert from_percent(percent) == share
