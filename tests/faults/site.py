"""The processes of a site under a stream of changes: workers, beat and producers, with a broker of their own."""

import os
import signal
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.fanned_market import Shape
from tests.faults.servers import PrivateRedis
from tests.worker import Process, beat_process, wait_until, worker_process

PRODUCER = "tests/faults/producer.py"
ODD_WORKER = "tests/faults/odd_worker.py"
FAKETIME = next((str(path) for path in Path("/usr/lib").glob("*/faketime/libfaketime.so.1")), "")
"""The library that shows one process another time; the machine's clock is never touched."""
HOURS_OFF = "+5h"
BEFORE_THE_LAST_CHANGE = 1.0
"""How long after it was doomed a producer has not made its last change yet."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a run is to be: its market, its stream of changes and what is broken on purpose.

    A calm one has no faults but the last, when all is killed at once.
    """

    seed: int
    shape: Shape
    seconds: float
    rate: float
    wide_every: int
    workers: int = 2
    processes: int = 1
    producers: int = 1
    breaks: Sequence[str] = ()
    is_calm: bool = False


@dataclass
class Site:
    """All processes of one run. `environment` leads to the database; the broker is Redis here or the queue folder."""

    plan: Plan
    environment: Mapping[str, str]
    folder: Path
    redis: PrivateRedis | None
    workers: list[Process] = field(default_factory=list)
    beats: list[Process] = field(default_factory=list)
    producers: list[Process] = field(default_factory=list)
    produced: int = 0

    def start(self) -> None:
        """Start the broker, the workers and, unless the sweep is broken, beat; then the producers."""
        if self.redis:
            self.redis.start()
        self.workers = [self._worker(number) for number in range(self.plan.workers)]
        if "sweep" not in self.plan.breaks:
            self.beats = [beat_process(self._own("beat"), self.folder / "beat.log")]
        self.producers = [self._producer() for _ in range(self.plan.producers)]
        self._start_consumers()
        for producer in self.producers:
            producer.start()

    def doom(self, place: int) -> None:
        """Have the producer die between a commit and its message, which `mourn` waits for."""
        process = self.producers[place].running
        if process is not None:
            process.send_signal(signal.SIGUSR1)

    def mourn(self, place: int) -> None:
        """Return when the doomed producer is dead; fails where it had ended by itself."""
        process = self.producers[place].running
        if process is not None:
            wait_until(lambda: process.poll() is not None, "the doomed producer is dead", seconds=60)
            if process.returncode != -signal.SIGKILL:
                raise AssertionError(f"A producer ended by itself:\n{self.producers[place].output()}")

    def crash(self) -> None:
        """Kill all at once: producers before their last message, the workers before they see its change, and Redis.

        Then everything but the producers is started again, with empty queues where they lay in Redis.
        """
        for place in range(len(self.producers)):
            self.doom(place)
        time.sleep(BEFORE_THE_LAST_CHANGE)
        for process in (*self.workers, *self.beats):
            process.kill_hard()
        for place in range(len(self.producers)):
            self.mourn(place)
        if self.redis:
            self.redis.kill_hard()
            self.redis.start()
        self._start_consumers()

    def _start_consumers(self) -> None:
        with ThreadPoolExecutor() as pool:
            list(pool.map(Process.start, (*self.workers, *self.beats)))

    def replace_producer(self, place: int) -> None:
        self.producers[place] = self._producer()
        self.producers[place].start()

    def kill_all(self) -> None:
        for process in (*self.producers, *self.beats, *self.workers):
            process.kill_hard()
        if self.redis:
            self.redis.kill_hard()

    @property
    def anchor_files(self) -> list[Path]:
        return [self.folder / f"worker-{number}" / "log-anchors.jsonl" for number in range(len(self.workers))]

    def _worker(self, number: int) -> Process:
        name = f"worker-{number}"
        worker = worker_process(self._own(name, is_off=number == 1), self.folder / f"{name}.log")
        if self.plan.breaks:
            worker.program, worker.command = ODD_WORKER, ",".join(self.plan.breaks)
        return worker

    def _producer(self) -> Process:
        """A producer with a seed of its own: what it tells was told by no other."""
        self.produced += 1
        plan = self.plan
        words = (
            plan.shape.vendors,
            plan.shape.engaged,
            plan.shape.under_top,
            plan.seed * 1_000 + self.produced,
            plan.wide_every,
        )
        name = f"producer-{self.produced}"
        command = [*map(str, words), str(plan.rate / plan.producers)]
        log = self.folder / f"{name}.log"
        return Process(command[0], "producing", self._own(name), log, program=PRODUCER, more=command[1:])

    def _own(self, name: str, *, is_off: bool = False) -> dict[str, str]:
        """The variables of one process, with a state folder of its own on Redis, as on a host of its own."""
        state = self.folder / (name if self.redis else "site")
        state.mkdir(exist_ok=True)
        queue = {"REDIS_URL": self.redis.url, "REDIS_PREFIX": "nemesis:"} if self.redis else {"REDIS_URL": ""}
        off = {"LD_PRELOAD": FAKETIME, "FAKETIME": HOURS_OFF, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        return {
            **self.environment,
            **queue,
            "WORKER_PROCESSES": str(self.plan.processes),
            "ARMSLENGTH_STATE": str(state),
            **(off if is_off and FAKETIME else {}),
        }


def freeze(process: Process, seconds: float) -> None:
    """Stop a whole process group for a while, and let it go on."""
    if process.running is None:
        return
    os.killpg(process.running.pid, signal.SIGSTOP)
    time.sleep(seconds)
    os.killpg(process.running.pid, signal.SIGCONT)
