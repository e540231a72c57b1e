"""I1, short form: awards raced by the writes that turn their verdict, through every door, with kill -9.

A checker that shares nothing with the gate judges each award again at its own epoch. `python -m tests.faults.races` is
the long form.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from tests.faults.races import builds
from tests.faults.races.course import MOST_CONNECTIONS, Course, Tally, at_most_connections, without_triggers
from tests.worker import ROOT

pytestmark = [
    pytest.mark.django_db(transaction=True, databases="__all__"),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one transaction write at a time"),
    pytest.mark.slow,
]

RACES = 100
FEW = 30


@pytest.fixture
def limited(owner: BaseDatabaseWrapper) -> Iterator[None]:
    with at_most_connections(owner):
        yield


def test_no_award_stands_against_its_own_epoch(limited: None, site_environment: dict[str, str], tmp_path: Path) -> None:
    with Course(15, builds.WHOLE, site_environment, tmp_path / "web.log").open() as grounds:
        tally = grounds.run(RACES)
    assert (tally.bad, tally.torn, tally.errors) == ([], [], {})
    assert tally.races == RACES
    assert tally.connections <= MOST_CONNECTIONS
    assert min(tally.made, sum(tally.refused.values()), tally.killed, *tally.first.values()) > 0
    assert set(tally.first) == {"award", "write"}


@pytest.mark.soak
@pytest.mark.timeout(0)
def test_the_long_form() -> None:
    """In a process and a database of its own. RACES and RACES_SEED in the environment run a part of it."""
    asked = ["--races", os.environ.get("RACES", "100000"), "--seed", os.environ.get("RACES_SEED", "1")]
    ended = subprocess.run([sys.executable, "-m", "tests.faults.races", *asked], cwd=ROOT, check=False)
    assert ended.returncode == 0


@pytest.fixture
def raced(owner: BaseDatabaseWrapper, site_environment: dict[str, str], tmp_path: Path) -> Callable[[str], Tally]:
    """Races of a build in which the database itself refuses no award. No site starts without the triggers."""

    def run(build: str) -> Tally:
        course = Course(16, build, site_environment, tmp_path / "web.log")
        with course.open() as grounds, without_triggers(owner):
            return grounds.run(FEW, kills=False)

    return run


@pytest.mark.parametrize(
    ("build", "least"),
    [
        pytest.param(builds.NO_GATE, FEW // 10, id="gate off"),
        pytest.param(builds.RAW, 1, id="raw rows"),
        pytest.param(builds.NO_LOCK, 1, id="lock off"),
    ],
)
def test_without_triggers_the_checker_catches_a_broken_build(
    raced: Callable[[str], Tally], build: str, least: int
) -> None:
    tally = raced(build)
    assert tally.errors == {}
    assert len(tally.bad) >= least


def test_without_triggers_the_lock_alone_holds(raced: Callable[[str], Tally]) -> None:
    """As with the lock off, the gate pauses before the award; it is the lock that makes the difference."""
    tally = raced(builds.PAUSED)
    assert (tally.bad, tally.torn, tally.errors) == ([], [], {})
    assert tally.made > 0
