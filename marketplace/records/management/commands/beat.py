"""Celery's clockwork in a process of its own: a beat inside a worker outlives a killed parent."""

from typing import Any

from celery import current_app
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Queue the periodic tasks, above all the sweep, until stopped. Run exactly one."

    def handle(self, *_: Any, **__: Any) -> None:
        # Celery refuses to start beside the pid file of a beat that was killed; --pidfile= writes none.
        current_app.start(["--quiet", "beat", "--loglevel", "INFO", "--pidfile="])
