"""The queues of one test run, apart from those of a site in the same folder or on the same Redis."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import redis
from celery import Celery


@dataclass(frozen=True)
class Queues:
    """Messages of this run: files in its own folder, or keys with its own prefix."""

    app: Celery
    state: Path

    @property
    def on_redis(self) -> bool:
        return "redis" in self.app.conf.broker_url.partition("://")[0]

    @property
    def prefix(self) -> str:
        return f"{self.state.name}:"

    @property
    def folder(self) -> Path:
        return self.state / "queue"

    def point_app_here(self) -> None:
        """Let messages of the test process itself go here too."""
        self.folder.mkdir(exist_ok=True)
        own = (
            {"global_keyprefix": self.prefix}
            if self.on_redis
            else {"data_folder_in": str(self.folder), "data_folder_out": str(self.folder)}
        )
        self.app.conf.broker_transport_options = {**self.app.conf.broker_transport_options, **own}

    def environment(self) -> dict[str, str]:
        """Return the variables with which another process uses these queues."""
        place = {"REDIS_URL": os.environ["REDIS_URL"], "REDIS_PREFIX": self.prefix} if self.on_redis else {}
        return {"ARMSLENGTH_STATE": str(self.state), **place}

    def waiting(self, queue: str = "rescoring") -> int:
        """Return how many messages wait in a queue."""
        with self._channel() as channel:
            return int(channel.queue_declare(queue=queue).message_count)

    def clear(self) -> None:
        """Drop every message, those that a killed worker held included."""
        for file in self.folder.iterdir():
            file.unlink()
        if self.on_redis:
            with self._channel() as channel:
                # The channel's own client would put the prefix before the prefix.
                client = redis.Redis(connection_pool=channel.client.connection_pool)
                for key in client.scan_iter(match=f"{self.prefix}*"):
                    client.delete(key)

    @contextmanager
    def _channel(self) -> Iterator[Any]:
        """The channel of a virtual transport, of which kombu's types know little."""
        with self.app.connection_for_read() as connection:
            yield connection.default_channel
