"""Two workers, each with a state folder of its own as on two hosts, share one queue and one database."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.conf import settings

from conflicts.models import FactChange, Screening, Watch
from conflicts.services import screen_pair
from marketplace.matching import requests_behind
from marketplace.models import ConflictAlert, LabelingRequest
from marketplace.substitutes import alerts_behind
from marketplace.watching import engagements_behind
from tests.marketplace.market import catch_up, client, engagement, holds, request, vendor
from tests.worker import Process, wait_until, worker_process

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.worker,
    pytest.mark.slow,
    pytest.mark.skipif(not settings.BROKER_SERVER, reason="one worker is what SQLite and the queue folder are for"),
]

VENDORS = [f"vendor-{number}" for number in range(10)]


@pytest.fixture
def market(transactional_db: None) -> None:
    """Two clients with different rivals, ten vendors, two engagements and two open requests, all up to date."""
    vendors = {slug: vendor(slug) for slug in VENDORS}
    for slug, rival in (("google", "meta"), ("openai", "xai")):
        made = client(slug, rival)
        engagement(made, vendors["vendor-0"])
        request(made)
    catch_up()


@pytest.fixture
def hosts(market: None, site_environment: dict[str, str], tmp_path: Path) -> Iterator[list[Process]]:
    """Two workers that share nothing but the servers."""
    with ExitStack() as stack:
        workers = []
        for name in ("one", "two"):
            state = {"ARMSLENGTH_STATE": str(tmp_path / name)}
            workers.append(worker_process({**site_environment, **state}, tmp_path / f"{name}.log"))
            stack.callback(workers[-1].kill_hard)
            workers[-1].start()
        yield workers


def burst() -> None:
    """Forty changes, as quickly as the services take them: every vendor is touched by four of them."""
    for number, slug in enumerate(VENDORS):
        fund = f"fund-{number}"
        holds(fund, slug, "60")
        holds("meta" if number % 2 else "xai", fund, "80")
        holds("meta", slug, "9" if number % 3 else "30")
        holds(f"outsider-{number}", slug, "1")


def is_quiet() -> bool:
    waiting = (
        FactChange.objects.unexpanded(),
        Watch.objects.behind(),
        engagements_behind(),
        requests_behind(),
        alerts_behind(),
    )
    return not any(rows.exists() for rows in waiting)


def stored() -> dict[tuple[str, str], str]:
    rows = Screening.objects.values_list("principal__slug", "subject__slug", "outcome")
    return {(principal, subject): outcome for principal, subject, outcome in rows}


def recomputed() -> dict[tuple[str, str], str]:
    return {
        (watch.principal.slug, watch.subject.slug): screen_pair(
            tenant=watch.tenant, principal=watch.principal, subject=watch.subject
        ).outcome
        for watch in Watch.objects.select_related("principal", "subject")
    }


def test_a_burst_of_changes_ends_right_and_loses_nothing(hosts: list[Process]) -> None:
    burst()
    wait_until(is_quiet, "nothing is behind", seconds=60)
    found = stored()
    assert (len(found), found) == (2 * len(VENDORS), recomputed())
    assert set(found.values()) == {"blocked", "review", "clear"}
    assert found["openai", "vendor-0"] == "blocked"
    assert set(ConflictAlert.objects.values_list("client__slug", "vendor__slug", "after")) == {
        ("google", "vendor-0", "blocked"),
        ("openai", "vendor-0", "blocked"),
    }
    ranked = set(LabelingRequest.objects.get(client__slug="google").matches.exclude(rank=None).values_list("outcome"))
    assert ("blocked",) not in ranked
    assert all("conflicts.tasks." in host.output() for host in hosts)
    assert not Watch.objects.filter(failures__gt=0).exists()
