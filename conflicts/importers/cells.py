"""From the cells of the market files to drafts. A cell that cannot be right raises ValueError with a sentence."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from conflicts.drafts import InterestDraft, SourceDraft, TieDraft
from conflicts.engine.dates import PartialDate
from conflicts.models import PartyKind, Standing
from conflicts.shares import from_percent

Cells = Mapping[str, str]

KIND_OF_SEGMENT = {"natural-person": PartyKind.PERSON, "state-body": PartyKind.STATE_BODY}


def interest_draft(cells: Cells) -> InterestDraft:
    """Read a row of interests.csv, or one of events.csv that adds an interest."""
    return InterestDraft(
        holder=cells["interested_party"],
        subject=cells["subject"],
        type=cells["interest_type"],
        share_low=share(cells, "share_min"),
        share_high=share(cells, "share_max"),
        low_open=flag(cells, "share_min_exclusive"),
        start=cells["start_date"],
        end=cells["end_date"],
        certainty=cells["certainty"],
        amount=amount(cells),
        currency=cells["currency"],
        amount_per=cells["amount_per"],
        amount_until=cells["amount_until"],
        details=cells["details"],
        source=source(cells, cells["standing"]),
    )


def tie_draft(cells: Cells) -> TieDraft:
    """Read a row of relationships.csv. Its source counts as press: the file tells no standing."""
    return TieDraft(
        buyer=cells["client"],
        supplier=cells["vendor"],
        status=cells["status"],
        start=cells["start"],
        end=cells["end"],
        amount=amount(cells),
        currency=cells["currency"],
        amount_per=cells["amount_per"],
        revenue_share_low=share(cells, "vendor_revenue_share_min"),
        details=cells["details"],
        source=source(cells, Standing.PRESS),
    )


def source(cells: Cells, standing: str) -> SourceDraft:
    """Read where the row comes from."""
    return SourceDraft(url=cells["source_url"], standing=standing)


def share(cells: Cells, name: str) -> int | None:
    """Read a percentage into millionths of a percent; an empty cell is not stated."""
    return from_percent(cells[name]) if cells[name] else None


def amount(cells: Cells) -> Decimal | None:
    """Read an amount of money; an empty cell is not stated."""
    text = cells["amount"]
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        raise ValueError(f"'{text}' is not an amount: write a plain number such as 450000000.") from None


def flag(cells: Cells, name: str) -> bool:
    """Read a yes or no; an empty cell is no."""
    if cells[name] not in {"", "true", "false"}:
        raise ValueError(f"'{cells[name]}' in {name} is neither true nor false: write one of them or leave it empty.")
    return cells[name] == "true"


def day(cells: Cells, name: str) -> dt.date:
    """Read a full date."""
    date = PartialDate.parse(cells[name])
    if date.first != date.last:
        raise ValueError(f"'{cells[name]}' in {name} is no full date: write YYYY-MM-DD.")
    return date.first


def words(cells: Cells, name: str) -> list[str]:
    """Read a list with semicolons between."""
    return [word for part in cells[name].split(";") if (word := part.strip())]


def party_kind(segments: list[str]) -> PartyKind:
    """Tell persons and state bodies by their segment; everyone else is an organization."""
    return next((KIND_OF_SEGMENT[name] for name in segments if name in KIND_OF_SEGMENT), PartyKind.ORGANIZATION)


def begins_after(text: str, known_at: dt.date | None) -> bool:
    """Whether what begins then could not be known on the day; False for an unknown start."""
    return bool(text) and known_at is not None and PartialDate.parse(text).first > known_at


def is_over(text: str, known_at: dt.date | None) -> bool:
    """Whether the whole span of an end lies behind the day; a full date is over on its own day (SEMANTICS 1.1)."""
    if known_at is None:
        return True
    end = PartialDate.parse(text)
    return end.last <= known_at if end.first == end.last else end.last < known_at
