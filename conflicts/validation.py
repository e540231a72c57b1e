"""What a row may say, field by field, in sentences. The database's own constraints stand behind it."""

import re
from collections.abc import Iterable
from decimal import Decimal
from urllib.parse import urlsplit

from conflicts.currencies import CURRENCIES
from conflicts.engine.bounds import WHOLE
from conflicts.engine.dates import PartialDate
from conflicts.engine.facts import POSTS
from conflicts.models import (
    AmountPer,
    Certainty,
    CustomerTie,
    Directness,
    Fact,
    Interest,
    InterestType,
    Party,
    PartyKind,
    Source,
    Standing,
    TieStatus,
    Visibility,
)
from conflicts.models.parties import SLUG
from conflicts.shares import to_percent

Problems = dict[str, str]
ADDRESSES = frozenset({"http", "https", "urn"})
LONGEST_ADDRESS = 1000
LONGEST = {"slug": 100, "name": 300, "jurisdiction": 10}
LARGEST_AMOUNT = 10**16


def interest_problems(row: Interest) -> Problems:
    """Return a sentence per field that cannot be right."""
    return {
        **fact_problems(row),
        **_code("type", row.type, InterestType.values),
        **_code("directness", row.directness, Directness.values),
        **_share_problems(row),
        **_amount_problems(row),
        **_until_problems(row),
        **_party_problems(row),
    }


def tie_problems(row: CustomerTie) -> Problems:
    """Return a sentence per field that cannot be right."""
    problems = {
        **fact_problems(row),
        **_code("status", row.status, TieStatus.values),
        **_share("revenue_share_low", row.revenue_share_low),
        **_amount_problems(row),
    }
    if row.buyer_id == row.supplier_id:
        problems["supplier"] = "A party does not buy from itself: name another supplier."
    return problems


def party_problems(party: Party) -> Problems:
    """Return a sentence per field that cannot be right."""
    problems = _code("kind", party.kind, PartyKind.values)
    if not re.fullmatch(SLUG, party.slug):
        problems["slug"] = f"'{party.slug}' is not a slug: write small letters, digits and single hyphens."
    if not party.name.strip():
        problems["name"] = "A party has a name: write it."
    lengths = {name: len(getattr(party, name)) for name in LONGEST}
    return problems | {
        name: f"The {name} is longer than {LONGEST[name]} characters: shorten it."
        for name, length in lengths.items()
        if length > LONGEST[name]
    }


def fact_problems(row: Fact) -> Problems:
    """Return what is wrong with the dates and codes that every fact has."""
    return {
        **_date_problems(row),
        **_code("certainty", row.certainty, Certainty.values),
        **_code("visibility", row.visibility, Visibility.values),
    }


def source_problems(source: Source) -> Problems:
    """Return what is wrong with a source, under the name `source`."""
    address = urlsplit(source.url)
    if address.scheme not in ADDRESSES or not (address.netloc or address.scheme == "urn"):
        return {"source": f"'{source.url}' is not the address of a source: write one that begins with https://."}
    if len(source.url) > LONGEST_ADDRESS:
        return {
            "source": f"The address of the source is longer than {LONGEST_ADDRESS} characters: write its short form."
        }
    return _code("standing", source.standing, Standing.values)


def partial_date_problem(text: str) -> str:
    """Return what is wrong with a partial date, an empty text if nothing is."""
    try:
        PartialDate.parse(text)
    except ValueError as error:
        return str(error)
    return ""


def _date_problems(row: Fact) -> Problems:
    told = {"start": row.start, "end": row.end}
    problems = {name: problem for name, text in told.items() if text and (problem := partial_date_problem(text))}
    if not problems and row.start and row.end and PartialDate.parse(row.end).last < PartialDate.parse(row.start).first:
        problems["end"] = f"The end {row.end} is before the start {row.start}: correct one of them."
    return problems


def _code(name: str, code: str, known: Iterable[str]) -> Problems:
    if code in known:
        return {}
    return {name: f"'{code}' is not a known {name}: write one of {', '.join(known)}."}


def _share(name: str, share: int | None) -> Problems:
    if share is None or 0 <= share <= WHOLE:
        return {}
    return {name: f"A share of {to_percent(share)} percent is not between 0 and 100: correct it."}


def _share_problems(row: Interest) -> Problems:
    problems = {**_share("share_low", row.share_low), **_share("share_high", row.share_high)}
    if problems:
        return problems
    if row.type in POSTS and (row.share_low is not None or row.share_high is not None):
        return {"share_low": f"A post is not measured in percent: leave the share of {row.type} empty."}
    if row.low_open and row.share_low is None:
        return {"low_open": "Only a stated low bound can be exclusive: state it, or leave the mark out."}
    if row.high_open and row.share_high is None:
        return {"high_open": "Only a stated high bound can be exclusive: state it, or leave the mark out."}
    return _order_problems(row)


def _order_problems(row: Interest) -> Problems:
    if row.share_low is None or row.share_high is None:
        return {}
    low, high = to_percent(row.share_low), to_percent(row.share_high)
    if row.share_low > row.share_high:
        return {"share_low": f"The low bound {low} is above the high bound {high}: correct one of them."}
    if row.share_low == row.share_high and (row.low_open or row.high_open):
        return {"share_low": f"Exactly {low} percent cannot exclude itself: leave the mark for an exclusive bound out."}
    return {}


def _amount_problems(row: Interest | CustomerTie) -> Problems:
    if row.amount is None:
        filled = [name for name in ("currency", "amount_per") if getattr(row, name)]
        return {name: f"There is no amount: leave {name} empty or state the amount." for name in filled}
    problems = _number_problems(row.amount)
    if row.currency not in CURRENCIES:
        problems["currency"] = f"'{row.currency}' is not a currency: write an ISO 4217 code such as USD."
    if row.amount_per:
        problems |= _code("amount_per", row.amount_per, AmountPer.values)
    return problems


def _number_problems(amount: Decimal) -> Problems:
    if not amount.is_finite() or not 0 <= amount < LARGEST_AMOUNT:
        return {"amount": f"'{amount}' is not an amount: write a number from 0 to under {LARGEST_AMOUNT:,}."}
    if amount != round(amount, 2):
        return {"amount": f"'{amount}' has more than two decimals: round it."}
    return {}


def _until_problems(row: Interest) -> Problems:
    if not row.amount_until:
        return {}
    if row.amount is None:
        return {"amount_until": "There is no amount: leave amount_until empty or state the amount."}
    problem = partial_date_problem(row.amount_until)
    return {"amount_until": problem} if problem else {}


def _party_problems(row: Interest) -> Problems:
    if row.subject.kind == PartyKind.PERSON:
        return {
            "subject": f"{row.subject} is a person, and nobody holds an interest in a person: name an organization."
        }
    if row.holder_id == row.subject_id and row.type != InterestType.SHAREHOLDING:
        return {"subject": f"A party can hold its own shares, not {row.type} in itself: name another subject."}
    return {}
