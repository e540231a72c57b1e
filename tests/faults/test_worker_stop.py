"""How a worker stops: what runs may end, nothing new begins, and what is cut off is not lost."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from celery import current_app
from django.conf import settings

from tests.queues import Queues
from tests.worker import Process, wait_until

pytestmark = pytest.mark.django_db(transaction=True)

PATIENT = Path(__file__).parent / "patient_worker.py"
QUEUE = "notices"
on_redis = pytest.mark.skipif(not settings.BROKER_SERVER, reason="the queue folder keeps no message that was taken")


@dataclass
class Bench:
    """A worker with one process, and the tasks that it is given; both write down what they do."""

    process: Process
    folder: Path
    queues: Queues

    def give(self, name: str, *, stubborn: bool = False) -> None:
        told = {"folder": str(self.folder), "name": name, "stubborn": stubborn}
        current_app.send_task("tests.hold", kwargs=told, queue=QUEUE)

    def let_go(self) -> None:
        (self.folder / "go").touch()

    @property
    def told(self) -> list[str]:
        """What happened, in order: `a begun`, `a ended`."""
        return [" ".join(line.split()[:2]) for line in self._lines()]

    @property
    def child(self) -> int:
        """The process that does the task that has begun last."""
        return int(self._lines()[-1].split()[2])

    def ask_to_stop(self, shutdown: str) -> None:
        """Send SIGTERM and return when the worker has said which kind of shutdown that is to it."""
        assert self.process.running is not None
        self.process.running.terminate()
        wait_until(lambda: f"worker: {shutdown} shutdown" in self.process.output(), f"it begins a {shutdown} shutdown")

    def ended(self) -> int:
        """Wait for the worker to end and return its status."""
        assert self.process.running is not None
        return self.process.running.wait(timeout=20)

    def begun(self, *names: str) -> bool:
        return self.told == [f"{name} begun" for name in names]

    def _lines(self) -> list[str]:
        path = self.folder / "told"
        return path.read_text().splitlines() if path.exists() else []


@contextmanager
def bench(environment: dict[str, str], folder: Path, queues: Queues, **limits: str) -> Iterator[Bench]:
    own = {**environment, "WORKER_PROCESSES": "1", **limits}
    process = Process("worker", 'ready."', own, folder / "worker.log", program=str(PATIENT))
    process.start()
    try:
        yield Bench(process, folder, queues)
    finally:
        process.kill_hard()


def test_sigterm_lets_the_running_task_end_and_begins_no_other(
    site_environment: dict[str, str], tmp_path: Path, queues: Queues
) -> None:
    with bench(site_environment, tmp_path, queues) as worker:
        worker.give("first")
        wait_until(lambda: worker.begun("first"), "the task has begun")
        worker.give("second")
        worker.ask_to_stop("Warm")
        assert worker.told == ["first begun"]
        worker.let_go()
        assert worker.ended() == 0
        # On the queue folder a worker looks up every two seconds and may take one more, which ends as well.
        last_words = ["second begun", "second ended"] if not queues.on_redis and worker.told[2:] else []
        assert worker.told == ["first begun", "first ended", *last_words]
        assert queues.waiting(QUEUE) == (0 if last_words else 1)


def test_a_second_sigterm_ends_the_running_task_too(
    site_environment: dict[str, str], tmp_path: Path, queues: Queues
) -> None:
    with bench(site_environment, tmp_path, queues) as worker:
        worker.give("first")
        wait_until(lambda: worker.begun("first"), "the task has begun")
        worker.ask_to_stop("Warm")
        worker.ask_to_stop("Cold")
        worker.ended()
        assert worker.told == ["first begun"]
        assert queues.waiting(QUEUE) == 1


def test_the_hard_limit_ends_a_task_that_will_not_stop(
    site_environment: dict[str, str], tmp_path: Path, queues: Queues
) -> None:
    with bench(site_environment, tmp_path, queues, SOFT_LIMIT="1", HARD_LIMIT="2") as worker:
        worker.give("first", stubborn=True)
        wait_until(lambda: worker.begun("first"), "the task has begun")
        worker.ask_to_stop("Warm")
        worker.ended()
        assert worker.told == ["first begun"]


def test_a_task_whose_process_is_killed_is_done_by_the_next_process(
    site_environment: dict[str, str], tmp_path: Path, queues: Queues
) -> None:
    with bench(site_environment, tmp_path, queues) as worker:
        worker.give("first")
        wait_until(lambda: worker.begun("first"), "the task has begun")
        os.kill(worker.child, signal.SIGKILL)
        wait_until(lambda: worker.begun("first", "first"), "it has begun again")
        worker.let_go()
        wait_until(lambda: worker.told[2:] == ["first ended"], "it has ended")


@on_redis
@pytest.mark.slow
def test_a_task_of_a_killed_worker_comes_again_when_its_time_is_over(
    site_environment: dict[str, str], tmp_path: Path, queues: Queues
) -> None:
    with bench(site_environment, tmp_path, queues, VISIBILITY="1") as worker:
        worker.give("first")
        wait_until(lambda: worker.begun("first"), "the task has begun")
        worker.process.kill_hard()
        assert queues.waiting(QUEUE) == 0
        worker.process.start()
        wait_until(lambda: worker.begun("first", "first"), "Redis has given it out again", seconds=30)
