"""Where the story is told: a throwaway state folder, or one that the demo keeps."""

import json
import subprocess
import tempfile
from pathlib import Path

from django.core.management import call_command

from marketplace.story.processes import environment, manage, running
from marketplace.story.report import Report
from marketplace.story.telling import Say, begin, tell

KEPT = "story.json"
MARKET = Path(__file__).parent.parent / "demo" / "market"


class StagingError(Exception):
    """The story could not be told in its folder; the message is what it said."""


def tell_here(state: Path, say: Say) -> Report:
    """Tell the story in the configured database, which must be empty, with a worker of its own.

    The report is kept in the state folder, beside the worker's output.
    """
    call_command("migrate", verbosity=0)
    begin()
    with running(manage("worker"), log=state / "worker.log", ready='ready."'):
        report = tell(MARKET, say)
    (state / KEPT).write_text(json.dumps(report.kept(), indent=1), encoding="utf-8")
    return report


def tell_in(state: Path, say: Say) -> Report:
    """Tell the story in a process whose whole state is kept under `state`; raises StagingError where it fails."""
    state.mkdir(parents=True, exist_ok=True)
    command = manage("story", "--here", "--quiet")
    with subprocess.Popen(
        command,
        env=environment(state),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        told = [_heard(line.rstrip(), say) for line in process.stderr or ()]
    if process.returncode:
        raise StagingError("\n".join(told[-20:]) or "The story ended without a word.")
    return kept_in(state)


def tell_and_throw_away(say: Say) -> Report:
    """Tell the story in a temporary folder that is removed at the end."""
    with tempfile.TemporaryDirectory(prefix="armslength-story-") as folder:
        return tell_in(Path(folder), say)


def kept_in(state: Path) -> Report:
    """Return the report of a story that was told in this state folder; raises FileNotFoundError where none was."""
    return Report.from_kept(json.loads((state / KEPT).read_text(encoding="utf-8")))


def _heard(line: str, say: Say) -> str:
    say(line)
    return line
