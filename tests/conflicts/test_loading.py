"""From rows to the engine: what was known when, named so that answers read well, all from one consistent read."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from conflicts.changes import epoch_now
from conflicts.engine.bounds import PERCENT
from conflicts.engine.facts import CUSTOMER
from conflicts.epochs import TRIES, consistent
from conflicts.loading import load_snapshot_rows
from conflicts.models import Interest, Party
from conflicts.services import InterestDraft, correct_interest, end_interest, record_tie, retract_interest
from marketplace.records import clock
from marketplace.records.refusals import Unavailable
from tests.conflicts.builders import PRESS, REGISTER, holding, parties, party

pytestmark = pytest.mark.django_db


def day(number: int) -> dt.date:
    return dt.date(2025, 6, number)


def known(as_known: dt.date | None = None) -> list[str]:
    return [fact.id for fact in load_snapshot_rows(as_known).facts]


def test_rows_become_facts_of_the_engine() -> None:
    meta, scale = parties("meta", "scale-ai")
    holding(meta, scale, 49, start="2025-06-12", low_open=False, visibility="private")
    record_tie(actor=None, buyer=meta, supplier=scale, status="active", source=PRESS, revenue_share_low=10 * PERCENT)
    rows = load_snapshot_rows()
    tie, stake = rows.facts
    assert [node.id for node in rows.nodes] == ["meta", "scale-ai"]
    assert (stake.holder, stake.subject, stake.low, stake.public) == ("meta", "scale-ai", 49 * PERCENT, False)
    assert (stake.start and stake.start.text, stake.source.url, rows.epoch) == ("2025-06-12", PRESS.url, epoch_now())
    assert (tie.type, tie.holder, tie.revenue_share) == (CUSTOMER, "meta", 10 * PERCENT)


def test_facts_are_named_by_what_they_tell_the_best_source_first() -> None:
    parties("meta", "scale-ai")
    holding("meta", "scale-ai", 49, start="2025")
    holding("meta", "scale-ai", 48, start="2025", source=REGISTER)
    facts = load_snapshot_rows().facts
    assert [fact.id for fact in facts] == ["meta shareholding scale-ai 2025", "meta shareholding scale-ai 2025 #2"]
    assert [fact.low for fact in facts] == [48 * PERCENT, 49 * PERCENT]


def test_a_correction_changes_what_is_known_from_its_day_on() -> None:
    clock.create_story(day(11))
    parties("meta", "scale-ai")
    first = holding("meta", "scale-ai", 10)
    clock.advance_story(day(12))
    draft = InterestDraft(holder="meta", subject="scale-ai", type="shareholding", source=PRESS, share_low=12 * PERCENT)
    second = correct_interest(actor=None, interest=first, draft=draft)
    clock.advance_story(day(13))
    retract_interest(actor=None, interest=second, reason="Mistaken")
    lows = {number: [fact.low for fact in load_snapshot_rows(day(number)).facts] for number in (10, 11, 12, 13)}
    assert lows == {10: [], 11: [10 * PERCENT], 12: [12 * PERCENT], 13: []}


def test_an_end_is_known_from_its_day_on() -> None:
    clock.create_story(day(11))
    parties("meta", "scale-ai")
    row = holding("meta", "scale-ai", 10)
    clock.advance_story(day(12))
    end_interest(actor=None, interest=row, end="2025-06-12")
    ends = {number: load_snapshot_rows(day(number)).facts[0].end for number in (11, 12)}
    assert (ends[11], str(ends[12])) == (None, "2025-06-12")


def test_what_is_recorded_and_superseded_on_one_day_was_never_known() -> None:
    clock.create_story(day(11))
    parties("meta", "scale-ai")
    row = holding("meta", "scale-ai", 10)
    end_interest(actor=None, interest=row, end="2025-06-11")
    assert Interest.objects.count() == 2
    assert [str(fact.end) for fact in load_snapshot_rows(day(11)).facts] == ["2025-06-11"]


def test_a_clock_that_was_set_back_hides_no_fact() -> None:
    parties("meta", "scale-ai")
    holding("meta", "scale-ai", 49)
    assert known(dt.date(2000, 1, 1)) == []
    assert known() == ["meta shareholding scale-ai"]


def test_a_read_that_a_change_broke_into_is_read_again() -> None:
    reads: list[int] = []

    def read() -> int:
        reads.append(epoch_now())
        if len(reads) == 1:
            party("meta")
        return len(reads)

    assert consistent(read) == (1, 2)
    assert reads == [0, 1]


def test_where_changes_keep_coming_a_transaction_does_not_hold_the_epoch() -> None:
    """Two who hold it, and then write, would wait for each other."""
    reads: list[int] = []

    def read() -> None:
        reads.append(epoch_now())
        party(f"party-{len(reads)}")

    with pytest.raises(Unavailable, match="try again"):
        consistent(read)
    assert len(reads) == TRIES


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite's writers wait for the reader")
@pytest.mark.django_db(transaction=True)
def test_what_is_committed_while_it_reads_is_of_a_later_epoch() -> None:
    def beside(slug: str) -> None:
        party(slug)
        connections.close_all()

    def read() -> tuple[int, int]:
        before = Party.objects.count()
        with ThreadPoolExecutor(1) as pool:
            pool.submit(beside, "meta").result()
        return before, Party.objects.count()

    assert consistent(read) == (0, (0, 0))
    assert (epoch_now(), Party.objects.count()) == (1, 1)
