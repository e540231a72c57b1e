"""The demo: tell the story once, keep its database, and serve it."""

import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console

from marketplace.demo.logins import LOGINS, PASSWORD
from marketplace.story.processes import ProcessError, environment, manage, running, web_server
from marketplace.story.rendering import console_on, render
from marketplace.story.report import Report
from marketplace.story.staging import StagingError, kept_in, tell_in

HOST, PORT = "127.0.0.1", 8000


class Command(BaseCommand):
    help = (
        "Tell the story of June 2025, keep its database, and serve it on 127.0.0.1:8000. Later runs keep your changes."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-serve", action="store_true", help="Stop before serving.")
        parser.add_argument("--port", type=int, default=PORT, help=f"The port on {HOST} to serve on (default {PORT}).")

    def handle(self, *_: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demo has well-known passwords: it does not run where ARMSLENGTH_ENV is production.")
        state = Path(settings.STATE) / "demo"
        console = console_on(self.stdout)
        try:
            render(self._report(state), console)
            self._print_logins(console, f"{HOST}:{options['port']}")
            if not options["no_serve"]:
                _refuse_taken(options["port"])
                # Asked before anything is started: a process that does not come up tells only its log why.
                _run(state, "preflight")
                self._serve(state, f"{HOST}:{options['port']}")
        except (StagingError, ProcessError) as error:
            raise CommandError(str(error)) from error

    def _report(self, state: Path) -> Report:
        """Return the story of the kept database, telling it first where there is none."""
        try:
            report = kept_in(state)
        except FileNotFoundError:
            _clear(state)
            return tell_in(state, self.stderr.write)
        _bring_up_to_date(state)
        self.stderr.write("The story was told in this demo before; its database, with what you added, is kept.")
        return report

    def _print_logins(self, console: Console, address: str) -> None:
        console.rule("[bold]The demo's people (made up; for this machine only)", align="left")
        for login in LOGINS:
            console.print(f"  {login.email:<32} {PASSWORD}   {login.told}")
        console.print(f"Admin: http://{address}/admin/   API: http://{address}/api/v1/docs")

    def _serve(self, state: Path, address: str) -> None:
        parts = (
            ("worker", manage("worker"), 'ready."'),
            ("beat", manage("beat"), "beat: Starting..."),
            ("web", web_server(address), "Listening at"),
        )
        with _asked_to_stop(), ExitStack() as stack:
            for name, command, ready in parts:
                stack.enter_context(running(command, log=state / f"{name}.log", ready=ready, env=environment(state)))
            self.stdout.write(f"Serving on http://{address}/ (Ctrl-C stops the site, its worker and beat).")
            self.stdout.flush()
            signal.pause()


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise CommandError(
                f"Port {port} of {HOST} is taken: stop what uses it, or choose another with make demo PORT={port + 1}."
            ) from error


def _bring_up_to_date(state: Path) -> None:
    """Migrate what an earlier release has kept; nothing is written where there is nothing to do."""
    try:
        _run(state, "preflight")
    except CommandError:
        _run(state, "migrate", "--verbosity", "0")


def _run(state: Path, *words: str) -> None:
    """Run a command on what is kept there; raises CommandError with what it said where it fails."""
    answer = subprocess.run(manage(*words), env=environment(state), capture_output=True, text=True, check=False)
    if answer.returncode:
        raise CommandError(f"{answer.stdout}{answer.stderr}".strip())


@contextmanager
def _asked_to_stop() -> Iterator[None]:
    """Take Ctrl-C and SIGTERM for an orderly end."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    before = {name: signal.signal(name, stop) for name in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    except KeyboardInterrupt:
        pass
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


def _clear(state: Path) -> None:
    """Remove what a story left that did not come to its end."""
    for path in sorted(state.rglob("*"), reverse=True) if state.exists() else []:
        path.rmdir() if path.is_dir() else path.unlink()
