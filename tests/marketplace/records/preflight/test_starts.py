"""Real processes that do not start while something is wrong, and do once it is mended."""

import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from marketplace.story.processes import running, web_server
from tests.worker import ROOT

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

SENTENCE = "1 migration is not applied, the first is records.0001_initial: run manage.py migrate"
WORKER = [sys.executable, "manage.py", "worker"]
PREFLIGHT = [sys.executable, "manage.py", "preflight"]


def ended(command: list[str], environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a process that is to end by itself."""
    env = {**os.environ, **environment}
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture
def address() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


def is_served(address: str) -> bool:
    host, port = address.split(":")
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) == 0


def test_preflight_prints_every_line_and_exits_0(site_environment: dict[str, str]) -> None:
    answer = ended(PREFLIGHT, site_environment)
    assert (answer.returncode, answer.stderr) == (0, "")
    names = ["site", "database", "isolation", "role", "migrations", "triggers", "broker", "cache"]
    assert [line.split() for line in answer.stdout.splitlines()] == [[name, "ok"] for name in names]


def test_preflight_exits_1_where_the_site_would_not_start(site_environment: dict[str, str], not_migrated: None) -> None:
    answer = ended(PREFLIGHT, site_environment)
    assert answer.returncode == 1
    assert ["migrations", "refused"] in [line.split() for line in answer.stdout.splitlines()]
    assert SENTENCE in answer.stdout


def test_a_database_that_does_not_answer_is_told_and_asked_nothing_more(site_environment: dict[str, str]) -> None:
    nowhere = {"DATABASE_URL": "postgres://app:pear@127.0.0.1:1/site"}  # pragma: allowlist secret
    answer = ended(PREFLIGHT, {**site_environment, **nowhere})
    assert answer.returncode == 1
    assert "The database does not answer (connection" in answer.stdout
    assert "start it, or correct DATABASE_URL." in answer.stdout
    assert "migrations" not in answer.stdout
    assert "pear" not in answer.stdout + answer.stderr


def test_a_worker_does_not_start(site_environment: dict[str, str], not_migrated: None) -> None:
    answer = ended(WORKER, site_environment)
    assert answer.returncode == 1
    assert SENTENCE in answer.stderr
    assert "ready" not in answer.stderr


def test_the_web_server_serves_nothing_and_ends(
    site_environment: dict[str, str], not_migrated: None, address: str
) -> None:
    answer = ended(web_server(address), site_environment)
    assert answer.returncode == 3
    assert SENTENCE in answer.stderr
    assert "Traceback" not in answer.stderr
    assert not is_served(address)


def test_the_web_server_serves_where_all_is_right_though_the_broker_is_away(
    site_environment: dict[str, str], address: str, tmp_path: Path
) -> None:
    environment = {**os.environ, **site_environment, "REDIS_URL": "redis+socket:///nowhere/redis.sock?virtual_host=0"}
    log = tmp_path / "web.log"
    with running(web_server(address), log=log, ready="The broker does not answer", env=environment):
        assert is_served(address)
