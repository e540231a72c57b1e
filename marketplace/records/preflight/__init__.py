"""What must be right before this process serves or works, asked of the servers themselves (DESIGN 5).

A problem is a sentence that says what to do. An error refuses the start. A broker that is away is a warning only:
business goes on without it, and the sweep finds what it would have told (I13).
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from django.core.checks import ERROR, CheckMessage
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from marketplace.records.preflight import database, servers, site

Problems = list[CheckMessage]

OF_DATABASE: Mapping[str, Callable[[BaseDatabaseWrapper], Problems]] = {
    "isolation": database.isolation,
    "role": database.role,
    "migrations": database.migrations,
    "triggers": database.triggers,
}
OF_SETTINGS: Mapping[str, Callable[[], Problems]] = {"site": site.site}
OF_SERVERS: Mapping[str, Callable[[], Problems]] = {
    "broker": servers.broker,
    "cache": servers.cache,
}


class NotReadyError(Exception):
    """This process must not start; the text is one sentence a line."""


@dataclass(frozen=True, slots=True)
class Line:
    """One check and what it found wrong."""

    name: str
    problems: tuple[CheckMessage, ...]

    @property
    def verdict(self) -> str:
        """One of ok, warning, refused."""
        if not self.problems:
            return "ok"
        return "refused" if any(problem.level >= ERROR for problem in self.problems) else "warning"


def lines() -> list[Line]:
    """Ask everything once; of a database that does not answer nothing further is asked."""
    before, after = ([(name, check()) for name, check in checks.items()] for checks in (OF_SETTINGS, OF_SERVERS))
    found = [*before, *_of_database(), *after]
    return [Line(name, tuple(problems)) for name, problems in found]


def refuse() -> list[str]:
    """Return the warnings; raises NotReadyError where a check refuses."""
    found = lines()
    refused = [problem.msg for line in found if line.verdict == "refused" for problem in line.problems]
    if refused:
        raise NotReadyError("\n".join(refused))
    return [problem.msg for line in found for problem in line.problems]


def deployment_check(*_: object, databases: Sequence[str] | None = None, **__: Any) -> Problems:
    """Return the same problems to `manage.py check --deploy --database default`."""
    if DEFAULT_DB_ALIAS not in (databases or []):
        return []
    return [problem for line in lines() for problem in line.problems]


def _of_database() -> list[tuple[str, Problems]]:
    # A connection of its own: none is left open to be shared by processes that this one forks.
    with closing(connections.create_connection(DEFAULT_DB_ALIAS)) as connection:
        unreachable = database.reachable(connection)
        if unreachable:
            return [("database", unreachable)]
        return [("database", []), *((name, check(connection)) for name, check in OF_DATABASE.items())]
