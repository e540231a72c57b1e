"""From a commit to a stored screening through a real worker, and without one through the sweep."""

import pytest
from django.db import transaction

from conflicts.models import FactChange, Party, Screening, Watch
from conflicts.services import watch_pair
from conflicts.sweeping import sweep_conflicts
from conflicts.tasks import expand, rescore
from tests.conflicts.builders import TENANT, compete, holding, parties
from tests.queues import Queues
from tests.worker import Process, wait_until


def watched() -> Watch:
    google, meta, scale = parties("google", "meta", "scale-ai")
    compete(google, meta)
    return watch_pair(tenant=TENANT, principal=google, subject=scale)


def outcomes() -> list[str]:
    return list(Screening.objects.values_list("outcome", flat=True))


@pytest.mark.django_db(transaction=True)
def test_a_change_leads_to_expansion_rescoring_and_a_pull(queues: Queues) -> None:
    watch = watched()
    sweep_conflicts()
    queues.clear()
    holding("meta", "scale-ai", 49)
    assert queues.waiting() == 1
    expand(change_id=str(FactChange.objects.unexpanded().get().pk))
    assert (queues.waiting(), outcomes()) == (2, ["clear"])
    rescore(watch_ids=[str(watch.pk)])
    assert (queues.waiting(), outcomes()) == (3, ["blocked"])


@pytest.mark.django_db(transaction=True)
def test_a_message_that_comes_twice_does_no_harm(queues: Queues) -> None:
    watch = watched()
    for change in FactChange.objects.all():
        for _ in range(2):
            expand(change_id=str(change.pk))
    for _ in range(2):
        rescore(watch_ids=[str(watch.pk)])
    assert outcomes() == ["clear"]
    assert not Watch.objects.behind().exists()


@pytest.mark.django_db(transaction=True)
def test_work_that_is_rolled_back_sends_nothing(queues: Queues) -> None:
    watched()
    queues.clear()
    with transaction.atomic():
        holding("meta", "scale-ai", 49)
        transaction.set_rollback(True)
    assert queues.waiting() == 0


def test_a_worker_rescores_after_a_commit(worker: Process) -> None:
    watched()
    wait_until(lambda: outcomes() == ["clear"], "the new pair is screened")
    holding("meta", "scale-ai", 49)
    wait_until(lambda: outcomes() == ["blocked"], "the pair is rescored")
    wait_until(lambda: not Watch.objects.behind().exists(), "nothing is behind")


def test_what_a_killed_worker_left_the_sweep_of_the_next_one_finds(worker: Process, queues: Queues) -> None:
    watched()
    wait_until(lambda: outcomes() == ["clear"], "the new pair is screened")
    worker.kill_hard()
    holding("meta", "scale-ai", 49)
    queues.clear()
    assert (outcomes(), Watch.objects.behind().count()) == (["clear"], 1)
    worker.start()
    wait_until(lambda: outcomes() == ["blocked"], "the sweep at the worker's start has found the pair", seconds=30)
    assert Party.objects.count() == 3
