"""A run of the quick tests alone does not even read the others: to import what they need takes a second."""

from pathlib import Path

import pytest

PROPERTIES = ("\npytestmark = pytest.mark.property\n", "\npytestmark = [\n    pytest.mark.property,\n")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out a module of properties where `-m` asks for none."""
    if "not property" in config.getoption("markexpr") and collection_path.suffix == ".py":
        text = collection_path.read_text("utf-8")
        return any(mark in text for mark in PROPERTIES) or None
    return None


@pytest.fixture(scope="session")
def _nothing() -> None:
    """Take the place of what pytest-django prepares for each test: the engine knows no Django."""


_django_db_marker = _django_isolate_apps = _django_set_urlconf = _django_setup_unittest = _nothing
_django_clear_site_cache = _dj_autoclear_mailbox = _template_string_if_invalid_marker = _nothing
