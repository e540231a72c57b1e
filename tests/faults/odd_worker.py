"""A worker of a build that is broken on purpose, in the ways that are named: what a harness must catch.

`sweep` looks for nothing when it starts; `near` expands without who is near; `forward` stores what is older, after a
while that lets others be quicker.
"""

import sys
import time
from dataclasses import replace
from random import Random

import django
from celery.signals import worker_ready
from django.core.management import call_command

django.setup()

# Django's apps have to be there first.
from conflicts import expansion, rescoring  # noqa: E402
from marketplace.tasks import sweep_at_start  # noqa: E402

SLOWEST = 0.3


def without_sweep() -> None:
    worker_ready.disconnect(sweep_at_start)


def without_near() -> None:
    right = expansion.extent_of
    expansion.extent_of = lambda waiting: replace(right(waiting), holders=frozenset())


def without_forward() -> None:
    right, chance = rescoring.store, Random()

    def slow_store(*told: object, **more: object) -> bool:
        time.sleep(chance.uniform(0, SLOWEST))
        return right(*told, **more)  # type: ignore[arg-type]

    rescoring._is_outrun = lambda *_: False
    rescoring.store = slow_store


BREAKS = {"sweep": without_sweep, "near": without_near, "forward": without_forward}

if __name__ == "__main__":
    for name in sys.argv[1].split(","):
        BREAKS[name]()
    call_command("worker")
