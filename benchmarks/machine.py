"""Where the runs took place: what a reader needs to judge them, and nothing that names the machine."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ("numpy", "numba", "duckdb", "networkx", "scipy", "psycopg")


def described() -> list[str]:
    """Lines for the head of a result."""
    return [
        f"Machine: {_cores()} cores of {_cpu()}, {_memory()} of memory, {platform.system()} {platform.machine()}",
        f"Versions: Python {platform.python_version()}, {', '.join(map(_version, PACKAGES))}",
        f"Commit: {_commit()}",
    ]


def peak_memory() -> int:
    """Bytes of memory this process has held at most; 0 where the system does not tell.

    Read from the address space: getrusage would count the parent's pages at the moment of the fork.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


def _cores() -> int:
    return len(os.sched_getaffinity(0))


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "an unnamed CPU")


def _memory() -> str:
    return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB"


def _version(package: str) -> str:
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return f"no {package}"


def _commit() -> str:
    git = ["git", "describe", "--always", "--dirty", "--abbrev=12"]
    found = subprocess.run(git, capture_output=True, text=True, check=False, cwd=Path(__file__).parent)
    return found.stdout.strip() or "not in a git checkout"
