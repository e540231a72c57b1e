"""I13: a broker that is refused, frozen or full stops no award and no fact; what it lost the sweep finds afterwards."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

import numpy as np
import pytest
import redis
from django.core.management import call_command
from django.db import connection

from conflicts.models import FactChange, Interest, Screening, Watch
from marketplace.accounts.services import issue_token
from marketplace.matching import requests_behind
from marketplace.models import Award, ConflictAlert
from marketplace.watching import engagements_behind
from tests.faults import results
from tests.faults.races import builds
from tests.faults.races.server import JSON, Server, serving
from tests.marketplace.market import client, compliance, member, request, vendor
from tests.worker import wait_until

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.slow,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="a server of its own needs PostgreSQL"),
]

SHORT, WARM = 4, 2
LONG = pytest.param(200, marks=[pytest.mark.soak, pytest.mark.timeout(0)])
COLUMNS = (
    "broker",
    "awards and facts",
    "p99 healthy",
    "p99 away",
    "ratio",
    "left behind by the broker",
    "after the sweep",
)


@dataclass
class Broker:
    """A Redis of this test's own on a loopback port."""

    folder: Path
    port: int
    process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)

    @property
    def address(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        command = ["redis-server", "--bind", "127.0.0.1", "--port", str(self.port), "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen(
            [*command, "--maxmemory-policy", "noeviction", "--dir", str(self.folder)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until(self._answers, "Redis answers")

    def refuse(self) -> None:
        """Nobody listens at the port any more."""
        self.stop()

    def freeze(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def fill(self) -> None:
        """From now on every write is refused for want of memory."""
        with redis.Redis(port=self.port) as speaker:
            speaker.config_set("maxmemory", "1")

    def mend(self) -> None:
        if self.process is None:
            self.start()
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)
        with redis.Redis(port=self.port) as speaker:
            speaker.config_set("maxmemory", "0")

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
            self.process.wait()
            self.process = None

    def _answers(self) -> bool:
        with suppress(redis.RedisError), redis.Redis(port=self.port) as speaker:
            return bool(speaker.ping())
        return False


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    made = Broker(tmp_path, port)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def site(broker: Broker, site_environment: dict[str, str], tmp_path: Path) -> Iterator[Server]:
    environment = {**site_environment, "REDIS_URL": broker.address}
    with serving(builds.WHOLE, environment, tmp_path / "web.log") as server:
        yield server


class Business:
    """Google awards to vendors that are clear, and staff record what its rival takes in them afterwards."""

    def __init__(self, site: Server) -> None:
        self.site, self.number = site, 0
        self.google = client("google", "meta")
        self.staff = {**JSON, "Authorization": f"Bearer {issue_token(user=compliance(), name='broker')}"}
        self.mira = {**JSON, "Authorization": f"Bearer {issue_token(user=member(self.google), name='broker')}"}

    def go_on(self, times: int) -> list[float]:
        """Award and record so often; return the seconds of each. Every one succeeds."""
        return [seconds for _ in range(times) for seconds in self._one()]

    def _one(self) -> list[float]:
        self.number += 1
        slug = f"lab-{self.number}"
        vendor(slug)
        slot = request(self.google).slots.get()
        row = {"action": "add", "holder": "meta", "subject": slug, "type": "shareholding"}
        share = {"share_low": "49", "share_high": "49", "source": {"url": f"https://press.example/{slug}"}}
        acts = [
            ("awards", self.mira, {"slot": str(slot.pk), "vendor": slug}),
            ("interests", self.staff, {"rows": [{**row, **share}]}),
        ]
        return [self._timed(*act) for act in acts]

    def _timed(self, path: str, headers: dict[str, str], body: object) -> float:
        began = perf_counter()
        answer = self.site.send("POST", f"/api/v1/{path}", json.dumps(body).encode(), headers)
        assert answer is not None
        assert answer.status == 201, answer.body
        return perf_counter() - began


def behind() -> int:
    """How many rows wait."""
    waiting = (FactChange.objects.unexpanded(), Watch.objects.behind(), engagements_behind(), requests_behind())
    return sum(rows.count() for rows in waiting)


AWAY: dict[str, Callable[[Broker], None]] = {"refused": Broker.refuse, "frozen": Broker.freeze, "full": Broker.fill}


@pytest.mark.parametrize("times", [SHORT, LONG])
@pytest.mark.parametrize("how", AWAY)
def test_business_goes_on_and_the_backlog_drains(broker: Broker, site: Server, how: str, times: int) -> None:
    business = Business(site)
    # The first ones wait for what a fresh web server loads.
    business.go_on(WARM)
    healthy = business.go_on(times)
    AWAY[how](broker)
    away = business.go_on(times)
    broker.mend()
    assert Award.objects.count() == Interest.objects.count() == WARM + 2 * times
    left = behind()
    assert left > 0
    call_command("sweep", verbosity=0)
    assert behind() == 0
    assert ConflictAlert.objects.filter(after="blocked").count() == WARM + 2 * times
    assert set(Screening.objects.values_list("outcome", flat=True)) == {"blocked"}
    tell(how, healthy, away, left)


def tell(how: str, healthy: list[float], away: list[float], left: int) -> None:
    """Print the ratio; the long form keeps it. Nothing is asserted of time."""
    before, after = (float(np.quantile(seconds, 0.99)) for seconds in (healthy, away))
    cells = (how, len(away), f"{before * 1000:.0f} ms", f"{after * 1000:.0f} ms", f"{after / before:.1f}x", left, 0)
    sys.stdout.write(f"\n{dict(zip(COLUMNS, cells, strict=True))}\n")
    if os.environ.get("ARMSLENGTH_SOAK"):
        results.append("I13: awards and facts while Redis is refused, frozen or full", COLUMNS, cells)
