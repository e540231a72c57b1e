"""Broker and cache, asked on a real Redis."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as live
from pytest_django.fixtures import Settings
from redis import Redis

from marketplace.records.preflight import servers

on_redis = pytest.mark.skipif(not live.BROKER_SERVER, reason="the queue folder has no policy and no databases")


@pytest.fixture
def redis_server() -> Iterator[Redis]:
    client: Redis = Redis.from_url(live.BROKER_SERVER)
    yield client
    client.config_set("maxmemory-policy", "noeviction")
    client.close()


def sentences(check: object) -> list[tuple[str, str]]:
    assert callable(check)
    return [(type(problem).__name__, problem.msg) for problem in check()]


@on_redis
def test_a_redis_that_keeps_everything_is_right(redis_server: Redis) -> None:
    assert sentences(servers.broker) == []


@on_redis
@pytest.mark.parametrize("policy", ["allkeys-lru", "volatile-ttl"])
def test_a_redis_that_evicts_is_refused(policy: str, redis_server: Redis) -> None:
    redis_server.config_set("maxmemory-policy", policy)
    ((kind, sentence),) = sentences(servers.broker)
    assert kind == "Error"
    assert sentence == (
        f"The broker's Redis evicts by {policy} and may drop messages: run CONFIG SET maxmemory-policy noeviction "
        "there, and write it into redis.conf."
    )
    redis_server.config_set("maxmemory-policy", "noeviction")
    assert sentences(servers.broker) == []


def test_a_broker_that_is_away_is_told_and_refuses_nothing(settings: Settings) -> None:
    settings.BROKER_SERVER = "unix:///nowhere/redis.sock?db=0"
    ((kind, sentence),) = sentences(servers.broker)
    assert (kind, sentence[:41]) == ("Warning", "The broker does not answer (ConnectionErr")
    assert servers.broker_answers(seconds=0.2) is False


def test_the_queue_folder_is_always_there(settings: Settings) -> None:
    settings.BROKER_SERVER = ""
    assert sentences(servers.broker) == []
    assert servers.broker_answers(seconds=0.2) is True


@on_redis
def test_broker_and_cache_in_one_database_are_refused(settings: Settings) -> None:
    settings.CACHE_SERVER = live.BROKER_SERVER
    ((kind, sentence),) = sentences(servers.cache)
    assert (kind, sentence[:40]) == ("Error", "Broker and cache are one Redis database:")


@on_redis
def test_a_second_address_of_the_same_database_is_seen_through(settings: Settings, tmp_path: Path) -> None:
    socket = live.BROKER_SERVER.removeprefix("unix://").partition("?")[0]
    (tmp_path / "other.sock").symlink_to(socket)
    settings.CACHE_SERVER = f"unix://{tmp_path}/other.sock?db=0"
    ((kind, sentence),) = sentences(servers.cache)
    assert (kind, "one Redis database under two addresses" in sentence) == ("Error", True)


@on_redis
def test_another_database_of_the_same_server_is_warned_of(settings: Settings) -> None:
    settings.CACHE_SERVER = live.BROKER_SERVER.replace("db=0", "db=3")
    ((kind, sentence),) = sentences(servers.cache)
    assert (kind, "share the memory of one Redis server" in sentence) == ("Warning", True)


@pytest.mark.parametrize(
    ("cache", "broker", "is_one"),
    [
        ("redis://host/1", "redis://host:6379/1", True),
        ("redis://:secret@host/0", "redis://host", True),
        ("redis://host/1", "redis://host/0", False),
        ("redis://host:6380/0", "redis://host:6379/0", False),
        ("unix:///run/a.sock?db=0", "unix:///run/a.sock", True),
        ("unix:///run/a.sock", "unix:///run/b.sock", False),
    ],
)
def test_places_are_compared_and_not_texts(cache: str, broker: str, is_one: bool) -> None:
    assert (servers._place(cache) == servers._place(broker)) is is_one
