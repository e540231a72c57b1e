"""What tests of the log ask for."""

from pathlib import Path

import pytest
from django.conf import settings


@pytest.fixture(autouse=True)
def anchor_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this test's anchors go."""
    monkeypatch.setattr(settings, "LOG_ANCHOR_FILE", str(tmp_path / "anchors.jsonl"))
    return tmp_path / "anchors.jsonl"
