"""A web server on the loopback, whose workers can be killed; and what is sent to it."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random
from urllib.parse import urlencode

from tests.faults.races.acts import DONE, KILLED, MADE, PAST, Act
from tests.faults.races.writers import PATIENCE, ROOT

WORKERS, THREADS = 2, 2
"""Each thread holds one connection to the database, and the master none."""
CSRF = "c" * 32
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": CSRF}


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Server:
    """gunicorn's master: where it listens and its pid."""

    port: int
    pid: int

    def send(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer | None:
        """Return the answer; None where the worker was killed under the request."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            line.request(method, path, body, dict(headers))
            told = line.getresponse()
            return Answer(told.status, told.read())
        except (http.client.HTTPException, ConnectionError):
            return None
        finally:
            line.close()

    def kill_worker(self, rng: Random) -> None:
        """Send kill -9 to one worker; the master starts another."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text(encoding="ascii").split()
        with suppress(ProcessLookupError, IndexError):
            os.kill(int(rng.choice(children)), signal.SIGKILL)


@contextmanager
def serving(build: str, environment: Mapping[str, str], log: Path, *, threads: int = THREADS) -> Iterator[Server]:
    """Serve the site in that build; stopped by its pid at the end. Two workers have so many threads each."""
    with socket.socket() as listening, log.open("wb") as output:
        listening.bind(("127.0.0.1", 0))
        port, fd = listening.getsockname()[1], listening.fileno()
        command = [sys.executable, "-m", "gunicorn", "tests.faults.races.site", "--preload", "--bind", f"fd://{fd}"]
        process = subprocess.Popen(
            [*command, "--workers", str(WORKERS), "--threads", str(threads)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "RACE_BUILD": build, **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=(fd,),
            start_new_session=True,
        )
        try:
            # Nobody listens before the master does; from then on a request waits for its worker.
            _wait_for(process, port, log)
            yield Server(port, process.pid)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait_for(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    for _ in range(1200):
        if process.poll() is not None:
            raise RuntimeError(f"The web server ended: {log.read_text(encoding='utf-8', errors='replace')}")
        with suppress(ConnectionError), socket.create_connection(("127.0.0.1", port), timeout=0.05):
            return
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.05)
    raise RuntimeError("The web server does not listen.")


@dataclass(frozen=True, slots=True)
class Caller:
    """People of one lane at the API and at the console. `key` opens the client's file there."""

    server: Server
    tokens: Mapping[str, str]
    session: str
    client: str
    key: str

    def api(self, act: Act) -> str:
        """Do it over the API and return as `acts.perform` does."""
        method, path, who, body = _api(act)
        headers = {**JSON, "Authorization": f"Bearer {self.tokens[who]}"}
        answer = self.server.send(
            method, f"/api/v1/{path}", b"" if body is None else json.dumps(body).encode(), headers
        )
        if answer is None:
            return KILLED
        if answer.status < 300:
            return MADE if act.is_award else DONE
        told = json.loads(answer.body)
        return f"error: {answer.body!r}" if answer.status in {400, 401, 403, 500} else str(told["code"])

    def admin(self, act: Act) -> str:
        """Do it at the console, which shows a refusal on the form's own page."""
        path, form = self._console(act)
        headers = {**FORM, "Cookie": f"sessionid={self.session}; csrftoken={CSRF}"}
        answer = self.server.send("POST", f"/admin/{path}", urlencode(form).encode(), headers)
        if answer is None:
            return KILLED
        if answer.status == 302:
            return MADE if act.is_award else DONE
        return "console_refused" if answer.status in {200, 404} else f"error: console {answer.status}"

    def _console(self, act: Act) -> tuple[str, dict[str, str]]:
        told = act.told
        file, key = f"marketplace/client/{self.client}", f"?{urlencode({'key': self.key})}"
        if act.name == "award":
            return f"marketplace/labelingrequest/{told['request']}/award/", {
                "slot": told["slot"],
                "vendor": told["vendor_id"],
            }
        if act.name == "end":
            return f"conflicts/interest/{told['interest']}/end/", {"end": PAST, "standing": "press"}
        if act.name == "withdraw":
            return f"{file}/file_withdraw/{key}", {"item": told["declaration"]}
        return f"{file}/file_void/{key}", {"item": told["decision"], "reason": "It has a hole."}


def _api(act: Act) -> tuple[str, str, str, object]:
    """Return the method, the address, who calls and the body."""
    of = act.told.get
    stake = {"holder": of("holder"), "subject": of("subject"), "type": "shareholding"}
    share = {"share_low": "49", "share_high": "49", "source": {"url": of("url"), "standing": "press"}}
    begun, ended = {"action": "add", **stake, **share}, {"action": "end", "interest": of("interest"), "end": PAST}
    return {
        "award": ("POST", "awards", "member", {"slot": of("slot"), "vendor": of("vendor")}),
        "record": ("POST", "interests", "staff", {"rows": [begun]}),
        "end": ("POST", "interests", "staff", {"rows": [ended]}),
        "declare": ("POST", "competitors", "member", {"competitor": of("competitor")}),
        "withdraw": ("DELETE", f"competitors/{of('declaration')}", "member", None),
        "tighten": ("PUT", "policy", "member", {"economic_block": "3", "economic_review": "2"}),
        "relax": ("PUT", "policy", "member", {}),
        "approve": ("POST", f"decisions/{of('decision')}/approve", "approver", {}),
        "void": ("POST", f"decisions/{of('decision')}/void", "approver", {"reason": "It has a hole."}),
    }[act.name]
