"""The public facts of the market as engine facts, straight from the CSV files, as a day could know them."""

from __future__ import annotations

import csv
from collections.abc import Collection
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from conflicts.engine.bounds import PERCENT
from conflicts.engine.dates import PartialDate
from conflicts.engine.facts import CUSTOMER, Certainty, Fact, Node, PartyKind, Source, Standing
from conflicts.engine.findings import Answer
from conflicts.engine.policy import Policy
from conflicts.engine.screening import Query, screen
from conflicts.engine.snapshot import Snapshot, snapshot

FOLDER = Path(__file__).parents[2] / "marketplace" / "demo" / "market"
EVE = date(2025, 6, 11)
DEAL = date(2025, 6, 12)
SAME_ROW = ("interested_party", "subject", "interest_type", "start_date")
Row = dict[str, str]


@cache
def rows(name: str) -> list[Row]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def known_facts(on: date, *, with_events: bool) -> list[Fact]:
    """All facts that could be known on a day, with or without the event of the deal."""
    interests = [_as_known(row, on, "start_date", "end_date") for row in rows("interests")]
    facts = [_interest(row) for row in _after(interests, rows("events") if with_events else []) if row]
    ties = [_as_known(row, on, "start", "end") for row in rows("relationships")]
    return [*facts, *(_tie(row) for row in ties if row)]


def market(on: date, *, without: Collection[str] = ()) -> Snapshot:
    """The market on the eve of the deal or on its day; `without` names facts that are left out."""
    facts = known_facts(on, with_events=on >= DEAL)
    missing = set(without) - {fact.id for fact in facts}
    if missing:
        raise LookupError(f"No such facts: {sorted(missing)}")
    return snapshot(nodes(), [fact for fact in facts if fact.id not in without], as_of=on, known_on=on)


def nodes() -> list[Node]:
    person, organization = PartyKind.PERSON, PartyKind.ORGANIZATION
    return [
        Node(row["id"], person if row["segments"] == "natural-person" else organization)
        for row in rows("organizations")
    ]


def rivals(principal: str) -> tuple[str, ...]:
    """Whom competitions.csv names beside the principal."""
    pairs = [(row["a"], row["b"]) for row in rows("competitions")]
    return tuple(sorted({b if a == principal else a for a, b in pairs if principal in {a, b}}))


@cache
def ask(snap: Snapshot, principal: str, vendor: str) -> Answer:
    return screen(snap, Query(principal, vendor, rivals(principal), Policy()))


def _as_known(row: Row, on: date, start: str, end: str) -> Row:
    """The row as it could be known; empty where it begins later. An end that is not over is unknown."""
    begins, ends = _date(row[start]), _date(row[end])
    if begins and begins.first > on:
        return {}
    return {**row, end: ""} if ends and ends.last >= on else row


def _after(interests: list[Row], events: list[Row]) -> list[Row]:
    ends = {tuple(row[column] for column in SAME_ROW): row["end_date"] for row in events if row["action"] == "end"}
    told = [row for row in interests if row]
    ended = [{**row, "end_date": ends.get(tuple(row[column] for column in SAME_ROW), row["end_date"])} for row in told]
    return [*ended, *(row for row in events if row["action"] == "add")]


def _interest(row: Row) -> Fact:
    plain = _fact(
        row["interested_party"], row["interest_type"], row["subject"], start=row["start_date"], end=row["end_date"]
    )
    return replace(
        plain,
        source=Source(row["source_url"], standing=Standing(row["standing"])),
        low=_share(row["share_min"]),
        high=_share(row["share_max"]),
        low_open=row["share_min_exclusive"] == "true",
        certainty=Certainty(row["certainty"]),
        amount=Decimal(row["amount"]) if row["amount"] else None,
        amount_per=row["amount_per"],
        amount_until=_date(row["amount_until"]),
    )


def _tie(row: Row) -> Fact:
    plain = _fact(row["client"], CUSTOMER, row["vendor"], start=row["start"], end=row["end"])
    return replace(plain, source=Source(row["source_url"]), revenue_share=_share(row["vendor_revenue_share_min"]))


def _fact(holder: str, kind: str, subject: str, *, start: str, end: str) -> Fact:
    return Fact(
        id=f"{holder} {kind} {subject} {start}".strip(),
        holder=holder,
        subject=subject,
        type=kind,
        source=Source(""),
        start=_date(start),
        end=_date(end),
    )


def _date(text: str) -> PartialDate | None:
    return PartialDate.parse(text) if text else None


def _share(text: str) -> int | None:
    return int(Decimal(text) * PERCENT) if text else None
