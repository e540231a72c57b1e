"""What every test can ask for: a test database on either vendor, a queue of its own, real workers."""

import gc
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import TransactionTestCase
from pytest_django.plugin import DjangoDbBlocker

from marketplace import celery_app
from tests.database import PostgresqlDatabase, PristineDatabase, SqliteDatabase, own_connection
from tests.queues import Queues
from tests.worker import Process, beat_process, worker_process

QUEUES = pytest.StashKey[Queues]()
DATA_FIXTURES = frozenset({"db", "transactional_db", "live_server", "test_database"})


def pytest_configure(config: pytest.Config) -> None:
    """Keep the run's files and messages apart from a site that runs in the same folder."""
    config.stash[QUEUES] = Queues(celery_app, Path(tempfile.mkdtemp(prefix="armslength-test-")))
    config.stash[QUEUES].point_app_here()
    settings.LOG_ANCHOR_FILE = str(config.stash[QUEUES].state / "log-anchors.jsonl")
    # Nobody guards against stolen hashes here, and a slow hash for each login adds minutes.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(config.stash[QUEUES].state, ignore_errors=True)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what touches the database, so that it runs on both vendors, and what starts a worker."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if item.get_closest_marker("django_db") or DATA_FIXTURES & fixtures:
            item.add_marker("data")
        if "worker" in fixtures:
            item.add_marker("worker")


def pytest_collection_finish() -> None:
    """Spare the garbage collector what stays for the whole run, which it would walk through again and again."""
    gc.freeze()


@pytest.fixture(scope="session")
def test_database(
    django_test_environment: None, django_db_blocker: DjangoDbBlocker, pytestconfig: pytest.Config
) -> Iterator[PristineDatabase]:
    """The migrated database of this run; every transactional test leaves it as the migrations did."""
    on_servers = connection.vendor == "postgresql"
    database = PostgresqlDatabase() if on_servers else SqliteDatabase(pytestconfig.stash[QUEUES].state)
    with django_db_blocker.unblock():
        database.create()
    yield database
    with django_db_blocker.unblock():
        database.drop()


@pytest.fixture(scope="session")
def django_db_setup(test_database: PristineDatabase) -> Iterator[None]:
    """Take the place of pytest-django's set-up, whose flush the decision log would refuse."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _: test_database.reset())
        yield


@pytest.fixture
def owner(db: None) -> Iterator[BaseDatabaseWrapper]:
    """A connection of the database's owner; on SQLite, which knows no roles, a second one of the same kind."""
    connection = own_connection("owner" if "owner" in connections else "default")
    yield connection
    connection.close()


@pytest.fixture
def queues(pytestconfig: pytest.Config) -> Queues:
    """This run's queues, emptied."""
    queues = pytestconfig.stash[QUEUES]
    queues.clear()
    return queues


@pytest.fixture
def site_environment(test_database: PristineDatabase, queues: Queues) -> dict[str, str]:
    """The variables with which another process works on the test database and this run's queues."""
    return {"SECRET_KEY": settings.SECRET_KEY, **test_database.environment(), **queues.environment()}


@pytest.fixture
def worker(transactional_db: None, site_environment: dict[str, str], tmp_path: Path) -> Iterator[Process]:
    """A real worker, ready for tasks."""
    worker = worker_process(site_environment, tmp_path / "worker.log")
    worker.start()
    yield worker
    # Rows and messages are thrown away next, so a kind end would only cost time.
    worker.kill_hard()


@pytest.fixture
def beat(worker: Process, site_environment: dict[str, str], tmp_path: Path) -> Iterator[Process]:
    """The clockwork beside the worker."""
    beat = beat_process(site_environment, tmp_path / "beat.log")
    beat.start()
    yield beat
    beat.kill_hard()
