"""A worker that dies by kill -9 after the commit of an expansion and before it publishes what is to be rescored."""

import os
import signal

import django
from celery.signals import worker_ready
from django.core.management import call_command

django.setup()

# Django's apps have to be there first.
from marketplace.records import hints  # noqa: E402
from marketplace.tasks import sweep_at_start  # noqa: E402

LAST_WORDS = "conflicts.tasks.rescore"
publish = hints.broker.publish


def die_or_publish(task_name: str, ids: dict[str, str | int | list[str]]) -> None:
    if task_name == LAST_WORDS:
        os.killpg(0, signal.SIGKILL)
    publish(task_name, ids)


if __name__ == "__main__":
    # The sweep at its start could do the work before the message does.
    worker_ready.disconnect(sweep_at_start)
    hints.broker.publish = die_or_publish  # type: ignore[method-assign]
    call_command("worker")
