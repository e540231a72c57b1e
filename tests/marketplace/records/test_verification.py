"""Whatever somebody with the owner's rights does to the log, `verify_log` finds it."""

import datetime as dt
import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from marketplace.accounts.models import User
from marketplace.records import verification
from marketplace.records.anchors import anchor
from marketplace.records.chain import COLUMNS, FORM, head
from marketplace.records.models import LogEntry
from marketplace.records.sealing import seal
from marketplace.records.services import log
from marketplace.records.verification import Verification
from tests.marketplace.records.forgery import Forger, told, unguarded

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL gives no way to write single bytes")
on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite's sessions have no time zone")

SECOND = "id = (SELECT entry_id FROM records_logseal WHERE number = 2)"
LATER = "'2031-01-01 00:00:00.000001'"
CHANGES = {
    "id": "'00000000000000000000000000000009'",
    "position": "position + 1000",
    "at": f"{LATER}::timestamptz" if connection.vendor == "postgresql" else LATER,
    "epoch": "8",
    "actor_id": "NULL",
    "actor_label": "'Ada@client.example'",
    "action": "'award.made '",
    "tenant": "NULL",
    "subject_type": "''",
    "subject_id": "NULL",
    "data": "replace(CAST(data AS TEXT), '1.0', '1.00')" + ("::jsonb" if connection.vendor == "postgresql" else ""),
}
"""For each column something close to what it holds."""


@pytest.fixture
def chain() -> None:
    """Four sealed rows, the second of which has every column filled."""
    user = User.objects.create_user("ada@client.example")
    told("request.posted")
    with transaction.atomic():
        log(action="award.made", actor=user, tenant=user.pk, subject=user, epoch=7, data={"share": 1.0, "ß": ["é"]})
    told("award.refused", "alert.opened")
    assert seal() == 4


@pytest.fixture
def forger(chain: None, owner: BaseDatabaseWrapper) -> Iterator[Forger]:
    with unguarded(owner) as forger:
        yield forger


def flaws(*anchor_files: Path) -> list[tuple[str, int | None]]:
    return [(flaw.kind, flaw.number) for flaw in Verification(anchor_files).flaws()]


def verify(*options: str) -> str:
    out = StringIO()
    call_command("verify_log", *options, stdout=out, stderr=StringIO())
    return out.getvalue()


def refused_by_verify(*options: str) -> str:
    """Return what verify_log prints before it exits 1."""
    out = StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("verify_log", *options, stdout=out, stderr=StringIO())
    assert end.value.code == 1
    return out.getvalue()


def test_a_log_that_nobody_touched_has_no_flaw(chain: None) -> None:
    assert flaws() == []
    assert f"4 rows and 0 anchors verified, up to seal 4 ({head().hash}): nothing wrong." in verify()


def test_an_empty_log_has_none_either() -> None:
    assert "0 rows and 0 anchors verified" in verify()


@pytest.mark.usefixtures("chain")
@on_postgresql
def test_the_session_s_time_zone_and_date_style_change_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET TIME ZONE 'Asia/Tokyo'; SET datestyle = 'ISO, DMY'; SET extra_float_digits = 0")
        try:
            assert flaws() == []
        finally:
            cursor.execute("RESET extra_float_digits; RESET datestyle; SET TIME ZONE 'UTC'")


@pytest.mark.parametrize("column", COLUMNS[FORM])
def test_a_change_of_any_column_is_found(column: str, forger: Forger) -> None:
    forger.change(column, CHANGES[column], SECOND)
    assert flaws() == [("row_gone" if column == "id" else "misfit", 2)]


@on_sqlite
@pytest.mark.parametrize("bit", [1, 128])
@pytest.mark.parametrize("column", [name for name in COLUMNS[FORM] if name not in {"position", "epoch"}])
def test_one_flipped_bit_of_any_text_is_found(column: str, bit: int, forger: Forger) -> None:
    forger.flip("records_logentry", column, SECOND, bit=bit)
    assert ("row_gone" if column == "id" else "misfit", 2) in flaws()


@on_sqlite
def test_a_byte_that_changes_no_value_is_found(forger: Forger) -> None:
    forger.change("data", "replace(data, ': ', ':  ')", SECOND)
    assert flaws() == [("misfit", 2)]


def test_another_hash_of_a_seal_is_found(forger: Forger) -> None:
    forger.write("UPDATE records_logseal SET hash = replace(hash, substr(hash, 1, 1), 'e') WHERE number = 2")
    forger.write("UPDATE records_logseal SET hash = replace(hash, substr(hash, 2, 1), 'f') WHERE number = 2")
    assert flaws() == [("misfit", 2), ("misfit", 3)]


@on_sqlite
@pytest.mark.parametrize("bit", [1, 128])
def test_a_flipped_bit_in_a_seal_is_found(bit: int, forger: Forger) -> None:
    forger.flip("records_logseal", "hash", "number = 2", bit=bit)
    assert ("misfit", 2) in flaws()


def test_a_removed_row_is_found(forger: Forger) -> None:
    forger.remove("records_logentry", SECOND)
    assert flaws() == [("row_gone", 2)]
    assert "The row that seal 2 seals is gone from the log." in refused_by_verify()


@pytest.mark.parametrize("number", [1, 2])
def test_a_removed_seal_is_found(number: int, forger: Forger) -> None:
    forger.remove("records_logseal", f"number = {number}")
    assert flaws() == [("gap", number + 1)]
    assert f"Seal {number} is missing: what is sealed has been removed" in refused_by_verify()


def test_rows_that_were_removed_with_their_seals_leave_a_gap(forger: Forger) -> None:
    forger.write(
        "DELETE FROM records_logentry WHERE id IN (SELECT entry_id FROM records_logseal WHERE number IN (2, 3))"
    )
    forger.write("DELETE FROM records_logseal WHERE number IN (2, 3)")
    assert flaws() == [("gap", 4)]
    assert "Seals 2 to 3 are missing" in refused_by_verify()


def test_a_gap_that_was_closed_is_found(forger: Forger) -> None:
    forger.write("DELETE FROM records_logseal WHERE number = 2")
    forger.renumber(3, 2)
    forger.renumber(4, 3)
    assert flaws() == [("misfit", 2), ("misfit", 3)]


def test_seals_that_changed_places_are_found(forger: Forger) -> None:
    for here, there in ((2, 99), (3, 2), (99, 3)):
        forger.renumber(here, there)
    assert flaws() == [("misfit", 2), ("misfit", 3), ("misfit", 4)]


def test_an_inserted_seal_is_found(forger: Forger) -> None:
    told("award.made")
    for here in (4, 3, 2):
        forger.renumber(here, here + 1)
    forger.write(
        "INSERT INTO records_logseal (number, entry_id, form, hash) SELECT 2, e.id, 1, s.hash FROM records_logentry e, "
        "records_logseal s WHERE s.number = 1 AND e.id NOT IN (SELECT entry_id FROM records_logseal)"
    )
    assert flaws() == [("misfit", 2), ("misfit", 3), ("misfit", 4), ("misfit", 5)]


def test_an_unknown_form_is_found(forger: Forger) -> None:
    forger.write("UPDATE records_logseal SET form = 9 WHERE number = 2")
    assert flaws() == [("form", 2)]


def test_a_row_that_was_put_in_is_no_row_of_the_past(forger: Forger) -> None:
    """It can only be sealed behind what is there, under the newest number."""
    told("award.made")
    seal()
    assert flaws() == []
    assert LogEntry.objects.get(seal__number=5).action == "award.made"


def rewrite(forger: Forger) -> None:
    """Change the second row and write the whole chain anew, so that it holds in itself."""
    forger.change("epoch", "8", SECOND)
    forger.write("DELETE FROM records_logseal")
    assert seal(everywhere=True) == 4


def test_a_chain_that_was_written_anew_is_found_by_its_anchor(forger: Forger, anchor_path: Path) -> None:
    made = anchor(at_once=True)
    rewrite(forger)
    # In itself it holds, which is why there are anchors.
    assert flaws() == []
    assert flaws(anchor_path) == [("rewritten", 4)]
    assert made
    assert f"Seal 4 has another hash than {anchor_path} says of {made.at}" in refused_by_verify()


def test_an_end_that_was_cut_off_is_found_by_its_anchor(forger: Forger, anchor_path: Path) -> None:
    anchor(at_once=True)
    forger.write("DELETE FROM records_logentry WHERE id = (SELECT entry_id FROM records_logseal WHERE number = 4)")
    forger.write("DELETE FROM records_logseal WHERE number = 4")
    assert flaws() == []
    assert flaws(anchor_path) == [("cut_off", 4)]
    assert "the end of the log is missing" in refused_by_verify()


def test_every_anchor_is_compared(chain: None, anchor_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "CHUNK", 2)
    for _ in range(3):
        anchor(at_once=True)
        told("award.made")
        seal()
    assert f"7 rows and 3 anchors verified, up to seal 7 ({head().hash}): nothing wrong." in verify()


def test_a_line_that_is_no_anchor_is_told(chain: None, anchor_path: Path) -> None:
    anchor(at_once=True)
    with anchor_path.open("a") as file:
        file.write('{"number": 4}\n')
    assert flaws(anchor_path) == [("anchor_unreadable", None)]


def test_a_row_that_waits_too_long_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    told("award.made", "award.refused")
    assert flaws() == []
    monkeypatch.setattr(verification, "PATIENCE", dt.timedelta(seconds=-1))
    assert flaws() == [("unsealed", None)]
    assert "2 rows wait for a seal" in refused_by_verify()


def test_it_tells_programs_too(forger: Forger) -> None:
    forger.remove("records_logentry", SECOND)
    found: dict[str, Any] = json.loads(refused_by_verify("--json"))
    assert (found["rows"], found["count"], found["head"]["number"]) == (3, 1, 4)
    assert [(flaw["kind"], flaw["number"]) for flaw in found["flaws"]] == [("row_gone", 2)]
    assert "is gone" in found["flaws"][0]["text"]


def test_a_copy_of_the_anchors_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no file"):
        verify("--anchors", str(tmp_path / "nowhere"))


def test_a_missing_anchor_file_is_said(chain: None, anchor_path: Path) -> None:
    err = StringIO()
    call_command("verify_log", stdout=StringIO(), stderr=err)
    assert "whether the whole log has been written anew cannot be told" in err.getvalue()


def test_memory_is_bounded_by_the_chunk(chain: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "CHUNK", 1)
    run = Verification()
    assert list(run.flaws()) == []
    assert (run.rows, run.head) == (4, head())
