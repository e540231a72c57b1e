"""A worker of a build that is broken on purpose, in the ways that are named: what a harness must catch.

`sweep` looks for nothing when it starts; `near` expands without who is near; `forward` stores
once more what it stored before, though something newer may be there by then.
"""

import sys
import time
from collections.abc import Collection
from dataclasses import replace
from uuid import UUID

import django
from celery.signals import worker_ready
from django.core.management import call_command

django.setup()

# Django's apps have to be there first.
from conflicts import expansion, rescoring, storing  # noqa: E402
from conflicts.storing import Found  # noqa: E402
from marketplace.tasks import sweep_at_start  # noqa: E402

SECONDS_LATE = 0.5


def without_sweep() -> None:
    worker_ready.disconnect(sweep_at_start)


def without_near() -> None:
    right = expansion.extent_of
    expansion.extent_of = lambda waiting: replace(right(waiting), holders=frozenset())


def without_forward() -> None:
    right = storing.store_all
    before: list[Found] = []

    def again(found: Collection[Found]) -> set[UUID]:
        stored = right(found)
        time.sleep(SECONDS_LATE)
        right(before)
        before[:] = found
        return stored

    storing._is_newer = lambda *_: True
    rescoring.store_all = again  # type: ignore[attr-defined]


BREAKS = {"sweep": without_sweep, "near": without_near, "forward": without_forward}

if __name__ == "__main__":
    for name in sys.argv[1].split(","):
        BREAKS[name]()
    call_command("worker")
