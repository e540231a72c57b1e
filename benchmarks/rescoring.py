"""`python -m benchmarks.rescoring`: an event that touches 1,000 matches, through two real workers, until all is told.

Beside it the same work by two plain processes without a queue. It makes a database and a Redis of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")
django.setup()

# Django's apps have to be there first.
from django.db import connection, connections  # noqa: E402

from benchmarks import machine, report  # noqa: E402
from benchmarks.report import Section, compared  # noqa: E402
from benchmarks.timing import Timing  # noqa: E402
from conflicts.expansion import expand_changes  # noqa: E402
from conflicts.models import FactChange, Watch  # noqa: E402
from conflicts.rescoring import chunks  # noqa: E402
from marketplace import celery_app  # noqa: E402
from marketplace.models import ConflictAlert  # noqa: E402
from marketplace.records import hints  # noqa: E402
from tests.faults.fanned_market import Shape, build  # noqa: E402
from tests.faults.judging import behind  # noqa: E402
from tests.faults.nemesis import scratch_database  # noqa: E402
from tests.faults.servers import PrivateRedis  # noqa: E402
from tests.faults.site import Plan, Site  # noqa: E402
from tests.marketplace.market import holds  # noqa: E402

VENDORS, ENGAGED, ROUNDS, PROCESSES = 334, 10, 2, 2
SHAPE = Shape(VENDORS, ENGAGED, under_top=VENDORS)
RIVALS = ("rival-0", "rival-1", "rival-2")
LIMITS = "Limits of the issue: 5 s until all is told, and 1.25x what two plain processes take."
LOOK_SECONDS = 0.05
RESULTS = Path(__file__).parent / "results"
PLAIN = "benchmarks/rescoring_plain.py"

Environment = Mapping[str, str]


def main() -> int:
    if connection.vendor != "postgresql" or "owner" not in connections:
        print("No PostgreSQL: run it by deploy/dev/servers.sh run, which gives both addresses.", file=sys.stderr)
        return 1
    with scratch_database() as environment, tempfile.TemporaryDirectory(prefix="res-") as folder:
        build(SHAPE)
        section = measured(environment, Path(folder))
    head = [*machine.described(), "Command: `python -m benchmarks.rescoring`", f"Rounds: {ROUNDS}, medians", LIMITS]
    print("\n".join(section.lines))
    day = time.strftime("%Y-%m-%d", time.gmtime())
    print(f"Written to {report.written(RESULTS, f'{day}-rescoring', head, [section]).name}")
    return 0


def measured(environment: Environment, folder: Path) -> Section:
    """Time both ways in turn, each round another event."""
    runs: dict[str, list[float]] = {}
    load: list[str] = []
    server = PrivateRedis(folder)
    site = Site(Plan(seed=1, shape=SHAPE, seconds=0, rate=1, wide_every=1, producers=0), environment, folder, server)
    for number in range(ROUNDS):
        for name, seconds in (*_plainly(environment, number), *_by_workers(site, server.url, number)):
            runs.setdefault(name, []).append(seconds)
        load.append(f"{os.getloadavg()[0]:.1f}")
    yardstick = "two plain processes: all told"
    timings = {yardstick: runs.pop(yardstick), **runs}
    rows = compared({name: Timing(tuple(times)) for name, times in timings.items()}, dict.fromkeys(timings, "-"))
    alerts = ConflictAlert.objects.active().count()
    notes = [f"{SHAPE.matches} matches are touched; {alerts} alerts stand. Load of the machine: {', '.join(load)}."]
    return Section("One event, 1,000 matches", rows, notes, ratio_to="two plain processes")


def _plainly(environment: Environment, number: int) -> list[tuple[str, float]]:
    """Expand here, then let two plain processes rescore half of the chunks each, and one of them pull."""
    command = [sys.executable, PLAIN]
    variables = {**os.environ, "PYTHONPATH": ".", **environment, "REDIS_URL": ""}
    plain = [
        subprocess.Popen(command, env=variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(PROCESSES)
    ]
    for process in plain:
        _hear(process, "ready")
    _event(number)
    begun = time.monotonic()
    pieces = list(chunks(expand_changes().watch_ids))
    for place, process in enumerate(plain):
        _tell(process, " ".join(str(key) for piece in pieces[place::PROCESSES] for key in piece))
    for process in plain:
        _hear(process, "screened")
    screened = time.monotonic() - begun
    _tell(plain[0], "pull")
    _hear(plain[0], "pulled")
    told = time.monotonic() - begun
    for process in plain:
        process.communicate()
    return [("two plain processes: screened", screened), ("two plain processes: all told", told)]


def _by_workers(site: Site, redis_url: str, number: int) -> list[tuple[str, float]]:
    """From the commit of the event, its message included, until nothing is behind; no sweep helps."""
    site.start()
    try:
        for beat in site.beats:
            beat.kill_hard()
        _wait(lambda: not behind())
        time.sleep(2)
        _event(number, publish=lambda: _publish(redis_url))
        begun = time.monotonic()
        _wait(lambda: not FactChange.objects.unexpanded().exists() and not Watch.objects.wanting().exists())
        screened = time.monotonic() - begun
        _wait(lambda: not behind())
        return [("two workers: screened", screened), ("two workers: all told", time.monotonic() - begun)]
    finally:
        site.kill_all()


def _event(number: int, publish: Callable[[], None] = lambda: None) -> None:
    """A rival comes to hold a part of the owner above all vendors."""
    hints.broker.quiet_until = float("inf")
    holds(RIVALS[number], "top", "30", start=f"{2000 + FactChange.objects.count() % 25}")
    publish()


def _publish(redis_url: str) -> None:
    options = {**celery_app.conf.broker_transport_options, "global_keyprefix": "nemesis:"}
    with celery_app.connection_for_write(redis_url, transport_options=options) as here:
        change = FactChange.objects.latest("epoch")
        celery_app.send_task("conflicts.tasks.expand", kwargs={"change_id": str(change.pk)}, connection=here)


def _wait(condition: Callable[[], bool]) -> None:
    while not condition():
        time.sleep(LOOK_SECONDS)


def _tell(process: subprocess.Popen[str], line: str) -> None:
    pipe = _there(process.stdin)
    pipe.write(f"{line}\n")
    pipe.flush()


def _hear(process: subprocess.Popen[str], word: str) -> None:
    heard = _there(process.stdout).readline().strip()
    if heard != word:
        raise RuntimeError(f"A plain process said {heard!r} instead of {word!r}: see what it wrote to stderr.")


def _there(pipe: IO[str] | None) -> IO[str]:
    if pipe is None:
        raise RuntimeError("A plain process was started without its pipes.")
    return pipe


if __name__ == "__main__":
    raise SystemExit(main())
