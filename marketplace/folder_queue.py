"""Celery's filesystem transport with messages that appear and disappear whole.

Kombu's own writes a message in place, so a worker can read it half-written, and takes it by a move into the system's
temporary folder, which may be another disk, where two workers can both take it. Here both steps are one rename.
Each queue has the direct exchange of its own name, so no file of bindings is needed; messages to all workers are off.
"""

from pathlib import Path
from queue import Empty
from time import monotonic_ns
from typing import Any
from uuid import uuid4

from kombu.transport import filesystem
from kombu.utils.json import dumps, loads


class Channel(filesystem.Channel):
    """One message is one file `<time>_<uuid>.<queue>.msg`."""

    supports_fanout = False

    def get_table(self, exchange: str) -> list[filesystem.exchange_queue_t]:  # type: ignore[override]
        """Return the one binding of an exchange."""
        return [filesystem.exchange_queue_t(exchange, "", exchange)]

    def _queue_bind(self, *_: Any) -> None:
        """Nothing to keep: get_table knows every binding."""

    def _put(self, queue: str, message: dict[str, Any], **_: Any) -> None:  # type: ignore[override]
        folder = Path(self.data_folder_out)
        name = f"{monotonic_ns():020d}_{uuid4()}.{queue}.msg"
        unfinished = folder / f"{name}.new"
        unfinished.write_text(dumps(message), encoding="utf-8")
        unfinished.rename(folder / name)

    def _get(self, queue: str, timeout: float | None = None) -> dict[str, Any]:
        for path in sorted(Path(self.data_folder_in).glob(f"*.{queue}.msg")):
            taken = path.with_name(f"{path.name}.taken")
            try:
                path.rename(taken)
            except FileNotFoundError:
                continue
            payload = taken.read_text(encoding="utf-8")
            taken.unlink()
            message: dict[str, Any] = loads(payload)
            return message
        raise Empty


class Transport(filesystem.Transport):
    Channel = Channel
