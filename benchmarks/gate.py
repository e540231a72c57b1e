"""`python -m benchmarks.gate --interests 100k`: what the gate costs, and whether writers of awards and facts starve.

It makes a database of its own on the server of DATABASE_URL, over the owner of DATABASE_OWNER_URL, and drops it again.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")
django.setup()

# Django's apps have to be there first.
from django.db import connection, connections  # noqa: E402

from benchmarks import machine  # noqa: E402
from benchmarks.contest import WRITERS, Market, Times, at_once, awards, facts, plain, timed  # noqa: E402
from benchmarks.report import duration  # noqa: E402
from benchmarks.scratch import analyze, has_servers, scratch_database  # noqa: E402

RESULTS = Path(__file__).parent / "results"
UNITS = {"k": 1_000, "M": 1_000_000}
HEAD = "| interests | writer | writers | writes | p50 | p99 | p99 to own idle median | refused |"
GUARDED = ("clearance", "award", "engagement")


def main(words: Sequence[str]) -> int:
    asked = _parser().parse_args(words)
    if not has_servers():
        print("No PostgreSQL: run it by deploy/dev/servers.sh run, which gives both addresses.", file=sys.stderr)
        return 1
    command = f"python -m benchmarks.gate --interests {asked.interests} --tries {asked.tries} --group {asked.group}"
    with scratch_database():
        market = Market(_number(asked.interests), asked.group, asked.seed)
        analyze()
        version = f"PostgreSQL {connection.pg_version}"  # type: ignore[attr-defined]
        lines = _section(market, asked.interests, asked.tries)
    print("\n".join(lines))
    file = RESULTS / f"{time.strftime('%Y-%m-%d', time.gmtime())}-gate.md"
    text = file.read_text() if file.exists() else _head(version)
    # One section for each size: a later run of a size takes the place of the earlier one.
    title = f"## {asked.interests} interests"
    before, _, rest = text.partition(f"{title}\n")
    _, mark, after = rest.partition("\n## ")
    kept = f"{before.rstrip()}\n" + (f"\n## {after.rstrip()}\n" if mark else "")
    file.write_text("\n".join([kept, title, "", f"Command: `{command}`", "", *lines, ""]))
    print(f"Written to {file.name}")
    return 0


def _section(market: Market, name: str, tries: int) -> list[str]:
    alone = {"award": timed(awards(market, 0, tries)), "fact": timed(facts(market, tries))}
    with _without_triggers():
        inserted = timed(plain(market, 0, tries))
    work = [awards(market, writer, tries) for writer in range(WRITERS)]
    work += [facts(market, tries) for _ in range(WRITERS)]
    told = at_once(work)
    together = {"award": _sum(told[:WRITERS]), "fact": _sum(told[WRITERS:])}
    rows = [_row((name, f"{kind}, idle", 1), times, times) for kind, times in alone.items()]
    rows += [_row((name, kind, WRITERS), times, alone[kind]) for kind, times in together.items()]
    return [HEAD, "|" + " --- |" * 8, *rows, "", *_notes(market, alone["award"].quantile(0.5), inserted.quantile(0.5))]


def _notes(market: Market, awarded: float, inserted: float) -> list[str]:
    """What the award transaction adds, by medians of idle writers, and what the figures rest on."""
    cores = len(os.sched_getaffinity(0))
    clear, asked = sum(map(len, market.clear)), len(market.vendors) * WRITERS
    refused = ", ".join(f"{number} {code}" for code, number in market.refused.items()) or "none"
    rows = "the same rows and a log row, slot locked, no gate and no triggers"
    added = f"The award transaction adds {duration(awarded - inserted)} to a plain insert of {duration(inserted)}"
    busy = f"{WRITERS} award writers and {WRITERS} fact writers at once, each a process that never pauses"
    size = f"{market.interests:,} interests between {len(market.parties):,} parties in {len(market.groups):,} groups"
    told = (
        f"{added} ({rows}).",
        f"{busy}, on {cores} cores: a part of each ratio is waiting for a core.",
        f"{size}; {clear} of {asked} pairs can be awarded and are measured, refused: {refused}.",
    )
    return [f"- {note}" for note in told]


def _sum(every: Sequence[Times]) -> Times:
    total = Times()
    for times in every:
        total.add(times)
    return total


def _row(what: tuple[object, ...], times: Times, alone: Times) -> str:
    p50, p99 = times.quantile(0.5), times.quantile(0.99)
    ratio = p99 / alone.quantile(0.5) if alone.seconds else 0
    refused = ", ".join(f"{number} {code}" for code, number in times.refused.items()) or "0"
    cells = (*what, len(times.seconds), duration(p50), duration(p99), f"{ratio:.1f}x", refused)
    return f"| {' | '.join(map(str, cells))} |"


@contextmanager
def _without_triggers() -> Iterator[None]:
    _switch("DISABLE")
    try:
        yield
    finally:
        _switch("ENABLE")


def _switch(state: str) -> None:
    with connections["owner"].cursor() as cursor:
        for table in GUARDED:
            cursor.execute(f"ALTER TABLE marketplace_{table} {state} TRIGGER USER")


def _head(version: str) -> str:
    lines = [*machine.described(), version]
    return "\n".join(["# The gate beside its writers", "", *(f"- {line}" for line in lines), ""])


def _number(text: str) -> int:
    return int(float(text.rstrip("kM")) * UNITS.get(text[-1], 1))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gate", description=__doc__)
    parser.add_argument("--interests", default="10k", help="10k, 100k, 1M")
    parser.add_argument("--group", type=int, default=100, help="interests that are connected to each other")
    parser.add_argument("--tries", type=int, default=100, help="writes of each writer")
    parser.add_argument("--seed", type=int, default=1)
    return parser


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
