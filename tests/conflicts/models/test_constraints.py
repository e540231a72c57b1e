"""What the database itself refuses, past every service."""

import datetime as dt
from typing import Any

import pytest
from django.db import Error, connection, transaction

from conflicts.changes import fact_change
from conflicts.engine.bounds import PERCENT, WHOLE
from conflicts.engine.facts import INTEREST_TYPES, Standing
from conflicts.models import (
    ChangeKind,
    Competition,
    CompetitorDeclaration,
    CustomerTie,
    Interest,
    InterestType,
    Party,
    Policy,
    Source,
)
from conflicts.models import Standing as StoredStanding
from tests.conflicts.builders import TENANT, footprint, parties

pytestmark = pytest.mark.django_db

Versioned = Interest | CustomerTie | CompetitorDeclaration | Policy
NOON = dt.datetime(2025, 6, 12, 12, tzinfo=dt.UTC)
EARLIER = NOON - dt.timedelta(days=1)


@pytest.fixture
def rows() -> dict[str, Any]:
    meta, scale = parties("meta", "scale-ai")
    return {"meta": meta, "scale": scale, "source": Source.objects.create(url="https://a.example", standing="press")}


def written(row: Versioned) -> None:
    """Insert inside a change, past the services; deferred checks are asked for at once."""
    with fact_change(kind=ChangeKind.INTEREST, actor=None, log_action="test") as change:
        row.recorded_by = change
        row.save(force_insert=True)
    connection.check_constraints()


def refused(row: Versioned) -> bool:
    before = footprint()
    try:
        with transaction.atomic():
            written(row)
    except Error:
        return footprint() == before
    return False


def interest(rows: dict[str, Any], **told: Any) -> Interest:
    standard = {"holder": rows["meta"], "subject": rows["scale"], "type": "shareholding", "source": rows["source"]}
    return Interest(recorded_at=NOON, **{**standard, **told})


def test_a_plain_interest_is_taken(rows: dict[str, Any]) -> None:
    written(interest(rows, share_low=49 * PERCENT, share_high=49 * PERCENT, start="2025-06-12", end="2026"))
    row = Interest.objects.get()
    assert (row.start_first, row.end_last) == (dt.date(2025, 6, 12), dt.date(2026, 12, 31))


@pytest.mark.parametrize(
    "told",
    [
        {"share_low": WHOLE + 1},
        {"share_high": -1},
        {"share_low": 50 * PERCENT, "share_high": 40 * PERCENT},
        {"share_low": 50 * PERCENT, "share_high": 50 * PERCENT, "low_open": True},
        {"low_open": True},
        {"high_open": True},
        {"type": "ownership"},
        {"certainty": "maybe"},
        {"visibility": "secret"},
        {"start": "2025-06-12", "end": "2024"},
        {"end_details": "an end that is not there"},
        {"amount": 5},
        {"currency": "USD"},
        {"amount": -5, "currency": "USD"},
        {"amount": 5, "currency": "usd"},
        {"amount": 5, "currency": "USD", "amount_per": "week"},
        {"amount_until": "2030"},
        {"superseded_at": NOON},
    ],
)
def test_an_interest_that_cannot_be_is_refused(rows: dict[str, Any], told: dict[str, Any]) -> None:
    assert refused(interest(rows, **told))


@pytest.mark.parametrize("text", ["2025-13", "2025-6", "2025-06-32", "June", " 2025"])
def test_a_date_of_another_shape_is_refused(rows: dict[str, Any], text: str) -> None:
    row = interest(rows)
    written(row)
    successor = interest(rows, source=Source.objects.create(url="https://b.example", standing="press"))
    successor.fill_spans = lambda: None  # type: ignore[method-assign]
    successor.start, successor.start_first, successor.start_last = text, NOON.date(), NOON.date()
    assert refused(successor)


def test_only_shares_can_be_held_in_oneself(rows: dict[str, Any]) -> None:
    assert refused(interest(rows, subject=rows["meta"], type="votingRights"))
    written(interest(rows, subject=rows["meta"]))


def test_known_time_does_not_run_backwards(rows: dict[str, Any]) -> None:
    with fact_change(kind=ChangeKind.INTEREST, actor=None, log_action="test") as change:
        pass
    assert refused(interest(rows, superseded_at=EARLIER, superseded_by=change))
    written(interest(rows, superseded_at=NOON, superseded_by=change))


def test_a_source_tells_an_interest_once_at_a_time(rows: dict[str, Any]) -> None:
    written(interest(rows, share_low=1))
    assert refused(interest(rows, share_low=2))
    with fact_change(kind=ChangeKind.INTEREST, actor=None, log_action="test") as change:
        Interest.objects.update(superseded_at=NOON, superseded_by=change)
    written(interest(rows, share_low=2))


@pytest.mark.parametrize(
    "told",
    [{"status": "maybe"}, {"revenue_share_low": WHOLE + 1}, {"start": "2025", "end": "2024-12-31"}, {"amount": 5}],
)
def test_a_tie_that_cannot_be_is_refused(rows: dict[str, Any], told: dict[str, Any]) -> None:
    standard = {"buyer": rows["meta"], "supplier": rows["scale"], "status": "active", "source": rows["source"]}
    assert refused(CustomerTie(recorded_at=NOON, **{**standard, **told}))
    assert refused(CustomerTie(recorded_at=NOON, **{**standard, "supplier": rows["meta"]}))
    written(CustomerTie(recorded_at=NOON, **standard))


def test_rivals_are_told_once_whichever_is_named_first(rows: dict[str, Any]) -> None:
    pair = {"segment": "cloud", "source": rows["source"]}
    Competition.objects.create(a=rows["meta"], b=rows["scale"], **pair)
    with pytest.raises(Error), transaction.atomic():
        Competition.objects.create(a=rows["scale"], b=rows["meta"], **pair)
    with pytest.raises(Error), transaction.atomic():
        Competition.objects.create(a=rows["meta"], b=rows["meta"], **pair)
    assert Competition.objects.count() == 1


def test_nobody_competes_with_themselves_or_twice(rows: dict[str, Any]) -> None:
    own = {"tenant": TENANT, "principal": rows["meta"], "recorded_at": NOON}
    assert refused(CompetitorDeclaration(competitor=rows["meta"], **own))
    written(CompetitorDeclaration(competitor=rows["scale"], **own))
    assert refused(CompetitorDeclaration(competitor=rows["scale"], **own))


@pytest.mark.parametrize(
    "lines",
    [
        {"economic_block": 26 * PERCENT},
        {"voting_review": 6 * PERCENT},
        {"control_line": 51 * PERCENT},
        {"commercial_share": 11 * PERCENT},
        {"economic_review": 0},
        {"voting_block": 4 * PERCENT},
    ],
)
def test_a_policy_cannot_be_looser_than_the_default(rows: dict[str, Any], lines: dict[str, int]) -> None:
    own = {"tenant": TENANT, "principal": rows["meta"], "recorded_at": NOON}
    assert refused(Policy(**own, **lines))
    written(Policy(**own))
    assert refused(Policy(**own))


@pytest.mark.parametrize("slug", ["Meta", "meta platforms", "-meta", "meta--ai", ""])
def test_a_slug_has_one_shape(slug: str) -> None:
    with pytest.raises(Error), transaction.atomic():
        Party.objects.create(slug=slug, name="Meta")
    assert not Party.objects.exists()


def test_codes_are_those_of_the_engine() -> None:
    assert set(InterestType.values) == set(INTEREST_TYPES)
    assert StoredStanding.values == [standing.value for standing in Standing]
