"""The queue folder: each message arrives whole, once, in order."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count, takewhile
from pathlib import Path
from queue import Empty
from threading import Event

import pytest
from kombu import Connection

from marketplace.folder_queue import Channel


@pytest.fixture
def channels(tmp_path: Path) -> Iterator[list[Channel]]:
    """Five, as five processes would have them."""
    options = {"data_folder_in": str(tmp_path), "data_folder_out": str(tmp_path)}
    with Connection(
        "filesystem://localhost", transport="marketplace.folder_queue:Transport", transport_options=options
    ) as connection:
        yield [connection.channel() for _ in range(5)]  # type: ignore[misc]


def received(channel: Channel) -> Iterator[int]:
    """Yield the numbers of the messages until the queue is empty."""
    try:
        while True:
            yield channel._get("rescoring")["number"]
    except Empty:
        return


def test_messages_come_out_once_and_in_order(channels: list[Channel]) -> None:
    channel = channels[0]
    for number in range(20):
        channel._put("rescoring", {"number": number})
    assert list(received(channel)) == list(range(20))
    assert list(received(channel)) == []


def test_queues_are_apart(channels: list[Channel]) -> None:
    channel = channels[0]
    channel._put("imports", {"number": 1})
    assert list(received(channel)) == []
    assert channel._size("imports") == 1


def test_four_readers_beside_a_writer_get_each_message_whole_and_once(channels: list[Channel]) -> None:
    written = Event()

    def read(channel: Channel) -> list[int]:
        return [number for _ in takewhile(lambda _: not written.is_set(), count()) for number in received(channel)]

    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(read, channel) for channel in channels[:4]]
        for number in range(2000):
            channels[4]._put("rescoring", {"number": number, "padding": "x" * 5000})
        written.set()
        got = [number for reader in readers for number in reader.result()]
    assert sorted([*got, *received(channels[4])]) == list(range(2000))
