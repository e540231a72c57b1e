"""Shares between the percents that people write and the millionths of a percent that the engine counts in."""

from decimal import Decimal, InvalidOperation

from conflicts.engine.bounds import PERCENT, WHOLE

NUMBER = "write a percentage from 0 to 100 such as 49 or 32.5"


def from_percent(text: str | Decimal | int) -> int:
    """Return millionths of a percent; raises ValueError with a sentence on anything but a share."""
    try:
        percent = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"'{text}' is not a number: {NUMBER}.") from None
    if not percent.is_finite() or percent < 0:
        raise ValueError(f"'{text}' is not a share: {NUMBER}.")
    if percent * PERCENT > WHOLE:
        raise ValueError(f"A share of {text} percent is over 100: {NUMBER}.")
    if percent * PERCENT != int(percent * PERCENT):
        raise ValueError(f"{text} has more than six decimals: {NUMBER}.")
    return int(percent * PERCENT)


def to_percent(share: int) -> str:
    """Return the percentage as a plain decimal text without needless zeros: 98.6, 49, 0."""
    text = f"{Decimal(share) / PERCENT:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
