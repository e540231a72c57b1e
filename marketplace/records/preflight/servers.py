"""What must be right at the broker and the cache. One that cannot be asked is told, and refuses nothing (I13)."""

from contextlib import closing
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning  # noqa: A004 - Django's name for it
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

PATIENCE = 2.0
"""Seconds that a server may take to answer at the start."""

AWAY = "business goes on and the sweep finds the work, but more slowly; start it, or correct {variable}"

Problems = list[CheckMessage]


def broker() -> Problems:
    """Redis throws no message away to make room. The queue folder has no such rule."""
    if not settings.BROKER_SERVER:
        return []
    try:
        policy = str(_asked(settings.BROKER_SERVER, "memory").get("maxmemory_policy", "unknown"))
    except (RedisError, OSError) as error:
        return [_away("broker", "REDIS_URL", error)]
    if policy == "noeviction":
        return []
    mend = "run CONFIG SET maxmemory-policy noeviction there, and write it into redis.conf"
    return [Error(f"The broker's Redis evicts by {policy} and may drop messages: {mend}.", id="ops.E201")]


def cache() -> Problems:
    """The cache is no neighbour of the queues: flushing it would drop messages, filling it would stop them."""
    if not settings.CACHE_SERVER or not settings.BROKER_SERVER:
        return []
    mend = "point CACHE_URL at a Redis server of its own"
    if _place(settings.CACHE_SERVER) == _place(settings.BROKER_SERVER):
        return [Error(f"Broker and cache are one Redis database: {mend}.", id="ops.E202")]
    try:
        servers = [_asked(address, "server")["run_id"] for address in (settings.CACHE_SERVER, settings.BROKER_SERVER)]
    except (RedisError, OSError) as error:
        return [_away("cache or the broker", "CACHE_URL or REDIS_URL", error)]
    if servers[0] != servers[1]:
        return []
    if _database(settings.CACHE_SERVER) == _database(settings.BROKER_SERVER):
        return [Error(f"Broker and cache are one Redis database under two addresses: {mend}.", id="ops.E202")]
    return [Warning(f"Broker and cache share the memory of one Redis server: {mend}.", id="ops.W203")]


def broker_answers(*, seconds: float) -> bool:
    """Whether the broker answers within about so many seconds; the queue folder always does."""
    if not settings.BROKER_SERVER:
        return True
    try:
        with closing(_client(settings.BROKER_SERVER, seconds)) as client:
            return bool(client.ping())
    except (RedisError, OSError):
        return False


def _asked(address: str, section: str) -> dict[str, Any]:
    """Return a section of INFO, which also servers answer that hide CONFIG."""
    with closing(_client(address, PATIENCE)) as client:
        answer: dict[str, Any] = client.info(section)
        return answer


def _client(address: str, seconds: float) -> Redis:
    # redis-py would try again for many seconds.
    patience: dict[str, Any] = {"socket_timeout": seconds, "socket_connect_timeout": seconds}
    client: Redis = Redis.from_url(address, retry=Retry(NoBackoff(), 0), **patience)
    return client


def _place(address: str) -> tuple[str, int, str, str]:
    parts = urlsplit(address)
    is_file = parts.scheme == "unix"
    return parts.hostname or "", 0 if is_file else parts.port or 6379, parts.path if is_file else "", _database(address)


def _database(address: str) -> str:
    """Return the number of the database within the server."""
    parts = urlsplit(address)
    asked = parse_qs(parts.query).get("db", ["0"])[0]
    return asked if parts.scheme == "unix" else parts.path.strip("/") or asked


def _away(who: str, variable: str, error: Exception) -> Warning:
    told = f"The {who} does not answer ({type(error).__name__})"
    return Warning(f"{told}: {AWAY.format(variable=variable)}.", id="ops.W201")
