"""Readers of environment variables. A value that cannot be right is refused with a sentence.

Every refusal is an ImproperlyConfigured that names the variable, what was found and what to write. A value that may
hold a password is never repeated.
"""

import re
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from psycopg import IsolationLevel, ProgrammingError
from psycopg.conninfo import conninfo_to_dict

TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off"})
SECRET_KEY_LENGTH = 50
CELERY_CERT = re.compile(r"ssl_cert_reqs=CERT_([A-Z]+)")
DATABASE_FORMS = "sqlite:////absolute/file.sqlite3 or postgres://user:password@host:5432/database"
REDIS_FORMS = "redis://host:6379/0, rediss://host:6379/0 or redis+socket:///path/to/redis.sock?virtual_host=0"
EMAIL_FORMS = "smtp+tls://user:password@host:587, smtps://..., smtp://host:25, file:///absolute/folder or console://"
EMAIL_BACKENDS = {"smtp": "smtp", "smtp+tls": "smtp", "smtps": "smtp", "file": "file", "console": "console"}
SMTP_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}

DatabaseSettings = dict[str, Any]


@dataclass(frozen=True)
class Environment:
    """The variables of one process. An empty variable counts as one that is not set."""

    values: Mapping[str, str]

    def text(self, name: str, default: str = "") -> str:
        """Return the value without surrounding blanks."""
        return self.values.get(name, "").strip() or default

    def flag(self, name: str, *, default: bool) -> bool:
        """Return a yes or no."""
        found = self.text(name)
        if found and found.lower() not in TRUE | FALSE:
            raise ImproperlyConfigured(f"{name} is {found!r}: write 1 for yes or 0 for no.")
        return found.lower() in TRUE if found else default

    def number(self, name: str, *, default: int, at_least: int) -> int:
        """Return a whole number."""
        found = self.text(name, str(default))
        if not found.isascii() or not found.isdigit() or int(found) < at_least:
            raise ImproperlyConfigured(f"{name} is {found!r}: write a whole number of at least {at_least}.")
        return int(found)

    def choice(self, name: str, options: Sequence[str], *, default: str) -> str:
        """Return one of the options."""
        found = self.text(name, default)
        if found not in options:
            raise ImproperlyConfigured(f"{name} is {found!r}: write one of {', '.join(options)}.")
        return found

    def words(self, name: str, *, default: Sequence[str] = ()) -> list[str]:
        """Return the parts of a list that is separated by commas."""
        return [word.strip() for word in self.text(name).split(",") if word.strip()] or list(default)

    def folder(self, name: str, *, default: Path) -> Path:
        """Return an absolute folder, made if it is missing."""
        path = Path(self.text(name, str(default))).expanduser().absolute()
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            reason = error.strerror or str(error)
            raise ImproperlyConfigured(f"{name} is {path}: {reason}. Write a folder that can be written to.") from error
        return path

    def redis(self, name: str) -> str:
        """Return an address of Redis in Celery's form, or an empty string where there is none."""
        found = self.text(name)
        scheme = found.partition("://")[0]
        if found and (scheme not in {"redis", "rediss", "redis+socket"} or "://" not in found):
            raise ImproperlyConfigured(f"{name} is no Redis address: write {REDIS_FORMS}.")
        return found

    def address(self, name: str, *, default: str) -> str:
        """Return where people find the site, without a slash at the end."""
        found = self.text(name, default).rstrip("/")
        if urlsplit(found).scheme not in {"http", "https"} or not urlsplit(found).hostname:
            raise ImproperlyConfigured(f"{name} is {found!r}: write an address such as https://site.example.")
        return found

    def email(self, name: str, *, default: str) -> dict[str, Any]:
        """Return by which of Django's backends mail is sent, with what that needs."""
        return _email(name, self.text(name, default))

    def redis_server(self, name: str) -> str:
        """Return the same address as redis-py takes it."""
        found = self.redis(name)
        if found.startswith("redis+socket:"):
            return found.replace("redis+socket:", "unix:", 1).replace("virtual_host=", "db=")
        return CELERY_CERT.sub(lambda match: f"ssl_cert_reqs={match[1].lower()}", found)

    def secret_key(self, name: str, *, production: bool, kept_in: Path) -> str:
        """Return the signing key; outside production one is made once and kept in a file of its own."""
        found = self.text(name)
        if production and (len(found) < SECRET_KEY_LENGTH or found.startswith("django-insecure")):
            raise ImproperlyConfigured(
                f"{name} is {'too weak' if found else 'missing'}: in production write at least {SECRET_KEY_LENGTH} "
                "random characters, the same for every process."
            )
        return found or _kept_secret(kept_in)

    def databases(self, *, default: Path) -> dict[str, DatabaseSettings]:
        """Return Django's DATABASES from DATABASE_URL and, on PostgreSQL, DATABASE_OWNER_URL.

        `default` is the app role. `owner` is there only where its address is given: it migrates, creates and resets.
        """
        app = _database("DATABASE_URL", self.text("DATABASE_URL") or f"sqlite:///{default}")
        owner_url = self.text("DATABASE_OWNER_URL")
        if not owner_url:
            return {"default": app}
        owner = _database("DATABASE_OWNER_URL", owner_url)
        _refuse_unlike_pair(app, owner)
        return {"default": app, "owner": owner}


def _email(name: str, url: str) -> dict[str, Any]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ImproperlyConfigured(f"{name} is no mail address of a server: write {EMAIL_FORMS}.") from None
    backend = EMAIL_BACKENDS.get(parts.scheme)
    complete = {"smtp": parts.hostname, "file": parts.path.strip("/") and not parts.netloc, "console": True}
    if backend is None or not complete[backend]:
        # It may hold a password, so it is not repeated.
        raise ImproperlyConfigured(f"{name} is none that mail can be sent by: write {EMAIL_FORMS}.")
    return {
        "BACKEND": f"django.core.mail.backends.{'filebased' if backend == 'file' else backend}.EmailBackend",
        "FILE_PATH": unquote(parts.path) if backend == "file" else None,
        "HOST": parts.hostname or "",
        "PORT": port or SMTP_PORTS.get(parts.scheme, 0),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "USE_TLS": parts.scheme == "smtp+tls",
        "USE_SSL": parts.scheme == "smtps",
    }


def _kept_secret(path: Path) -> str:
    if not path.exists():
        # Of processes that start together one wins, and none ever sees half a key.
        with NamedTemporaryFile("w", dir=path.parent, encoding="ascii") as file:
            file.write(secrets.token_urlsafe(SECRET_KEY_LENGTH))
            file.flush()
            with suppress(FileExistsError):
                path.hardlink_to(file.name)
    return path.read_text(encoding="ascii")


def _database(name: str, url: str) -> DatabaseSettings:
    scheme = url.partition("://")[0]
    if scheme == "sqlite":
        return _sqlite(name, url)
    if scheme in {"postgres", "postgresql"}:
        return _postgresql(name, url)
    raise ImproperlyConfigured(f"{name} begins with neither sqlite:// nor postgres://: write {DATABASE_FORMS}.")


def _sqlite(name: str, url: str) -> DatabaseSettings:
    path = unquote(url.removeprefix("sqlite://"))
    file = path if path == ":memory:" else path.removeprefix("/")
    if not file or (path == file and file != ":memory:"):
        raise ImproperlyConfigured(f"{name} names no file: write {DATABASE_FORMS}.")
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": file,
        "OPTIONS": {
            # A transaction that reads first and writes later fails at once on SQLite; one that says so before waits.
            "transaction_mode": "IMMEDIATE",
            "timeout": 10,
            # Without recursive triggers INSERT OR REPLACE slips past a delete trigger.
            "init_command": "PRAGMA journal_mode = WAL; PRAGMA recursive_triggers = ON;",
        },
    }


def _postgresql(name: str, url: str) -> DatabaseSettings:
    try:
        parts = conninfo_to_dict(url)
        port = urlsplit(url).port
    except (ProgrammingError, ValueError):
        # The driver's own message may repeat the password.
        raise ImproperlyConfigured(f"{name} is no PostgreSQL address: write {DATABASE_FORMS}.") from None
    if not parts.get("dbname") or not parts.get("user"):
        missing = "user" if parts.get("dbname") else "database"
        raise ImproperlyConfigured(f"{name} names no {missing}: write {DATABASE_FORMS}.")
    known = {key: parts.pop(key, "") for key in ("dbname", "user", "password", "host", "port")}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": known["dbname"],
        "USER": known["user"],
        "PASSWORD": known["password"] or "",
        "HOST": known["host"] or "",
        "PORT": str(port or known["port"] or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 5, **parts, "isolation_level": IsolationLevel.READ_COMMITTED},
    }


def _refuse_unlike_pair(app: DatabaseSettings, owner: DatabaseSettings) -> None:
    if not app["ENGINE"].endswith("postgresql") or not owner["ENGINE"].endswith("postgresql"):
        raise ImproperlyConfigured(
            "DATABASE_OWNER_URL belongs beside a PostgreSQL DATABASE_URL: unset it, or write both as postgres://."
        )
    if app["USER"] == owner["USER"]:
        raise ImproperlyConfigured(
            f"DATABASE_URL and DATABASE_OWNER_URL both name the role {app['USER']!r}: the app must not be able to "
            "change the decision log, so write two roles (deploy/postgres/roles.sql makes them)."
        )
    if app["NAME"] != owner["NAME"]:
        raise ImproperlyConfigured(
            f"DATABASE_URL names the database {app['NAME']!r} and DATABASE_OWNER_URL {owner['NAME']!r}: write one name."
        )
