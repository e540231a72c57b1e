"""The ownership that an applicant declares: read from JSON, refused with a sentence per row, told as drafts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conflicts.drafts import InterestDraft, SourceDraft
from conflicts.engine.facts import INTEREST_TYPES
from conflicts.models import Party, PartyKind, Standing, Visibility
from conflicts.shares import from_percent
from conflicts.validation import partial_date_problem
from marketplace.records.refusals import Invalid

KEYS = ("holder", "holder_name", "holder_kind", "type", "share_low", "share_high", "start")


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """One declared interest in the applicant. Shares are millionths of a percent; `holder` is a known slug or empty."""

    holder: str
    holder_name: str
    holder_kind: str
    type: str
    share_low: int | None
    share_high: int | None
    start: str

    def interest(self, *, holder: Party, subject: Party, source: SourceDraft) -> InterestDraft:
        """Return it as a private fact to record: what a vendor says of itself is not public (DESIGN 6)."""
        return InterestDraft(
            holder=holder,
            subject=subject,
            type=self.type,
            source=source,
            share_low=self.share_low,
            share_high=self.share_high,
            start=self.start,
            visibility=Visibility.PRIVATE,
        )


def source_of(application_id: object) -> SourceDraft:
    """Return the source of what the application with this id declares."""
    return SourceDraft(url=f"urn:uuid:{application_id}", standing=Standing.DECLARED, publisher="Declared by the vendor")


def declared_interests(rows: Sequence[Any]) -> list[Declared]:
    """Read the rows of an application; raises Invalid with the first wrong row and what is wrong with it."""
    found = []
    for number, row in enumerate(rows, start=1):
        problem = _problem(row)
        if problem:
            raise Invalid({"ownership": f"Row {number}: {problem}"})
        found.append(_declared(row))
    return found


def _problem(row: object) -> str:
    if not isinstance(row, Mapping) or not all(isinstance(value, str) for value in row.values()):
        return f"write an object of texts with the keys {', '.join(KEYS)}."
    unknown = sorted(set(row) - set(KEYS))
    if unknown:
        return f"there is no key '{unknown[0]}': use {', '.join(KEYS)}."
    return _holder_problem(row) or _interest_problem(row)


def _holder_problem(row: Mapping[str, str]) -> str:
    holder = row.get("holder", "")
    if holder:
        return (
            "" if Party.objects.filter(slug=holder).exists() else f"there is no party '{holder}': write its name only."
        )
    if not row.get("holder_name", "").strip():
        return "name the holder: its slug in holder, or its name in holder_name."
    kind = row.get("holder_kind", PartyKind.ORGANIZATION)
    return (
        "" if kind in PartyKind.values else f"'{kind}' is no holder_kind: write one of {', '.join(PartyKind.values)}."
    )


def _interest_problem(row: Mapping[str, str]) -> str:
    if row.get("type", "") not in INTEREST_TYPES:
        return f"'{row.get('type', '')}' is no interest type: write a BODS 0.4 code such as shareholding."
    if row.get("start") and (problem := partial_date_problem(row["start"])):
        return problem
    try:
        low, high = (_share(row.get(name, "")) for name in ("share_low", "share_high"))
    except ValueError as error:
        return str(error)
    return "share_low is above share_high." if low is not None and high is not None and low > high else ""


def _share(text: str) -> int | None:
    return from_percent(text) if text else None


def _declared(row: Mapping[str, str]) -> Declared:
    return Declared(
        holder=row.get("holder", ""),
        holder_name=row.get("holder_name", "").strip(),
        holder_kind=row.get("holder_kind", PartyKind.ORGANIZATION.value),
        type=row["type"],
        share_low=_share(row.get("share_low", "")),
        share_high=_share(row.get("share_high", "")),
        start=row.get("start", ""),
    )
