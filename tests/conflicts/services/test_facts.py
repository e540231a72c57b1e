"""Recording interests: what is right is kept with its epoch, what is wrong is refused with a sentence."""

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from conflicts.changes import epoch_now
from conflicts.engine.bounds import PERCENT
from conflicts.models import FactChange, Interest, Source
from conflicts.services import (
    InterestDraft,
    InterestEnd,
    SourceDraft,
    correct_interest,
    end_interest,
    record_event,
    record_interest,
    retract_interest,
)
from marketplace.records.models import LogEntry
from marketplace.records.refusals import Conflict, Invalid, Missing
from tests.conflicts.builders import PRESS, REGISTER, footprint, holding, parties, party, person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def market() -> None:
    parties("meta", "scale-ai")
    party("alexandr-wang", kind="person")


def draft(**told: Any) -> InterestDraft:
    standard = {"holder": "meta", "subject": "scale-ai", "type": "shareholding", "source": PRESS}
    return InterestDraft(**{**standard, **told})


def test_an_interest_is_recorded_with_epoch_change_and_log() -> None:
    staff, before = person("staff@example.org"), epoch_now()
    row = record_interest(
        actor=staff, holder="meta", subject="scale-ai", type="shareholding", source=PRESS, share_low=49 * PERCENT
    )
    change = FactChange.objects.get(epoch=before + 1)
    assert (row.recorded_by, change.actor, change.kind) == (change, staff, "interest")
    assert change.parties == sorted(str(one.pk) for one in (row.holder, row.subject))
    entry = LogEntry.objects.get(action="interest.recorded")
    assert (entry.epoch, entry.subject_id, entry.data["share_low"]) == (before + 1, row.pk, 49 * PERCENT)


@pytest.mark.parametrize(
    ("told", "field", "reason"),
    [
        ({"holder": "metta"}, "holder", "no party 'metta'"),
        ({"subject": uuid4()}, "subject", "There is no party"),
        ({"subject": "alexandr-wang"}, "subject", "is a person"),
        ({"subject": "meta", "type": "votingRights"}, "subject", "its own shares"),
        ({"type": "ownership"}, "type", "not a known type"),
        ({"share_low": 120 * PERCENT}, "share_low", "120 percent is not between 0 and 100"),
        ({"share_low": 60 * PERCENT, "share_high": 50 * PERCENT}, "share_low", "60 is above the high bound 50"),
        ({"share_low": 5, "share_high": 5, "low_open": True}, "share_low", "cannot exclude itself"),
        ({"low_open": True}, "low_open", "Only a stated low bound"),
        ({"type": "boardMember", "share_low": 5}, "share_low", "not measured in percent"),
        ({"start": "2025-06-12", "end": "2025-06-11"}, "end", "before the start"),
        ({"start": "June 2025"}, "start", "write YYYY"),
        ({"start": "2025-02-30"}, "start", "not a day of the calendar"),
        ({"certainty": "maybe"}, "certainty", "stated, announced, rumoured"),
        ({"visibility": "secret"}, "visibility", "public, private"),
        ({"amount": Decimal(5), "currency": "USX"}, "currency", "not a currency"),
        ({"amount": Decimal(5)}, "currency", "ISO 4217"),
        ({"amount": Decimal(-5), "currency": "USD"}, "amount", "not an amount"),
        ({"amount": Decimal("NaN"), "currency": "USD"}, "amount", "not an amount"),
        ({"amount": Decimal("0.001"), "currency": "USD"}, "amount", "more than two decimals"),
        ({"currency": "USD"}, "currency", "There is no amount"),
        ({"amount": Decimal(5), "currency": "USD", "amount_per": "week"}, "amount_per", "not a known amount_per"),
        ({"amount_until": "2030"}, "amount_until", "There is no amount"),
        ({"source": SourceDraft(url="a newspaper")}, "source", "not the address of a source"),
        ({"source": SourceDraft(url="javascript:alert(1)")}, "source", "not the address of a source"),
        ({"source": SourceDraft(url="https://a.example", standing="rumour")}, "standing", "not a known standing"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(told: dict[str, Any], field: str, reason: str) -> None:
    before = footprint()
    with pytest.raises(Invalid) as refusal:
        record_interest(actor=None, **vars(draft(**told)))
    assert list(refusal.value.fields) == [field]
    assert reason in refusal.value.fields[field]
    assert footprint() == before


def test_every_wrong_field_has_its_sentence() -> None:
    with pytest.raises(Invalid) as refusal:
        record_interest(actor=None, **vars(draft(start="soon", certainty="maybe", source=SourceDraft(url=""))))
    assert set(refusal.value.fields) == {"start", "certainty", "source"}


def test_a_source_tells_an_interest_once_and_another_source_tells_it_too() -> None:
    holding("meta", "scale-ai", 49, start="2025-06-12")
    before = footprint()
    with pytest.raises(Conflict, match="already tells of shareholding of Meta in Scale Ai from 2025-06-12"):
        holding("meta", "scale-ai", 40, start="2025-06-12")
    assert footprint() == before
    holding("meta", "scale-ai", 49, start="2025-06-12", source=REGISTER)
    assert Interest.objects.current().count() == 2


def test_a_source_is_kept_once_and_learns_what_was_not_known_of_it() -> None:
    holding("meta", "scale-ai", 49, start="2025")
    told = SourceDraft(url=PRESS.url, publisher="The News", retrieved_on=dt.date(2026, 1, 1))
    holding("meta", "scale-ai", 49, start="2026", source=told)
    source = Source.objects.get()
    assert (source.publisher, source.retrieved_on) == ("news.example", dt.date(2026, 1, 1))


def test_an_end_supersedes_the_row_and_keeps_what_it_said() -> None:
    first = holding("meta", "scale-ai", 10, start="2024-05-21")
    second = end_interest(actor=None, interest=first, end="2025-06-12", source=REGISTER, details="Sold")
    first.refresh_from_db()
    assert (first.end, first.superseded_by, first.superseded_at) == ("", second.recorded_by, second.recorded_at)
    assert (second.end, second.share_low, second.source, second.series) == (
        "2025-06-12",
        10 * PERCENT,
        first.source,
        first.series,
    )
    assert (second.end_source, second.end_details) == (Source.objects.get(url=REGISTER.url), "Sold")


@pytest.mark.parametrize(
    ("end", "reason"), [("", "Say when"), ("soon", "write YYYY"), ("2024-05-20", "before the start")]
)
def test_an_end_that_cannot_be_is_refused(end: str, reason: str) -> None:
    row = holding("meta", "scale-ai", 10, start="2024-05-21")
    before = footprint()
    with pytest.raises(Invalid, match=reason):
        end_interest(actor=None, interest=row, end=end)
    assert footprint() == before
    assert Interest.objects.get().end == ""


def test_only_the_newest_version_can_be_changed() -> None:
    first = holding("meta", "scale-ai", 10)
    end_interest(actor=None, interest=first, end="2025")
    before = footprint()
    with pytest.raises(Conflict, match="superseded"):
        end_interest(actor=None, interest=first.pk, end="2026")
    with pytest.raises(Missing, match="no interest"):
        end_interest(actor=None, interest=uuid4(), end="2026")
    assert footprint() == before


def test_two_writers_of_one_row_do_not_lose_an_update() -> None:
    """The second one read the row before the first one committed."""
    row = holding("meta", "scale-ai", 10)
    stale = Interest.objects.select_related("holder", "subject", "source").get(pk=row.pk)
    end_interest(actor=None, interest=row, end="2025")
    assert stale.is_current
    with pytest.raises(Conflict):
        end_interest(actor=None, interest=stale, end="2026")
    assert Interest.objects.current().get().end == "2025"


def test_a_correction_supersedes_and_keeps_an_end_from_elsewhere() -> None:
    row = holding("meta", "scale-ai", 10, start="2024")
    ended = end_interest(actor=None, interest=row, end="2025-06-12", source=REGISTER)
    right = correct_interest(actor=None, interest=ended, draft=draft(share_low=12 * PERCENT, start="2024-05"))
    assert (right.share_low, right.start, right.end, right.series) == (
        12 * PERCENT,
        "2024-05",
        "2025-06-12",
        row.series,
    )
    assert list(Interest.objects.current()) == [right]


def test_a_correction_that_cannot_be_is_refused() -> None:
    row = holding("meta", "scale-ai", 10)
    before = footprint()
    with pytest.raises(Invalid, match="120 percent"):
        correct_interest(actor=None, interest=row, draft=draft(share_low=120 * PERCENT))
    assert footprint() == before


def test_a_retraction_says_that_it_never_was() -> None:
    row = holding("meta", "scale-ai", 10)
    with pytest.raises(Invalid, match="Say why"):
        retract_interest(actor=None, interest=row, reason=" ")
    retract_interest(actor=None, interest=row, reason="Mistaken identity")
    assert not Interest.objects.current().exists()
    assert LogEntry.objects.get(action="interest.retracted").data["reason"] == "Mistaken identity"


def test_an_event_is_one_epoch_one_time_and_one_log_row() -> None:
    row = holding("meta", "scale-ai", start="2024-05-21")
    before, logged = epoch_now(), LogEntry.objects.count()
    rows: list[InterestDraft | InterestEnd] = [
        InterestEnd(interest=row, end="2025-06-12"),
        draft(share_low=49 * PERCENT, share_high=49 * PERCENT, start="2025-06-12"),
        draft(holder="alexandr-wang", subject="meta", type="seniorManagingOfficial", start="2025-06-12"),
    ]
    change = record_event(actor=None, rows=rows, details="The deal")
    written = Interest.objects.filter(recorded_by=change)
    assert (change.epoch, epoch_now(), LogEntry.objects.count()) == (before + 1, before + 1, logged + 1)
    assert {one.recorded_at for one in written} == {change.at}
    assert (written.count(), change.data["details"], len(change.data["parts"])) == (3, "The deal", 3)


def test_one_wrong_row_of_an_event_leaves_nothing_of_it() -> None:
    row = holding("meta", "scale-ai", start="2024-05-21")
    before = footprint()
    with pytest.raises(Invalid) as refusal:
        record_event(actor=None, rows=[InterestEnd(interest=row, end="2025-06-12"), draft(share_low=120 * PERCENT)])
    assert list(refusal.value.fields) == ["rows[1].share_low"]
    assert footprint() == before
    assert Interest.objects.current().get().end == ""


def test_an_event_without_rows_is_refused() -> None:
    before = footprint()
    with pytest.raises(Invalid, match="at least one row"):
        record_event(actor=None, rows=[])
    assert footprint() == before
