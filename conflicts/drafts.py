"""What callers hand to the services: rows that are not stored yet, and may not be right yet."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlsplit
from uuid import UUID

from conflicts.models import CustomerTie, Interest, Party, Source
from conflicts.validation import interest_problems, source_problems, tie_problems
from marketplace.records.refusals import Invalid

PartyReference = Party | UUID | str
"""A party, its id or its slug."""


@dataclass(frozen=True, kw_only=True)
class SourceDraft:
    """A document: its address, who published it, and how good it is (SEMANTICS 2.2b)."""

    url: str
    standing: str = "press"
    publisher: str = ""
    statement_date: dt.date | None = None
    retrieved_on: dt.date | None = None
    licence: str = ""

    def unsaved(self) -> Source:
        """Return the source as a row. Its publisher is the host of the address where none is told."""
        return Source(
            url=self.url,
            standing=self.standing,
            publisher=self.publisher or (urlsplit(self.url).hostname or "").removeprefix("www."),
            statement_date=self.statement_date,
            retrieved_on=self.retrieved_on,
            licence=self.licence,
        )


@dataclass(frozen=True, kw_only=True)
class InterestDraft:
    """An interest to record. Shares are millionths of a percent, None is not stated; dates may be partial."""

    holder: PartyReference
    subject: PartyReference
    type: str
    source: SourceDraft
    share_low: int | None = None
    share_high: int | None = None
    low_open: bool = False
    high_open: bool = False
    directness: str = "direct"
    start: str = ""
    end: str = ""
    certainty: str = "stated"
    visibility: str = "public"
    amount: Decimal | None = None
    currency: str = ""
    amount_per: str = ""
    amount_until: str = ""
    details: str = ""

    def unsaved(self) -> Interest:
        """Return the interest as a row with an unsaved source; raises Invalid with a sentence per wrong field."""
        holder, subject = Party.objects.find(self.holder), Party.objects.find(self.subject)
        unknown = _unknown(holder=(holder, self.holder), subject=(subject, self.subject))
        if holder is None or subject is None:
            raise Invalid(unknown)
        row = Interest(holder=holder, subject=subject, source=self.source.unsaved(), **_rest(self, "holder", "subject"))
        refuse({**interest_problems(row), **source_problems(row.source)})
        return row


@dataclass(frozen=True, kw_only=True)
class InterestEnd:
    """The end of a recorded interest, with the source that tells of it where it is another."""

    interest: Interest | UUID
    end: str
    source: SourceDraft | None = None
    details: str = ""


@dataclass(frozen=True, kw_only=True)
class TieDraft:
    """A customer tie to record. The amount is turnover; the share is of the supplier's revenue."""

    buyer: PartyReference
    supplier: PartyReference
    status: str
    source: SourceDraft
    start: str = ""
    end: str = ""
    certainty: str = "stated"
    visibility: str = "public"
    amount: Decimal | None = None
    currency: str = ""
    amount_per: str = ""
    revenue_share_low: int | None = None
    details: str = ""

    def unsaved(self) -> CustomerTie:
        """Return the tie as a row with an unsaved source; raises Invalid with a sentence per wrong field."""
        buyer, supplier = Party.objects.find(self.buyer), Party.objects.find(self.supplier)
        unknown = _unknown(buyer=(buyer, self.buyer), supplier=(supplier, self.supplier))
        if buyer is None or supplier is None:
            raise Invalid(unknown)
        row = CustomerTie(
            buyer=buyer, supplier=supplier, source=self.source.unsaved(), **_rest(self, "buyer", "supplier")
        )
        refuse({**tie_problems(row), **source_problems(row.source)})
        return row


def refuse(problems: dict[str, str]) -> None:
    """Raise Invalid where there is a problem."""
    if problems:
        raise Invalid(problems)


def unknown_party(reference: PartyReference) -> str:
    """Say that there is no such party."""
    return f"There is no party '{reference}': add it first, or write the slug or id of one that exists."


def _unknown(**found: tuple[Party | None, PartyReference]) -> dict[str, str]:
    return {name: unknown_party(reference) for name, (party, reference) in found.items() if party is None}


def _rest(draft: InterestDraft | TieDraft, *parties: str) -> dict[str, object]:
    return {name: value for name, value in vars(draft).items() if name not in {*parties, "source"}}
