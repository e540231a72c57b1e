"""Reading CSV files row by row: what is malformed is told with its line, and the rest goes on."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from conflicts.importers.reports import Rejection
from marketplace.records.refusals import Invalid


@dataclass(frozen=True)
class Line:
    """One row: the line of the file on which it begins, and its cells by column, without blanks around them."""

    file: str
    number: int
    cells: Mapping[str, str]


def check_tables(directory: Path, columns: Mapping[str, Sequence[str]]) -> None:
    """Raise Invalid where a file is missing, cannot be read, or lacks a column; `columns` are by file name."""
    for file, names in columns.items():
        with _open(directory / file) as lines:
            _header(file, csv.reader(lines, strict=True), names)


def read_table(path: Path, names: Sequence[str]) -> Iterator[Line | Rejection]:
    """Yield the rows in the order of the file, reading as it goes."""
    with _open(path) as lines:
        reader = csv.reader(lines, strict=True)
        header = _header(path.name, reader, names)
        while True:
            number = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield Rejection(path.name, number, f"The row cannot be read ({error}): check its quotes.")
                continue
            if cells:
                yield _line(path.name, number, header, cells)


def count_lines(directory: Path, files: Sequence[str]) -> int:
    """Return how many lines the files have below their headers; a cell with a line break in it counts for more."""
    total = 0
    for file in files:
        with (directory / file).open("rb") as lines:
            total += max(sum(1 for _ in lines) - 1, 0)
    return total


def _open(path: Path) -> TextIO:
    try:
        # What is no UTF-8 is found again in the cells of its row.
        return path.open(encoding="utf-8-sig", errors="surrogateescape", newline="")
    except OSError as error:
        reason = error.strerror or str(error)
        raise Invalid({path.name: f"{path} cannot be read ({reason}): name a folder that holds it."}) from error


def _header(file: str, reader: Iterator[list[str]], names: Sequence[str]) -> list[str]:
    try:
        header = [cell.strip() for cell in next(reader, [])]
    except csv.Error as error:
        raise Invalid({file: f"The header of {file} cannot be read ({error}): check its quotes."}) from error
    missing = [name for name in names if name not in header]
    if missing:
        raise Invalid({file: f"{file} has no column {', '.join(missing)}: its header line must name it."})
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise Invalid({file: f"{file} names the column {', '.join(twice)} twice: leave one out."})
    return header


def _line(file: str, number: int, header: Sequence[str], cells: Sequence[str]) -> Line | Rejection:
    if len(cells) != len(header):
        told = f"The row has {len(cells)} cells and the header {len(header)}: check its commas and quotes."
        return Rejection(file, number, told)
    if any("\0" in cell or not _is_text(cell) for cell in cells):
        return Rejection(file, number, "The row holds bytes that are no UTF-8 text: write it in UTF-8.")
    return Line(file, number, {name: cell.strip() for name, cell in zip(header, cells, strict=True)})


def _is_text(cell: str) -> bool:
    try:
        cell.encode()
    except UnicodeEncodeError:
        return False
    return True
