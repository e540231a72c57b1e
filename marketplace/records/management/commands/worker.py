"""A Celery worker with the options that suit both brokers."""

import os
from typing import Any

import structlog
from celery import current_app
from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketplace.records import preflight

logger = structlog.get_logger(__name__)


class Command(BaseCommand):
    help = "Do queued tasks until stopped (Ctrl-C or SIGTERM lets the running ones end)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--queues", help="Only these, commas between (default: all).")

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            for warning in preflight.refuse():
                logger.warning("preflight", told=warning)
        except preflight.NotReadyError as error:
            raise CommandError(str(error)) from error
        queues = ["--queues", options["queues"]] if options["queues"] else []
        # Workers need not know each other: the database says what is to be done.
        apart = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        name = f"worker-{os.getpid()}@%h"
        current_app.worker_main(["--quiet", "worker", "--loglevel", "INFO", "--hostname", name, *apart, *queues])
