"""Writers in processes of their own, as a shell or an importer is, which kill -9 may end in the midst of a write."""

import multiprocessing
import os
from collections.abc import Mapping
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from unittest import mock

from tests.faults.races import builds
from tests.faults.races.acts import KILLED, Act, perform

ROOT = Path(__file__).parents[3]
PATIENCE = 60.0
"""Seconds after which a writer that does not answer is given up."""
_nursery = multiprocessing.get_context("forkserver")


def serve(pipe: Connection, build: str) -> None:
    """Do what comes through the pipe until it is closed."""
    builds.apply(build)
    while True:
        try:
            act, door = pipe.recv()
        except EOFError:
            return
        pipe.send(perform(act, door))


class Writer:
    """One process. It is started again after a kill; `environment` leads the first one of all to the database."""

    def __init__(self, build: str, environment: Mapping[str, str]) -> None:
        self.build, self.environment = build, {**environment, "PYTHONPATH": str(ROOT)}
        self.process: BaseProcess
        self.pipe: Connection
        self._start()

    def perform(self, act: Act, door: str, *, kill_after: float | None = None) -> str:
        """Let it do the act and return its answer; with `kill_after` it has so many seconds and is killed then."""
        self.pipe.send((act, door))
        if not self.pipe.poll(PATIENCE if kill_after is None else kill_after):
            self.kill()
            self._start()
            return KILLED if kill_after is not None else "error: the writer did not answer"
        answer: str = self.pipe.recv()
        return answer

    def kill(self) -> None:
        """Send kill -9."""
        self.process.kill()
        self.process.join()
        self.pipe.close()

    def _start(self) -> None:
        self.pipe, theirs = _nursery.Pipe()
        with mock.patch.dict(os.environ, self.environment):
            _nursery.set_forkserver_preload(["tests.faults.races.nursery"])
            self.process = _nursery.Process(target=serve, args=(theirs, self.build), daemon=True)
            self.process.start()
        theirs.close()
