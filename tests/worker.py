"""Real processes of the site: the worker and beat, started, stopped and killed as an operator or a crash would."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent


def wait_until(condition: Callable[[], bool], what: str, *, seconds: float = 15) -> None:
    """Return once the condition holds; fails with `what` when the time is over."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"After {seconds} s still not: {what}")
        time.sleep(0.05)


@dataclass
class Process:
    """`<program> <command>` in a process group of its own; its output goes to `log`."""

    command: str
    ready_line: str
    environment: Mapping[str, str]
    log: Path
    program: str = "manage.py"
    more: Sequence[str] = ()
    running: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        """Return when it is ready for work. Can be called again after an end."""
        self.log.write_bytes(b"")
        with self.log.open("ab") as output:
            self.running = subprocess.Popen(
                [sys.executable, self.program, self.command, *self.more],
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT), **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        wait_until(self._is_ready, f"{self.command} says {self.ready_line!r}", seconds=30)

    def stop(self) -> None:
        """Ask it to end, let its running task end, and see to it that nothing is left."""
        if self.running is None:
            return
        self.running.terminate()
        try:
            self.running.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self.kill_hard()
        self.running = None

    def kill_hard(self) -> None:
        """Send kill -9 to the process and its children."""
        if self.running is not None:
            # One that has ended by itself has left no group.
            with suppress(ProcessLookupError):
                os.killpg(self.running.pid, signal.SIGKILL)
            self.running.wait()
            self.running = None

    def output(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def _is_ready(self) -> bool:
        if self.running is None or self.running.poll() is not None:
            raise AssertionError(f"{self.command} ended before it was ready:\n{self.output()}")
        return self.ready_line in self.output()


def worker_process(environment: Mapping[str, str], log: Path) -> Process:
    """A Celery worker for all queues."""
    return Process("worker", 'ready."', environment, log)


def beat_process(environment: Mapping[str, str], log: Path) -> Process:
    """The clockwork that queues the sweep."""
    return Process("beat", "beat: Starting...", environment, log)
