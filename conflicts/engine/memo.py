"""Answers kept with the immutable snapshot that they were worked out on."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar, cast

from conflicts.engine.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
R = TypeVar("R")


def kept_with_snapshot(
    function: Callable[Concatenate[Snapshot, P], R],
) -> Callable[Concatenate[Snapshot, P], R]:
    """Remember what `function(snap, ...)` answered; all arguments must be hashable."""

    @wraps(function)
    def answer(snap: Snapshot, /, *args: P.args, **kwargs: P.kwargs) -> R:
        key = (function, args, tuple(sorted(kwargs.items())))
        if key not in snap.memo:
            snap.memo[key] = function(snap, *args, **kwargs)
        return cast("R", snap.memo[key])

    return answer
