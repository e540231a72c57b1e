"""I3, short form: whatever is killed or frozen, afterwards nothing is behind and all is as if judged anew.

I4, I5 and I15 are judged with it.

On SQLite it is the same with the queue folder and one worker (I20). Each broken build has to be caught.
"""

from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests.database import PristineDatabase
from tests.faults.fanned_market import Shape, build
from tests.faults.servers import PROGRAM, PrivateRedis
from tests.faults.site import Plan, Site
from tests.faults.torment import Result, run

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.worker, pytest.mark.slow]

ON_SERVERS = connection.vendor == "postgresql"
needs_redis = pytest.mark.skipif(
    not (ON_SERVERS and PROGRAM), reason="It takes PostgreSQL, and a Redis of its own that it may kill."
)
SHAPE = Shape(vendors=20, engaged=4, under_top=7)


def lived(database: PristineDatabase, folder: Path, plan: Plan, *, patience: float = 60) -> Result:
    build(SHAPE)
    environment = {"SECRET_KEY": settings.SECRET_KEY, **database.environment()}
    return run(Site(plan, environment, folder, PrivateRedis(folder) if ON_SERVERS else None), patience=patience)


def plan(*breaks: str, seconds: float, rate: float, wide_every: int = 30) -> Plan:
    """One worker beside SQLite, two beside the servers; a build that is broken on purpose lives in calm."""
    return Plan(
        seed=612,
        shape=SHAPE,
        seconds=seconds,
        rate=rate,
        wide_every=wide_every,
        workers=2 if ON_SERVERS else 1,
        breaks=breaks,
        is_calm=bool(breaks),
    )


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose path leaves room for a socket."""
    return tmp_path_factory.mktemp("n")


@pytest.mark.skipif(ON_SERVERS and not PROGRAM, reason="It kills a Redis of its own: redis-server is not there.")
def test_whatever_is_killed_nothing_stays_behind(test_database: PristineDatabase, folder: Path) -> None:
    result = lived(test_database, folder, plan(seconds=10, rate=20 if ON_SERVERS else 5))
    assert result.quiet_after is not None, result.behind
    assert (result.differences, result.log_flaws, result.went_back) == ([], [], 0)
    assert len(result.faults) == (7 if ON_SERVERS else 5)
    assert result.changes > 0
    assert result.rescored > 0
    assert result.connections <= 20


@needs_redis
def test_without_the_sweep_something_stays_behind(test_database: PristineDatabase, folder: Path) -> None:
    result = lived(test_database, folder, plan("sweep", seconds=1, rate=20), patience=7)
    assert result.quiet_after is None
    assert result.behind["changes"] > 0


@needs_redis
def test_an_expansion_without_who_is_near_is_caught(test_database: PristineDatabase, folder: Path) -> None:
    result = lived(test_database, folder, plan("near", seconds=1, rate=5, wide_every=1_000))
    assert result.quiet_after is not None
    assert any(told.startswith("screening of") for told in result.differences)


@needs_redis
def test_a_store_that_goes_back_is_caught(test_database: PristineDatabase, folder: Path) -> None:
    result = lived(test_database, folder, plan("forward", seconds=5, rate=20), patience=0)
    assert result.went_back > 0
