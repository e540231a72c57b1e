"""A database that waits for a migration of this release."""

from collections.abc import Iterator

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper

FORGET = "DELETE FROM django_migrations WHERE app = 'records' AND name = '0001_initial'"
REMEMBER = "INSERT INTO django_migrations (app, name, applied) VALUES ('records', '0001_initial', '2026-01-01')"


@pytest.fixture
def not_migrated(owner: BaseDatabaseWrapper) -> Iterator[None]:
    with owner.cursor() as cursor:
        cursor.execute(FORGET)
    yield
    with owner.cursor() as cursor:
        cursor.execute(REMEMBER)
