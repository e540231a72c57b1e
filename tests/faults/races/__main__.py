"""`python -m tests.faults.races --seed 7 --races 5000`: the long form of I1, in parts of any size.

Needs DATABASE_URL, DATABASE_OWNER_URL and REDIS_URL (`deploy/dev/servers.sh run`); it works in a database of its own.
"""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")
django.setup()

# Django's apps have to be there first.
from django.conf import settings  # noqa: E402

from marketplace import celery_app  # noqa: E402
from tests.database import PostgresqlDatabase, own_connection  # noqa: E402
from tests.faults import results  # noqa: E402
from tests.faults.races import builds  # noqa: E402
from tests.faults.races.course import Course, Tally, at_most_connections  # noqa: E402
from tests.queues import Queues  # noqa: E402

ROUND = 500
"""Races after which the checker judges and the database begins anew, so that a whole graph stays small."""
HARNESS = "I1: races of award, fact, list, policy, waiver and decision writes over API, console, shell and importer"
COLUMNS = (
    "command",
    "seed",
    "races",
    "bad",
    "torn",
    "errors",
    "awards made",
    "refused",
    "killed by kill -9",
    "award first",
    "write first",
    "changes",
    "connections at most",
    "seconds",
)


def main(words: Sequence[str]) -> int:
    """Run, print and append a row to today's result. Exits with 1 where an award was bad or torn, or a door failed."""
    asked = _parser().parse_args(words)
    if "owner" not in settings.DATABASES or not settings.BROKER_SERVER:
        sys.stderr.write("No PostgreSQL and Redis: run it by deploy/dev/servers.sh run, which starts both.\n")
        return 1
    with _place() as (database, queues):
        tally = _run(asked.seed, asked.races, database, queues)
        told = dict(zip(COLUMNS, _cells(asked.seed, tally), strict=True))
        sys.stdout.write("".join(f"{name}: {value}\n" for name, value in told.items()))
        sys.stdout.write("".join(f"{wrong}\n" for wrong in (*tally.bad, *tally.torn, *tally.errors.items())))
        file = results.append(HARNESS, COLUMNS, list(told.values()))
    sys.stdout.write(f"Appended to {file.name}\n")
    return 1 if tally.bad or tally.torn or tally.errors else 0


def _run(seed: int, races: int, database: PostgresqlDatabase, queues: Queues) -> Tally:
    tally = Tally()
    environment = {"SECRET_KEY": settings.SECRET_KEY, **database.environment(), **queues.environment()}
    course = Course(seed, builds.WHOLE, environment, queues.state / "web.log")
    with course.open() as grounds:
        while tally.races < races:
            tally.add(grounds.run(min(ROUND, races - tally.races)))
            database.reset()
            queues.clear()
            sys.stdout.write(f"{tally.races} races, {tally.seconds:.0f} s, {len(tally.bad)} bad\n")
            sys.stdout.flush()
    return tally


@contextmanager
def _place() -> Iterator[tuple[PostgresqlDatabase, Queues]]:
    """A database, queues and a folder of this run's own."""
    queues = Queues(celery_app, Path(tempfile.mkdtemp(prefix="armslength-races-")))
    queues.point_app_here()
    settings.LOG_ANCHOR_FILE = str(queues.state / "log-anchors.jsonl")
    database = PostgresqlDatabase()
    database.create()
    try:
        with closing(own_connection("owner")) as owner, at_most_connections(owner):
            yield database, queues
    finally:
        database.drop()
        queues.clear()
        shutil.rmtree(queues.state, ignore_errors=True)


def _cells(seed: int, tally: Tally) -> tuple[object, ...]:
    refused = ", ".join(f"{number:,} {code}" for code, number in tally.refused.items())
    return (
        f"`python -m tests.faults.races --seed {seed} --races {tally.races}`",
        seed,
        f"{tally.races:,}",
        len(tally.bad),
        len(tally.torn),
        sum(tally.errors.values()),
        f"{tally.made:,}",
        refused,
        f"{tally.killed:,}",
        f"{tally.first['award']:,}",
        f"{tally.first['write']:,}",
        f"{tally.changes:,}",
        tally.connections,
        f"{tally.seconds:.0f}",
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.races", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--races", type=int, default=100_000)
    return parser


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
