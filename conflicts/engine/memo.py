"""Answers kept with the immutable snapshot that they were worked out on."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar, cast

from conflicts.engine.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
R = TypeVar("R")

_NOT_YET = object()


def kept_with_snapshot(
    function: Callable[Concatenate[Snapshot, P], R],
) -> Callable[Concatenate[Snapshot, P], R]:
    """Remember what `function(snap, ...)` answered; all arguments must be hashable."""

    @wraps(function)
    def answer(snap: Snapshot, /, *args: P.args, **kwargs: P.kwargs) -> R:
        key = (function, args, *kwargs.items())
        kept = snap.memo.get(key, _NOT_YET)
        if kept is _NOT_YET:
            kept = snap.memo[key] = function(snap, *args, **kwargs)
        return cast("R", kept)

    return answer
