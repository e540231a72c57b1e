"""A Redis of a harness's own, which may be killed, frozen and started again empty."""

import shutil
import signal
import subprocess
from pathlib import Path

import redis

from tests.worker import wait_until

PROGRAM = shutil.which("redis-server")


class PrivateRedis:
    """`redis-server` on a socket in the folder, without persistence: what it held dies with it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.socket = folder / "redis.sock"
        self.running: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis+socket://{self.socket}?virtual_host=0"

    def start(self) -> None:
        """Return when it answers."""
        if PROGRAM is None:
            raise AssertionError("redis-server is not found: install it.")
        kept = ["--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction"]
        place = ["--port", "0", "--unixsocket", str(self.socket), "--dir", str(self.folder)]
        with (self.folder / "redis.log").open("ab") as output:
            self.running = subprocess.Popen([PROGRAM, *place, *kept], stdout=output, stderr=output)
        wait_until(self._answers, "Redis answers")

    def kill_hard(self) -> None:
        """Kill -9; frozen or not."""
        if self.running is not None:
            self.running.kill()
            self.running.wait()
            self.running = None

    def freeze(self) -> None:
        self._tell(signal.SIGSTOP)

    def thaw(self) -> None:
        self._tell(signal.SIGCONT)

    def _tell(self, what: signal.Signals) -> None:
        if self.running is not None:
            self.running.send_signal(what)

    def _answers(self) -> bool:
        with redis.Redis(unix_socket_path=str(self.socket)) as client:
            try:
                return bool(client.ping())
            except redis.ConnectionError:
                return False
