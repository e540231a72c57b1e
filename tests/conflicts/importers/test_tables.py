"""Reading rows: lines are counted as an editor counts them, and a bad row does not stop the rest."""

from pathlib import Path

import pytest

from conflicts.importers.tables import Line, check_tables, count_lines, read_table
from marketplace.records.refusals import Invalid


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return tmp_path / "t.csv"


def rows(table: Path, content: bytes) -> list[tuple[int, str]]:
    """The line of each row, with its cell b or the reason why it was rejected."""
    table.write_bytes(content)
    entries = read_table(table, ["a", "b"])
    return [(e.number, e.cells["b"]) if isinstance(e, Line) else (e.line, e.reason) for e in entries]


def test_cells_are_found_by_column_and_blanks_around_them_are_dropped(table: Path) -> None:
    assert rows(table, b"b,extra,a\n 1 ,x,2\n") == [(2, "1")]


def test_quotes_line_breaks_blank_lines_and_a_byte_order_mark_are_understood(table: Path) -> None:
    content = b'\xef\xbb\xbfa,b\r\n1,"two,\nlines"\r\n\r\n3,4'
    assert rows(table, content) == [(2, "two,\nlines"), (5, "4")]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"1", "1 cells and the header 2"),
        (b"1,2,3", "3 cells and the header 2"),
        (b'1,"2"x', "cannot be read"),
        (b"1,\xff", "no UTF-8"),
        (b"1,\0", "no UTF-8|cannot be read"),
        (b"1," + b"x" * 200_000, "cannot be read"),
    ],
)
def test_a_malformed_row_is_rejected_and_the_next_one_is_read(table: Path, line: bytes, reason: str) -> None:
    (number, told), following = rows(table, b"a,b\n" + line + b"\n3,4\n")
    assert (number, following) == (2, (3, "4"))
    assert any(part in told for part in reason.split("|"))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no column a, b"),
        (b"a\n1\n", "no column b"),
        (b"a,b,b\n", "column b twice"),
        (b'a,"b"x\n', "cannot be read"),
    ],
)
def test_a_header_that_cannot_be_is_refused(table: Path, content: bytes, reason: str) -> None:
    table.write_bytes(content)
    with pytest.raises(Invalid, match=reason):
        check_tables(table.parent, {"t.csv": ["a", "b"]})


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="No such file"):
        check_tables(tmp_path, {"t.csv": ["a"]})
    (tmp_path / "t.csv").mkdir()
    with pytest.raises(Invalid, match="Is a directory"):
        check_tables(tmp_path, {"t.csv": ["a"]})


def test_lines_are_counted_without_the_header(table: Path) -> None:
    table.write_bytes(b"a,b\n1,2\n3,4")
    assert count_lines(table.parent, ["t.csv"]) == 2
