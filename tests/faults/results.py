"""Rows of benchmarks/results/<day>-faults.md: each run of a long form appends its own to the table of its harness."""

import platform
from collections.abc import Sequence
from pathlib import Path

import django
from django.db import connection

from benchmarks import machine
from marketplace.records import clock

RESULTS = Path(__file__).parents[2] / "benchmarks" / "results"


def append(harness: str, columns: Sequence[str], cells: Sequence[object]) -> Path:
    """Append a row to the harness's table of today, which is begun where it is missing; return the file."""
    file = RESULTS / f"{clock.today()}-faults.md"
    title, head = f"## {harness}", _line(columns)
    text = file.read_text(encoding="utf-8") if file.exists() else f"# Faults, {clock.today()}\n\n{_machine()}\n"
    if title not in text:
        rule = _line(["---"] * len(columns))
        text = f"{text.rstrip()}\n\n{title}\n\n{head}\n{rule}\n"
    before, _, rest = text.partition(title)
    own, mark, after = rest.partition("\n## ")
    file.write_text(f"{before}{title}{own.rstrip()}\n{_line(cells)}\n{mark}{after}", encoding="utf-8")
    return file


def _line(cells: Sequence[object]) -> str:
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def _machine() -> str:
    version = connection.pg_version if connection.vendor == "postgresql" else ""  # type: ignore[attr-defined]
    servers = f"Python {platform.python_version()}, Django {django.__version__}, {connection.vendor} {version}"
    return "\n".join(f"- {line}" for line in (*machine.described(), servers))
