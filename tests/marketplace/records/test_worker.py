"""A real worker on the test database: it does tasks, stops when asked, and one that was killed is replaced."""

import datetime as dt
import os

import pytest
from django.contrib.sessions.models import Session
from django.db import transaction

from marketplace.accounts.tasks import forget_ended_sessions
from marketplace.records.hints import hint
from tests.queues import Queues
from tests.worker import Process, wait_until

LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


def leave_ended_session(key: str) -> None:
    with transaction.atomic():
        Session.objects.create(session_key=key, session_data="", expire_date=LONG_AGO)
        hint(forget_ended_sessions.name)


def none_left() -> bool:
    return not Session.objects.exists()


def test_a_worker_does_what_it_is_hinted(worker: Process) -> None:
    leave_ended_session("a")
    wait_until(none_left, "the worker has deleted the session")


def test_a_killed_worker_does_nothing_until_a_new_one_takes_over(worker: Process, queues: Queues) -> None:
    worker.kill_hard()
    # What a worker does when it starts may still have been in its queue.
    before = queues.waiting()
    leave_ended_session("a")
    assert queues.waiting() == before + 1
    worker.start()
    wait_until(none_left, "the new worker has deleted the session")


def test_a_worker_that_is_asked_to_stop_leaves_nothing_running(worker: Process) -> None:
    group = worker.running.pid if worker.running else 0
    worker.stop()
    with pytest.raises(ProcessLookupError):
        os.killpg(group, 0)


@pytest.mark.slow
def test_the_clockwork_queues_the_sweep(worker: Process, beat: Process) -> None:
    wait_until(lambda: "marketplace.tasks.sweep" in beat.output(), "beat has sent the sweep")
    wait_until(lambda: "marketplace.tasks.sweep" in worker.output(), "the worker has received it")
