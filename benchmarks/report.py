"""Tables of medians and ratios, on the terminal and as a Markdown file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.timing import Timing

HEAD = ("what", "bounds", "median", "fastest to slowest")


@dataclass(frozen=True, slots=True)
class Row:
    """One contender: `ratio` is its median over that of the section's yardstick (None: not compared)."""

    name: str
    bounds: str
    timing: Timing
    ratio: float | None = None

    @property
    def cells(self) -> tuple[str, ...]:
        least, most = self.timing.spread
        ratio = "" if self.ratio is None else f"{self.ratio:.3g}x"
        return self.name, self.bounds, duration(self.timing.median), f"{duration(least)} to {duration(most)}", ratio


@dataclass(slots=True)
class Section:
    """One question: timings, what their ratios are to, and sentences about what was asked, found or missing."""

    title: str
    rows: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    ratio_to: str = "ours"

    @property
    def lines(self) -> list[str]:
        table = _table([(*HEAD, f"ratio to {self.ratio_to}"), *(row.cells for row in self.rows)]) if self.rows else []
        return [f"## {self.title}", "", *table, *([""] if table else []), *(f"- {note}" for note in self.notes), ""]


def compared(timings: Mapping[str, Timing], bounds: Mapping[str, str]) -> list[Row]:
    """The first is ours and the yardstick; the others follow by speed. Who is not in `bounds` gives the low one."""
    yardstick, *others = timings
    others.sort(key=lambda name: timings[name].median)
    least = timings[yardstick].median
    return [
        Row(name, bounds.get(name, "low"), timings[name], timings[name].median / least) for name in (yardstick, *others)
    ]


def duration(seconds: float) -> str:
    for unit, size in (("s", 1), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-6:.3g} us"


def written(folder: Path, day: str, head: Iterable[str], sections: Iterable[Section]) -> Path:
    """Write benchmarks/results/<day>.md, over an earlier one of that day."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{day}.md"
    body = [line for section in sections for line in section.lines]
    path.write_text("\n".join([f"# Benchmarks of {day}", "", *(f"- {line}" for line in head), "", *body]))
    return path


def _table(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return [lines[0], rule, *lines[1:]]
