"""`python -m benchmarks.stored_check`: what the stored check costs beside a `SELECT 1` on the same connection.

It makes a database of its own on the server of DATABASE_URL, over the owner of DATABASE_OWNER_URL, and drops it again.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from itertools import cycle
from pathlib import Path
from typing import Any
from uuid import UUID

import django
import psycopg

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")
django.setup()

# Django's apps have to be there first.
from django.db import connection  # noqa: E402

from benchmarks import machine, report  # noqa: E402
from benchmarks.report import Section, compared  # noqa: E402
from benchmarks.scratch import analyze, has_servers, scratch_database  # noqa: E402
from benchmarks.stored_rows import TENANT, VENDORS, Scene  # noqa: E402
from benchmarks.timing import side_by_side  # noqa: E402
from conflicts.checks import ALL, PAIR, check_all, check_pair  # noqa: E402
from conflicts.statements import Statement  # noqa: E402

CALLS = 1_000
SEED = 1
YARDSTICK = "SELECT 1"
LIMITS = "Limits of the issue, over a plain connection: one pair 2x, one client against all vendors 6x."
RESULTS = Path(__file__).parent / "results"

Contenders = Mapping[str, Callable[[], object]]


def main() -> int:
    if not has_servers():
        print("No PostgreSQL: run it by deploy/dev/servers.sh run, which gives both addresses.", file=sys.stderr)
        return 1
    with scratch_database():
        scene = Scene(SEED)
        analyze()
        sections = [_section("over Django", _over_django(scene)), *_plain_sections(scene)]
    head = [*machine.described(), "Command: `python -m benchmarks.stored_check`", f"Calls: {CALLS} each, medians"]
    for section in sections:
        print("\n".join(section.lines))
    day = time.strftime("%Y-%m-%d", time.gmtime())
    print(f"Written to {report.written(RESULTS, f'{day}-stored-check', head, sections).name}")
    return 0


def _plain_sections(scene: Scene) -> Iterator[Section]:
    given = connection.get_connection_params()
    names = ("dbname", "user", "password", "host", "port")
    address = {name: given[name] for name in names if given.get(name)}
    with closing(psycopg.connect(**address, autocommit=True)) as plain:
        for title, binary in (("text results", False), ("binary results", True)):
            yield _section(f"over a plain connection, prepared, {title}", _over_plain(scene, plain, binary=binary))


def _section(title: str, contenders: Contenders) -> Section:
    timings = side_by_side(contenders, CALLS)
    section = Section(f"Stored check {title}", compared(timings, dict.fromkeys(timings, "-")), ratio_to=YARDSTICK)
    section.notes += [f"{VENDORS:,} vendors of one client; each call takes one statement.", LIMITS]
    return section


def _over_django(scene: Scene) -> Contenders:
    """The functions themselves, with everything that they make of the row."""
    subjects = cycle(scene.sample)
    client = scene.client
    found = check_all(tenant=TENANT, principal=client)
    if found.behind or found.unscreened or sum(found.counts.values()) != VENDORS:
        raise RuntimeError(f"{VENDORS} vendors shall be up to date, and these were found: {found.counts}.")
    return {
        YARDSTICK: _select_one,
        "check_pair": lambda: check_pair(tenant=TENANT, principal=client, subject=next(subjects)),
        "check_pair, not watched": lambda: check_pair(tenant=TENANT, principal=client, subject=scene.stranger),
        "check_all": lambda: check_all(tenant=TENANT, principal=client),
        "check_all, counted": lambda: check_all(tenant=TENANT, principal=client).counts,
        "check_all, read through": lambda: list(check_all(tenant=TENANT, principal=client)),
    }


def _select_one() -> object:
    with connection.cursor() as cursor:
        cursor.execute(YARDSTICK)
        return cursor.fetchone()


def _over_plain(scene: Scene, plain: psycopg.Connection[Any], *, binary: bool) -> Contenders:
    """The statements alone."""
    subjects = cycle([vendor.pk for vendor in scene.sample])

    def ask(sql: str, values: Mapping[str, UUID] | None = None) -> object:
        return plain.execute(sql.encode(), values, prepare=True, binary=binary).fetchone()

    def asked(statement: Statement, **more: UUID) -> object:
        return ask(statement.sql, {"tenant": TENANT, "principal": scene.client.pk, **more})

    return {
        YARDSTICK: lambda: ask(YARDSTICK),
        "one pair": lambda: asked(PAIR, subject=next(subjects)),
        "one pair, not watched": lambda: asked(PAIR, subject=scene.stranger.pk),
        "one client against all": lambda: asked(ALL),
    }


if __name__ == "__main__":
    raise SystemExit(main())
