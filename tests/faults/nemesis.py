"""The long form of I3: `deploy/dev/servers.sh run python -m tests.faults.nemesis --seed 3 --minutes 10 --rate 100`.

It runs on a database and a Redis of its own and adds a row to benchmarks/results/<day>-faults.md. It exits 1 where a
promise does not hold. tests/faults/test_nemesis.py runs the short form.
"""

import argparse
import os
import shlex
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")
django.setup()

# Django's apps have to be there first.
from django.conf import settings  # noqa: E402
from django.db import connection, connections  # noqa: E402

from benchmarks import machine  # noqa: E402
from tests.database import PostgresqlDatabase  # noqa: E402
from tests.faults.fanned_market import CLIENTS, Shape, build  # noqa: E402
from tests.faults.servers import PrivateRedis  # noqa: E402
from tests.faults.site import Plan, Site  # noqa: E402
from tests.faults.torment import Result, run, told  # noqa: E402

RESULTS = Path(__file__).parents[2] / "benchmarks" / "results"
PROMISED_SECONDS = 30


def main() -> int:
    asked = _arguments()
    if connection.vendor != "postgresql" or "owner" not in connections:
        say("No PostgreSQL: run it by deploy/dev/servers.sh run, which gives both addresses.")
        return 1
    with scratch_database() as environment, tempfile.TemporaryDirectory(prefix="nem-") as folder:
        begun = time.monotonic()
        plan = _plan(asked)
        build(plan.shape)
        say(f"{plan.shape.matches} matches stand after {time.monotonic() - begun:.0f} s; now the faults begin.")
        result = run(Site(plan, environment, Path(folder), PrivateRedis(Path(folder))))
        path = written(asked.results, told(result))
    for flaw in [*result.differences, *result.log_flaws][:20]:
        say(flaw)
    say(f"{told(result)}\nWritten to {path.name}")
    return 0 if holds(result) else 1


def holds(result: Result) -> bool:
    in_time = result.quiet_after is not None and result.quiet_after <= PROMISED_SECONDS
    return in_time and not (result.differences or result.log_flaws or result.went_back)


@contextmanager
def scratch_database() -> Iterator[dict[str, str]]:
    """Lead this process to a migrated database of its own; yields the variables that lead others there."""
    database = PostgresqlDatabase()
    database.create()
    try:
        yield {"SECRET_KEY": settings.SECRET_KEY, **database.environment()}
    finally:
        database.drop()


def written(folder: Path, row: dict[str, str]) -> Path:
    """Add the row, with the command that made it, to the day's table."""
    row = {**row, "command": f"`python -m tests.faults.nemesis {shlex.join(sys.argv[1:])}`"}
    day = time.strftime("%Y-%m-%d", time.gmtime())
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{day}-faults.md"
    if not path.exists():
        head = [f"# Faults of {day}", "", *(f"- {line}" for line in machine.described()), ""]
        path.write_text("\n".join([*head, _line(row), _line(dict.fromkeys(row, "---"), by_value=True), ""]))
    with path.open("a") as table:
        table.write(f"{_line(row, by_value=True)}\n")
    return path


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _line(row: dict[str, str], *, by_value: bool = False) -> str:
    return f"| {' | '.join(row.values() if by_value else row)} |"


def _plan(asked: argparse.Namespace) -> Plan:
    vendors = asked.matches // CLIENTS
    return Plan(
        seed=asked.seed,
        shape=Shape(vendors, engaged=asked.engaged, under_top=vendors // 3),
        seconds=60 * asked.minutes,
        rate=asked.rate,
        wide_every=asked.wide_every,
        workers=asked.workers,
        processes=asked.processes,
        producers=asked.producers,
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.nemesis", description=__doc__)
    parser.add_argument("--seed", type=int, default=3, help="of the changes and of the faults")
    parser.add_argument("--minutes", type=float, default=10, help="how long changes come and faults happen")
    parser.add_argument("--rate", type=float, default=100, help="changes a second, of all producers together")
    parser.add_argument("--matches", type=int, default=3_000, help="of three clients, each with one request")
    parser.add_argument("--engaged", type=int, default=20, help="with how many vendors each client works")
    parser.add_argument("--wide-every", type=int, default=1_000, help="one change in so many touches a third of all")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--processes", type=int, default=1, help="of each worker")
    parser.add_argument("--producers", type=int, default=2)
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder of the result file")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
