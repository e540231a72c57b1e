"""A hint is sent after the commit, and business does not notice a broken broker."""

import subprocess
import sys
from uuid import UUID

import pytest
from django.db import transaction

from marketplace.records.hints import hint
from marketplace.records.models import LogEntry
from tests.queues import Queues
from tests.worker import ROOT

LOG_AND_HINT = """
from django.db import transaction
from marketplace.records.hints import hint
from marketplace.records.services import log
for number in range(3):
    with transaction.atomic():
        log(action="award.made", actor=None)
        hint("marketplace.tasks.pull", number=number)
"""


@pytest.mark.django_db(transaction=True)
def test_a_hint_is_queued_when_the_transaction_commits(queues: Queues) -> None:
    with transaction.atomic():
        hint("marketplace.tasks.pull", change_id=UUID(int=1), part=2)
        assert queues.waiting() == 0
    assert queues.waiting() == 1


@pytest.mark.django_db(transaction=True)
def test_work_that_is_rolled_back_sends_no_hint(queues: Queues) -> None:
    with transaction.atomic():
        hint("marketplace.tasks.pull", change_id=1)
        transaction.set_rollback(True)
    assert queues.waiting() == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("broker", ["redis://127.0.0.1:9/0", "redis+socket:///nowhere/redis.sock"])
def test_a_dead_broker_stops_nothing(broker: str, site_environment: dict[str, str]) -> None:
    answer = subprocess.run(
        [sys.executable, "manage.py", "shell", "--verbosity", "0", "--command", LOG_AND_HINT],
        cwd=ROOT,
        env={**site_environment, "REDIS_URL": broker},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    assert LogEntry.objects.count() == 3
    # The first failure is told; the next hints are not even tried for a while.
    assert answer.stderr.count("hint lost, the sweep will find the work") == 1
