"""I1, short form: an award raced by the recording of the deal. In commit order no engagement follows the deal's rows.

What came first is told by the epochs stored on the award and on the deal's FactChange, never by time.
"""

import random
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from threading import Barrier, Event
from time import perf_counter, sleep
from typing import Any, TypeVar

import pytest
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from conflicts.changes import epoch_now
from conflicts.models import Interest
from marketplace import gate
from marketplace.models import Award, Client, ConflictAlert, Engagement
from marketplace.services.awards import AwardResult, award
from tests.marketplace.market import catch_up, client, holds, member, request, vendor
from vendors.models import Vendor

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one transaction write at a time"),
]

TRIES = 80
UNDISTURBED = 5

T = TypeVar("T")


def violations() -> list[str]:
    """Return the vendors whose award does not stand before the deal that blocks them."""
    deal = {row.subject_id: row.recorded_by.epoch for row in Interest.objects.select_related("recorded_by")}
    awards = Award.objects.select_related("vendor")
    return [made.vendor.slug for made in awards if made.epoch >= deal[made.vendor.party_id]]


def in_thread(pool: ThreadPoolExecutor, act: Callable[[], T]) -> Future[T]:
    """Run the act beside on a connection of its own."""

    def closed_after() -> T:
        try:
            return act()
        finally:
            connections.close_all()

    return pool.submit(closed_after)


def race(
    pool: ThreadPoolExecutor, award_it: Callable[[], AwardResult], deal: Callable[[], object], *, head_start: float
) -> AwardResult:
    """Let the award begin and the deal follow so many seconds later, in the midst of it or after it."""
    start = Barrier(2)

    def after(pause: float, act: Callable[[], T]) -> T:
        start.wait()
        sleep(pause)
        return act()

    awarding = in_thread(pool, lambda: after(0, award_it))
    dealing = in_thread(pool, lambda: after(head_start, deal))
    dealing.result()
    return awarding.result()


def seconds_of(act: Callable[[], AwardResult]) -> float:
    """How long an award takes that nothing disturbs: by that the head starts are spread, and nothing is asserted."""
    begun = perf_counter()
    assert act().award is not None
    return perf_counter() - begun


def deal_in(lab: Vendor) -> None:
    """Record that Google's rival takes 49% of the vendor."""
    holds("meta", lab.slug, "49", start="2025-06-12")


@pytest.fixture
def google() -> Client:
    return client("google", "meta")


@pytest.mark.slow
def test_no_award_commits_after_the_deal(google: Client) -> None:
    chance, mira = random.Random(612), member(google)
    labs = [vendor(f"lab-{number}") for number in range(TRIES + UNDISTURBED)]
    slots = [slot for _ in range(len(labs) // 20 + 1) for slot in request(google, slots=20).slots.all()]
    awards = [partial(award, actor=mira, slot_id=slot.pk, vendor=lab) for slot, lab in zip(slots, labs, strict=False)]
    usual = max(map(seconds_of, awards[TRIES:]))
    for lab in labs[TRIES:]:
        deal_in(lab)
    with ThreadPoolExecutor(2) as pool:
        results = [
            race(pool, award_it, partial(deal_in, lab), head_start=chance.uniform(0, 2 * usual))
            for award_it, lab in zip(awards[:TRIES], labs, strict=False)
        ]
    assert violations() == []
    awarded, refused = both_orders(results)
    assert (awarded > 0, refused > 0, awarded + refused) == (True, True, TRIES)
    assert_alerted(awarded)


def both_orders(results: list[AwardResult]) -> tuple[int, int]:
    """Return how often the award came first and how often the deal did; any other answer is neither."""
    awarded = sum(result.award is not None for result in results)
    refused = sum(result.refusal is not None and result.refusal.code == "vendor_conflicted" for result in results)
    assert Engagement.objects.count() == Award.objects.count() == awarded + UNDISTURBED
    return awarded, refused


def assert_alerted(awarded: int) -> None:
    """Where the award came first an alert follows."""
    catch_up()
    alerts = ConflictAlert.objects.filter(before="clear", after="blocked", engagement__origin="award")
    assert alerts.count() == awarded + UNDISTURBED


@pytest.fixture
def without_triggers(owner: BaseDatabaseWrapper) -> Iterator[Callable[[], None]]:
    """Switch off what the database itself refuses, as only its owner can; it is on again after the test."""

    def switch(state: str) -> None:
        with owner.cursor() as cursor:
            for table in ("clearance", "award", "engagement"):
                cursor.execute(f"ALTER TABLE marketplace_{table} {state} TRIGGER USER")

    yield lambda: switch("DISABLE")
    switch("ENABLE")


@pytest.mark.django_db(transaction=True, databases="__all__")
@pytest.mark.parametrize("build", ["as it is", "without the lock", "without lock and triggers"])
def test_without_the_lock_the_deal_slips_in_between_and_the_database_still_refuses(
    google: Client, monkeypatch: pytest.MonkeyPatch, without_triggers: Callable[[], None], build: str
) -> None:
    """The gate pauses between its verdict and the award until the deal has committed, or half a second is over."""
    lab, mira = vendor("lab"), member(google)
    slot, judge = request(google).slots.get(), gate.judge
    judged, dealt = Event(), Event()

    def judge_and_pause(**asked: Any) -> gate.Verdict:
        verdict = judge(**asked)
        judged.set()
        dealt.wait(0.5)
        return verdict

    def deal() -> None:
        judged.wait(5)
        deal_in(lab)
        dealt.set()

    monkeypatch.setattr(gate, "judge", judge_and_pause)
    if build != "as it is":
        monkeypatch.setattr(gate, "epoch_shared", epoch_now)
    if build == "without lock and triggers":
        without_triggers()
    with ThreadPoolExecutor(2) as pool:
        dealing = in_thread(pool, deal)
        result = in_thread(pool, lambda: award(actor=mira, slot_id=slot.pk, vendor=lab)).result()
        dealing.result()
    assert (result.award is None) == (build == "without the lock")
    assert violations() == (["lab"] if build == "without lock and triggers" else [])
