"""The tasks of the client side, and that a worker sweeps when it starts."""

import pytest
from celery import current_app

from conflicts.models import Watch
from conflicts.sweeping import sweep_conflicts
from marketplace import tasks
from marketplace.models import ConflictAlert, Match
from tests.marketplace.market import client, engagement, holds, request, vendor
from tests.worker import Process, wait_until

pytestmark = pytest.mark.django_db


def test_a_sweep_screens_and_ranks_what_is_behind() -> None:
    vendor("lab")
    request(client("google"))
    tasks.sweep()
    assert Match.objects.get().rank == 1
    assert not Watch.objects.behind().exists()


def test_a_sweep_that_fails_to_screen_still_tells_what_is_screened(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise RuntimeError("one screening is broken")

    engagement(client("google", "meta"), vendor("lab"))
    tasks.sweep()
    holds("meta", "lab", "49")
    sweep_conflicts()
    monkeypatch.setattr(tasks, "sweep_conflicts", broken)
    with pytest.raises(RuntimeError):
        tasks.sweep()
    assert ConflictAlert.objects.get().after == "blocked"


def test_a_pull_watches_newcomers() -> None:
    client("google")
    vendor("lab")
    assert not Watch.objects.exists()
    tasks.pull()
    assert Watch.objects.get().subject.slug == "lab"


def test_one_request_is_ranked_by_its_id() -> None:
    vendor("lab")
    asked = request(client("google"))
    tasks.rank_request(request_id=str(asked.pk))
    assert (Match.objects.get().outcome, Match.objects.get().rank) == ("unknown", None)


def test_the_names_that_hints_use_are_registered() -> None:
    names = {"marketplace.tasks.pull", "marketplace.tasks.sweep", "marketplace.tasks.rank_request"}
    assert names <= set(current_app.tasks)


@pytest.mark.django_db(transaction=True)
def test_a_worker_sweeps_when_it_starts(worker: Process) -> None:
    wait_until(lambda: "marketplace.tasks.sweep" in worker.output(), "the sweep of the start is received")
