"""Writers and sealers at once: every committed row is sealed once, in one chain, whoever rolls back or comes second."""

import threading
from collections.abc import Callable
from random import Random

import pytest
from django.db import connection, transaction

from marketplace.records.models import LogEntry, LogSeal
from marketplace.records.sealing import seal
from marketplace.records.services import log
from marketplace.records.verification import Verification

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS, SEALERS, ROWS = 4, 3, 40


def at_once(work: list[Callable[[], None]]) -> None:
    def closing(one: Callable[[], None]) -> None:
        try:
            one()
        finally:
            connection.close()

    threads = [threading.Thread(target=closing, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
        assert not thread.is_alive()


def test_writers_and_sealers_make_one_chain() -> None:
    over = threading.Event()
    left = threading.Semaphore(0)

    def write(seed: int) -> None:
        rng = Random(seed)
        for number in range(ROWS):
            with transaction.atomic():
                log(action="award.made", actor=None, data={"writer": seed, "number": number})
                transaction.set_rollback(rng.random() < 0.2)
        left.release()

    def keep_sealing() -> None:
        while not over.is_set():
            seal()

    def end() -> None:
        for _ in range(WRITERS):
            left.acquire(timeout=100)
        over.set()

    at_once([*(lambda seed=seed: write(seed) for seed in range(WRITERS)), *[keep_sealing] * SEALERS, end])
    seal(everywhere=True)
    kept = LogEntry.objects.count()
    assert WRITERS * ROWS / 2 < kept < WRITERS * ROWS
    assert LogSeal.objects.count() == kept
    assert list(LogSeal.objects.order_by("number").values_list("number", flat=True)) == list(range(1, kept + 1))
    run = Verification()
    assert (list(run.flaws()), run.rows) == ([], kept)
