from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from conflicts.engine.bounds import PERCENT
from conflicts.models import CustomerTie
from conflicts.services import TieDraft, correct_tie, end_tie, record_tie
from marketplace.records.models import LogEntry
from marketplace.records.refusals import Conflict, Invalid, Missing
from tests.conflicts.builders import PRESS, REGISTER, footprint, parties

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def market() -> None:
    parties("google", "scale-ai")


def tie(**told: Any) -> CustomerTie:
    standard = {"buyer": "google", "supplier": "scale-ai", "status": "reported", "source": PRESS}
    return record_tie(actor=None, **{**standard, **told})


def test_a_tie_is_recorded_with_change_and_log() -> None:
    row = tie(amount=Decimal(150_000_000), currency="USD", amount_per="year", revenue_share_low=30 * PERCENT)
    assert (row.recorded_by.kind, row.recorded_by.epoch) == ("customer_tie", 3)
    assert LogEntry.objects.get(action="tie.recorded").subject_id == row.pk


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"buyer": "gogle"}, "buyer"),
        ({"supplier": "google"}, "supplier"),
        ({"status": "maybe"}, "status"),
        ({"revenue_share_low": 120 * PERCENT}, "revenue_share_low"),
        ({"start": "2025", "end": "2024"}, "end"),
        ({"amount": Decimal(5), "currency": "XXX"}, "currency"),
    ],
)
def test_a_tie_that_cannot_be_is_refused(told: dict[str, Any], field: str) -> None:
    before = footprint()
    with pytest.raises(Invalid) as refusal:
        tie(**told)
    assert list(refusal.value.fields) == [field]
    assert footprint() == before


def test_a_source_tells_a_tie_once() -> None:
    tie()
    before = footprint()
    with pytest.raises(Conflict, match="already tells that Google buys from Scale Ai"):
        tie(status="active")
    assert footprint() == before


def test_an_end_supersedes_a_tie() -> None:
    first = tie()
    second = end_tie(actor=None, tie=first, end="2025-06", source=REGISTER, details="Cut ties")
    assert (list(CustomerTie.objects.current()), second.end, second.series) == ([second], "2025-06", first.series)
    with pytest.raises(Conflict, match="superseded"):
        end_tie(actor=None, tie=first, end="2026")
    with pytest.raises(Missing):
        end_tie(actor=None, tie=uuid4(), end="2026")


@pytest.mark.parametrize("end", ["", "soon", "2018"])
def test_an_end_that_cannot_be_is_refused(end: str) -> None:
    row = tie(start="2019")
    before = footprint()
    with pytest.raises(Invalid):
        end_tie(actor=None, tie=row, end=end)
    assert footprint() == before


def test_a_correction_supersedes_and_keeps_an_end_from_elsewhere() -> None:
    row = end_tie(actor=None, tie=tie(), end="2025-06", source=REGISTER)
    draft = TieDraft(buyer="google", supplier="scale-ai", status="ended", source=PRESS)
    right = correct_tie(actor=None, tie=row, draft=draft)
    assert (right.status, right.end, list(CustomerTie.objects.current())) == ("ended", "2025-06", [right])
