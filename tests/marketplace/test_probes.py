"""What the probes answer while all is well, and in each state that is really set up."""

import datetime as dt
import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings as live
from django.core.management import call_command
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client as Browser
from pytest_django.fixtures import Settings
from redis import Redis

from conflicts.expansion import expand_changes
from conflicts.models import DecisionNotice
from conflicts.services import Terms
from marketplace import probes, watching
from marketplace.models import Notice
from marketplace.notices import send_due
from marketplace.records import clock
from marketplace.records.preflight.servers import broker_answers
from marketplace.services.decisions import request_decision
from tests.conflicts.builders import old_change
from tests.marketplace import market

on_redis = pytest.mark.skipif(not live.BROKER_SERVER, reason="the queue folder is always there")
WELL = {"ok": True, "required": True}
SHOWN = {"ok": True, "required": False}


@pytest.fixture(autouse=True)
def fresh_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """No state of the broker is remembered from another test."""
    monkeypatch.setattr(probes, "broker", probes._BrokerSeen())


def ready(browser: Browser, status: int) -> dict[str, Any]:
    answer = browser.get("/readyz")
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/json")
    assert "no-store" in answer.headers["Cache-Control"]
    told: dict[str, Any] = json.loads(answer.content)
    return told


def alarm(browser: Browser) -> tuple[int, dict[str, Any]]:
    answer = browser.get("/healthz/rescoring")
    return answer.status_code, json.loads(answer.content)


def unwell(told: dict[str, Any]) -> list[str]:
    return [name for name, check in told["checks"].items() if not check["ok"]]


@pytest.mark.parametrize("address", ["/livez", "/healthz"])
def test_the_process_answers_without_a_database(address: str, client: Browser) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.content) == (200, b"ok\n")


@pytest.mark.parametrize("address", ["/livez", "/readyz", "/healthz/rescoring"])
def test_probes_are_only_read(address: str, client: Browser) -> None:
    assert client.post(address).status_code == 405


@pytest.mark.django_db
def test_a_site_that_is_well_tells_names_and_no_more(client: Browser) -> None:
    assert ready(client, 200) == {
        "ready": True,
        "degraded": False,
        "checks": {
            "database": WELL,
            "migrations": WELL,
            "triggers": WELL,
            "broker": SHOWN,
            "rescoring": {**SHOWN, "oldest_behind_seconds": 0},
            "notices": {**SHOWN, "oldest_unsent_seconds": 0},
        },
    }
    assert alarm(client) == (200, {"ok": True, "oldest_behind_seconds": 0, "limit_seconds": 60})


@pytest.mark.django_db
def test_a_lagging_worker_alarms_and_keeps_the_site_in_rotation(client: Browser) -> None:
    market.vendor("lab")
    market.client("google", "meta")
    market.catch_up()
    old_change(seconds=75)
    for _ in ("waits to be expanded", "expanded, and its pair waits"):
        told = ready(client, 200)
        assert (told["degraded"], unwell(told)) == (True, ["rescoring"])
        assert told["checks"]["rescoring"]["oldest_behind_seconds"] == 70
        assert alarm(client) == (503, {"ok": False, "oldest_behind_seconds": 70, "limit_seconds": 60})
        expand_changes()
    market.catch_up()
    assert (ready(client, 200)["degraded"], alarm(client)[0]) == (False, 200)


@pytest.mark.django_db
def test_what_has_waited_within_the_limit_is_well(client: Browser) -> None:
    old_change(seconds=45)
    assert ready(client, 200)["checks"]["rescoring"] == {**SHOWN, "oldest_behind_seconds": 40}
    assert alarm(client)[0] == 200


@pytest.mark.django_db
def test_a_notice_that_nobody_sends_degrades_the_site_and_no_more(client: Browser) -> None:
    google = market.client("google", "meta")
    market.member(google)
    market.engagement(google, market.vendor("lab"))
    market.catch_up()
    market.holds("meta", "lab", "49")
    market.catch_up()
    assert ready(client, 200)["checks"]["notices"] == {**SHOWN, "oldest_unsent_seconds": 0}
    Notice.objects.update(created_at=clock.now() - dt.timedelta(seconds=615))
    told = ready(client, 200)
    assert (told["degraded"], unwell(told)) == (True, ["notices"])
    assert told["checks"]["notices"]["oldest_unsent_seconds"] == 610
    assert alarm(client)[0] == 200
    assert send_due() == {"sent": 1}
    assert ready(client, 200)["checks"]["notices"] == {**SHOWN, "oldest_unsent_seconds": 0}


@pytest.mark.django_db
def test_what_became_of_a_waiver_waits_from_when_it_happened(client: Browser) -> None:
    """Nobody was told of it yet, so there is no notice that could wait."""
    google = market.client("google", "meta")
    market.holds("meta", "lab", "49")
    lab = market.vendor("lab")
    terms = Terms(kind="waiver", conditions="No board contact", expires_on=clock.today())
    waiver = request_decision(actor=market.member(google), client=google, vendor=lab, reason="Rare", terms=terms)
    at = clock.now() - dt.timedelta(seconds=615)
    DecisionNotice.objects.create(decision=waiver, tenant=google.pk, kind="void", at=at)
    assert unwell(ready(client, 200)) == ["notices"]
    watching.pull()
    assert unwell(ready(client, 200)) == ["notices"]
    assert send_due() == {"sent": 1}
    assert unwell(ready(client, 200)) == []


@pytest.mark.django_db
def test_the_moment_of_a_hidden_change_does_not_show(client: Browser) -> None:
    """Two worlds that differ in one list, which was changed just now, read the same (I11)."""
    before = ready(client, 200)
    old_change(seconds=5)
    assert ready(client, 200) == before


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_a_lost_trigger_takes_the_site_out_of_rotation(client: Browser, owner: BaseDatabaseWrapper) -> None:
    on_table = " ON records_logentry" if owner.vendor == "postgresql" else ""
    with owner.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER records_logentry_no_delete{on_table}")
    try:
        told = ready(client, 503)
    finally:
        call_command("migrate", verbosity=0)
    assert (told["ready"], unwell(told)) == (False, ["triggers"])
    assert ready(client, 200)["ready"]


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_a_missing_migration_takes_the_site_out_of_rotation(client: Browser, not_migrated: None) -> None:
    told = ready(client, 503)
    assert (told["ready"], unwell(told)) == (False, ["migrations"])


@pytest.mark.django_db(transaction=True)
def test_without_a_database_there_is_an_answer_and_no_word_of_where_it_is(
    client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection.close()
    missing = "/nowhere/at/all.sqlite3" if connection.vendor == "sqlite" else "nothing_of_this_name"
    monkeypatch.setitem(connection.settings_dict, "NAME", missing)
    told = ready(client, 503)
    assert unwell(told) == ["database", "migrations", "triggers", "rescoring", "notices"]
    assert told["checks"]["rescoring"]["oldest_behind_seconds"] is None
    assert "nowhere" not in str(told)
    assert alarm(client)[0] == 503
    connection.close()


@pytest.mark.django_db
def test_a_broker_that_is_away_is_shown_and_fails_nothing(client: Browser, settings: Settings) -> None:
    settings.BROKER_SERVER = "unix:///nowhere/redis.sock?db=0"
    told = ready(client, 200)
    assert (told["ready"], told["degraded"], unwell(told)) == (True, True, ["broker"])


@contextmanager
def frozen(pid: int) -> Iterator[None]:
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@on_redis
@pytest.mark.django_db
def test_a_frozen_broker_is_asked_once_and_not_by_every_probe(client: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []

    def counted(*, seconds: float) -> bool:
        asked.append(seconds)
        return broker_answers(seconds=seconds)

    monkeypatch.setattr("marketplace.probes.broker_answers", counted)
    server: Redis = Redis.from_url(live.BROKER_SERVER)
    with frozen(int(server.info("server")["process_id"])):
        answers = [unwell(ready(client, 200)) for _ in range(3)]
    assert answers == [["broker"]] * 3
    assert asked == [0.3]
