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
