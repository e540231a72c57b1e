"""A message that is lost, or a worker killed between commit and publish, leaves nothing stale after the sweep."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from celery import current_app
from django.core.management import call_command

from conflicts.models import FactChange, Screening, Watch
from marketplace.matching import requests_behind
from marketplace.models import Client, ConflictAlert
from marketplace.records import hints
from marketplace.substitutes import alerts_behind
from marketplace.watching import engagements_behind
from tests.marketplace.market import catch_up, client, engagement, holds, request, vendor
from tests.queues import Queues
from tests.worker import ROOT, Process, wait_until

pytestmark = pytest.mark.django_db(transaction=True)

DOOMED = Path(__file__).parent / "doomed_worker.py"


@pytest.fixture
def google() -> Client:
    """Google, whose rival is Meta, works with lab and has an open request; crowd could do it too. All is up to date."""
    made = client("google", "meta")
    vendor("crowd")
    engagement(made, vendor("lab"))
    request(made)
    catch_up()
    return made


@pytest.fixture
def silence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every message of this process is lost."""
    monkeypatch.setattr(hints.broker, "publish", lambda *_: None)


def behind() -> list[str]:
    """Return what is behind, in words."""
    waiting = {
        "a change to expand": FactChange.objects.unexpanded(),
        "a pair to rescore": Watch.objects.behind(),
        "an engagement to look at": engagements_behind(),
        "a request to rank": requests_behind(),
        "an alert to refresh": alerts_behind(),
    }
    return [words for words, rows in waiting.items() if rows.exists()]


def is_told() -> bool:
    """Whether the deal has come through to the client."""
    return ConflictAlert.objects.filter(vendor__slug="lab", after="blocked").exists() and not behind()


def deal() -> None:
    holds("meta", "lab", "49", start="2025-06-12")


def test_the_worker_tells_the_client_when_no_message_is_lost(worker: Process, google: Client) -> None:
    deal()
    wait_until(is_told, "the alert stands and nothing is behind")
    assert ConflictAlert.objects.get().substitutes.get().vendor.slug == "crowd"


def test_a_lost_message_leaves_nothing_stale_after_the_sweep(worker: Process, google: Client, silence: None) -> None:
    deal()
    assert behind() == ["a change to expand", "a pair to rescore"]
    current_app.send_task("marketplace.tasks.sweep")
    wait_until(is_told, "the sweep has found it")


def test_the_sweep_command_does_it_without_a_worker(transactional_db: None, google: Client, silence: None) -> None:
    deal()
    call_command("sweep", verbosity=0)
    assert is_told()
    before = ConflictAlert.objects.values_list("pk", "candidate_epoch").get()
    call_command("sweep", verbosity=0)
    assert ConflictAlert.objects.values_list("pk", "candidate_epoch").get() == before


@pytest.fixture
def doomed(site_environment: dict[str, str]) -> list[str]:
    """The command of a worker that dies between commit and publish."""
    return ["env", *(f"{name}={value}" for name, value in site_environment.items()), sys.executable, str(DOOMED)]


@pytest.mark.slow
def test_a_worker_killed_between_commit_and_publish_leaves_nothing_stale(
    worker: Process, google: Client, queues: Queues, doomed: list[str]
) -> None:
    worker.stop()
    queues.clear()
    deal()
    died = subprocess.run(
        doomed, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, start_new_session=True, check=False, timeout=60
    )
    assert died.returncode == -signal.SIGKILL
    assert not FactChange.objects.unexpanded().exists()
    assert behind() == ["a pair to rescore"]
    assert Screening.objects.get(subject__slug="lab").outcome == "clear"
    queues.clear()
    worker.start()
    wait_until(is_told, "the sweep of the new worker has found it", seconds=30)
