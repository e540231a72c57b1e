"""A database of a benchmark's own on the server of DATABASE_URL, over the owner of DATABASE_OWNER_URL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, connections


def has_servers() -> bool:
    """Whether there is a PostgreSQL with both of its roles."""
    return connection.vendor == "postgresql" and "owner" in connections


@contextmanager
def scratch_database() -> Iterator[None]:
    """A database that the owner makes and drops, with the app role at work in it."""
    owner, app = connections["owner"], connections["default"]
    name = app.settings_dict["NAME"]
    owner.settings_dict["TEST"]["NAME"] = f"bench_{name}_{os.getpid()}"
    made = owner.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        app.close()
        app.settings_dict["NAME"] = made
        yield
    finally:
        app.close()
        app.settings_dict["NAME"] = name
        owner.creation.destroy_test_db(name, verbosity=0)


def analyze() -> None:
    """What a server does by itself after a while."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
