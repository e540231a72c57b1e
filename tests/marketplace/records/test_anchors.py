"""The head of the chain is written down where the database does not reach."""

import datetime as dt
import json
from pathlib import Path

import pytest

from marketplace.records import anchors, clock, tasks
from marketplace.records.anchors import anchor
from marketplace.records.chain import head
from marketplace.records.models import LogSeal
from marketplace.records.sealing import seal
from tests.marketplace.records.forgery import told
from tests.worker import Process, wait_until

pytestmark = pytest.mark.django_db


def written(path: Path) -> list[tuple[int, str]]:
    """The number and hash of each line."""
    lines = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    return [(line["number"], line["hash"]) for line in lines]


def test_an_anchor_says_what_the_head_was_and_when(anchor_path: Path) -> None:
    told("award.made")
    tasks.seal_log()
    assert written(anchor_path) == [(1, head().hash)]
    at = dt.datetime.fromisoformat(json.loads(anchor_path.read_text())["at"])
    assert at <= clock.now()


def test_an_empty_chain_is_not_anchored(anchor_path: Path) -> None:
    assert anchor(at_once=True) is None
    assert not anchor_path.exists()


def test_a_head_that_is_anchored_is_not_anchored_again(anchor_path: Path) -> None:
    told("award.made")
    seal()
    assert anchor(at_once=True)
    assert anchor(at_once=True) is None
    assert len(written(anchor_path)) == 1


def test_one_anchor_a_minute_is_enough(anchor_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told("award.made")
    tasks.seal_log()
    told("award.refused")
    tasks.seal_log()
    assert len(written(anchor_path)) == 1
    monkeypatch.setattr(anchors, "EVERY", dt.timedelta())
    tasks.seal_log()
    assert [number for number, _ in written(anchor_path)] == [1, 2]


def test_a_worker_that_stops_leaves_the_newest_head(anchor_path: Path) -> None:
    told("award.made")
    tasks.seal_log()
    told("award.refused")
    seal()
    tasks.anchor_at_stop()
    assert [number for number, _ in written(anchor_path)] == [1, 2]


def test_a_worker_stops_though_the_anchor_cannot_be_written(anchor_path: Path) -> None:
    told("award.made")
    seal()
    anchor_path.mkdir()
    tasks.anchor_at_stop()
    assert list(anchor_path.iterdir()) == []


def test_a_line_that_a_crash_left_unfinished_swallows_no_anchor(anchor_path: Path) -> None:
    anchor_path.write_text('{"number": 1, "ha')
    told("award.made")
    seal()
    assert anchor()
    assert [made and made.hash for _, made in anchors.anchors(anchor_path)] == [None, head().hash]


def test_a_worker_that_starts_seals_what_was_left(worker: Process) -> None:
    worker.stop()
    told("award.made")
    worker.start()
    wait_until(lambda: LogSeal.objects.filter(entry__action="award.made").exists(), "the worker has sealed the row")


@pytest.mark.django_db(transaction=True)
def test_a_real_worker_seals_and_anchors_when_it_is_stopped(worker: Process, site_environment: dict[str, str]) -> None:
    told("award.made")
    tasks.seal_log.delay()
    wait_until(LogSeal.objects.exists, "the worker has sealed the row")
    told("award.refused")
    seal()
    worker.stop()
    path = Path(site_environment["ARMSLENGTH_STATE"]) / "log-anchors.jsonl"
    assert written(path)[-1] == (head().number, head().hash)
