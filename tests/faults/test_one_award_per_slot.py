"""I6: of many awards of one slot at once exactly one is made, and every other is told 409."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from marketplace.accounts.services import issue_token
from marketplace.models import Award, AwardStatus, Clearance, Engagement, RequestSlot
from marketplace.records.models import LogEntry
from marketplace.services.awards import ONE_PER_SLOT, AwardResult, award
from tests.faults.races import builds
from tests.faults.races.course import at_most_connections
from tests.faults.races.server import JSON, Server, serving
from tests.marketplace.market import client, member, request, vendor

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="a server of its own needs PostgreSQL")

TRIES = 10
PARALLEL = 40
SEVERAL = 7
"""Threads of each of two web workers: with the test's own connections they are fewer than 20."""
SOAK = pytest.param(200, marks=pytest.mark.soak)


def test_one_award_and_nine_refusals() -> None:
    google = client("google")
    mira, slot = member(google), request(google).slots.get()
    labs, start = [vendor(f"lab-{number}") for number in range(TRIES)], Barrier(TRIES)

    def attempt(number: int) -> AwardResult:
        start.wait()
        try:
            return award(actor=mira, slot_id=slot.pk, vendor=labs[number])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(TRIES) as pool:
        results = list(pool.map(attempt, range(TRIES)))
    answers = Counter(result.refusal.code if result.refusal else "awarded" for result in results)
    assert answers == {"awarded": 1, "slot_taken": TRIES - 1}
    assert (Award.objects.count(), Engagement.objects.count()) == (1, 1)


Served = Callable[[str], Server]


@pytest.fixture
def served(
    owner: BaseDatabaseWrapper, site_environment: dict[str, str], tmp_path: Path
) -> Iterator[Callable[[str], Server]]:
    """A real web server, in a build; the database itself refuses a 21st connection."""
    with at_most_connections(owner):
        started = []

        def serve(build: str) -> Server:
            serving_it = serving(build, site_environment, tmp_path / "web.log", threads=SEVERAL)
            started.append(serving_it)
            return serving_it.__enter__()

        yield serve
        for one in started:
            one.__exit__(None, None, None)


def tried(server: Server, times: int) -> Counter[tuple[int, str]]:
    """Let so many threads ask for one slot at the same moment; return status and code of the answers."""
    google = client("google")
    headers = {**JSON, "Authorization": f"Bearer {issue_token(user=member(google), name='many')}"}
    slot, labs, start = request(google).slots.get(), [vendor(f"lab-{number}") for number in range(5)], Barrier(times)

    def attempt(number: int) -> tuple[int, str]:
        body = json.dumps({"slot": str(slot.pk), "vendor": labs[number % len(labs)].slug}).encode()
        start.wait()
        answer = server.send("POST", "/api/v1/awards", body, headers)
        assert answer is not None
        return answer.status, json.loads(answer.body).get("code", "")

    with ThreadPoolExecutor(times) as pool:
        return Counter(pool.map(attempt, range(times)))


@on_postgresql
@pytest.mark.slow
@pytest.mark.parametrize("times", [PARALLEL, SOAK])
def test_of_many_parallel_awards_over_http_one_is_made(served: Served, times: int) -> None:
    answers = tried(served(builds.WHOLE), times)
    assert answers == {(201, ""): 1, (409, "slot_taken"): times - 1}
    assert [model.objects.count() for model in (Award, Clearance, Engagement)] == [1, 1, 1]
    assert LogEntry.objects.filter(action="award.made").count() == 1
    assert LogEntry.objects.filter(action="award.refused").count() == times - 1


@pytest.fixture
def without_index(owner: BaseDatabaseWrapper) -> Iterator[None]:
    """The table of awards without the index that keeps them one per slot."""
    with owner.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [ONE_PER_SLOT])
        (definition,) = cursor.fetchone()
        cursor.execute(f"DROP INDEX {ONE_PER_SLOT}")
        yield
        Award.objects.update(status=AwardStatus.WITHDRAWN)
        cursor.execute(definition)


@on_postgresql
@pytest.mark.slow
def test_without_index_and_lock_a_slot_is_awarded_more_than_once(without_index: None, served: Served) -> None:
    assert tried(served(builds.NO_SLOT_LOCK), PARALLEL)[201, ""] > 1
    assert Award.objects.filter(slot=RequestSlot.objects.get()).count() > 1


@on_postgresql
@pytest.mark.slow
def test_without_the_lock_the_index_still_lets_one_through(served: Served) -> None:
    assert tried(served(builds.NO_SLOT_LOCK), PARALLEL)[201, ""] == 1
    assert Award.objects.count() == 1
