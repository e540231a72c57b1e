"""What running work is worth: the value at risk where its vendor is conflicted."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol


class Stated(Protocol):
    """An amount as somebody stated it; None is not stated."""

    @property
    def amount(self) -> Decimal | None: ...
    @property
    def currency(self) -> str: ...
    @property
    def amount_per(self) -> str: ...


@dataclass(frozen=True, slots=True, order=True)
class Sum:
    """The sum of the amounts that are stated alike: in one currency, for one period."""

    currency: str
    amount_per: str
    amount: Decimal


def sums(rows: Iterable[Stated]) -> list[Sum]:
    """Add up what is stated in one currency for one period; an amount that is not stated adds nothing."""
    found: dict[tuple[str, str], Decimal] = {}
    for row in rows:
        if row.amount is not None:
            key = (row.currency, row.amount_per)
            found[key] = found.get(key, Decimal(0)) + row.amount
    return sorted(Sum(currency, per, amount) for (currency, per), amount in found.items())
