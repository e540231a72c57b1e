"""Rows of the client side as people read them."""

from collections.abc import Mapping, Sequence
from typing import Any

from marketplace.matching import requests_behind
from marketplace.models import LabelingRequest


def parts_text(parts: Sequence[Mapping[str, Any]]) -> str:
    """Return the parts of a score: modality 40 of 40, task not stated."""
    return ", ".join(_part(part) for part in parts) or "nothing special was asked"


def _part(part: Mapping[str, Any]) -> str:
    if part["note"] in {"not stated", "not offered"}:
        return f"{part['part']} {part['note']}"
    return f"{part['part']} {_number(part['points'])} of {_number(part['worth'])}"


def _number(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def state_of_request(request: LabelingRequest) -> str:
    """Say whether the matches rest on the newest facts."""
    if request.ranked_at is None:
        return "not made yet"
    behind = requests_behind().filter(pk=request.pk).exists()
    return "behind: a worker brings them up to date" if behind else "up to date"
