"""The processes of a site of one's own: a state folder, its web server, worker and beat, stopped by pid."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

ELSEWHERE = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "CACHE_URL")
STOP_SECONDS = 15.0
READY_SECONDS = 60.0


class ProcessError(Exception):
    """A process of the site ended, or did not become ready."""


def environment(state: Path) -> dict[str, str]:
    """Return this process's environment with everything that is stored kept under `state`."""
    kept = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
    return {**kept, "ARMSLENGTH_STATE": str(state), "PYTHONUNBUFFERED": "1"}


def manage(*words: str) -> list[str]:
    """Return the command line of one management command of this project."""
    return [sys.executable, str(Path(settings.BASE_DIR) / "manage.py"), *words]


def web_server(address: str) -> list[str]:
    """Return the command line of the site's web server."""
    return [sys.executable, "-m", "gunicorn", "marketplace.wsgi", "--bind", address, "--threads", "4"]


@contextmanager
def running(command: Sequence[str], *, log: Path, ready: str, env: Mapping[str, str] | None = None) -> Iterator[int]:
    """Run a process beside this one and yield its pid; it is stopped at the end, whatever happened.

    Its output goes to `log`; `ready` is a text to wait for there. It has a process group of its own, so that Ctrl-C
    reaches this process alone, which then stops its children in order.
    """
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=settings.BASE_DIR,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=env,
            start_new_session=True,
        )
    try:
        _wait_until_ready(process, log, ready)
        yield process.pid
    finally:
        _stop(process)


def _wait_until_ready(process: "subprocess.Popen[bytes]", log: Path, ready: str) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while ready not in log.read_text(encoding="utf-8", errors="replace"):
        if process.poll() is not None or time.monotonic() > deadline:
            raise ProcessError(f"The {log.stem} did not become ready; what it said is in {log}.")
        time.sleep(0.05)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """Ask politely; then end the whole group, so that nothing is left running."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
