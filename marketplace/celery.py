"""The Celery app. The broker carries hints; the database holds what must not be lost."""

import os
import signal
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_shutting_down

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")

app = Celery("armslength")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def keep_django_logging(**_: Any) -> None:
    """A receiver of this signal keeps Celery from setting up logging of its own."""


@worker_shutting_down.connect
def let_a_second_sigterm_end(*, sig: str, **_: Any) -> None:
    """The first SIGTERM lets running tasks end. Celery would take no notice of a second one; here it ends them too.

    Their messages go back to the queue.
    """
    if sig == "SIGTERM":
        signal.signal(signal.SIGTERM, signal.getsignal(signal.SIGQUIT))
