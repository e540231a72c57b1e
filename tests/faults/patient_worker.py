"""A worker that knows one task more, which lasts until it is let go. Its limits come from the environment."""

import os
import sys
import time
from pathlib import Path

import django
from celery.exceptions import SoftTimeLimitExceeded
from django.core.management import call_command

django.setup()

# Django's apps have to be there first.
from marketplace import celery_app  # noqa: E402


@celery_app.task(name="tests.hold")
def hold(*, folder: str, name: str, stubborn: bool = False) -> None:
    """Write down that it has begun, and when it was let go that it has ended."""
    place = Path(folder)
    with (place / "told").open("a") as told:
        told.write(f"{name} begun {os.getpid()}\n")
    while not (place / "go").exists():
        try:
            time.sleep(0.05)
        except SoftTimeLimitExceeded:
            if not stubborn:
                raise
    with (place / "told").open("a") as told:
        told.write(f"{name} ended {os.getpid()}\n")


if __name__ == "__main__":
    conf = celery_app.conf
    conf.task_soft_time_limit = int(os.environ.get("SOFT_LIMIT", conf.task_soft_time_limit))
    conf.task_time_limit = int(os.environ.get("HARD_LIMIT", conf.task_time_limit))
    if "VISIBILITY" in os.environ:
        visible = {"visibility_timeout": int(os.environ["VISIBILITY"])}
        conf.broker_transport_options = {**conf.broker_transport_options, **visible}
    call_command(sys.argv[1])
