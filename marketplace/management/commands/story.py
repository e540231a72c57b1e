"""Replay June 2025."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketplace.story.rendering import console_on, render
from marketplace.story.report import Report
from marketplace.story.staging import StagingError, tell_and_throw_away, tell_here
from marketplace.story.telling import StoryError


class Command(BaseCommand):
    help = "Replay June 2025 on the public facts in a throwaway database, with a queue folder and a worker of its own."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="Print one JSON object (docs/story.md).")
        parser.add_argument(
            "--here", action="store_true", help="Tell it in the configured database, which must be empty, and keep it."
        )
        parser.add_argument("--quiet", action="store_true", help="Print no story, only what is under way.")

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            report = self._told(here=options["here"])
        except (StoryError, StagingError) as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(report.published(), indent=2))
        elif not options["quiet"]:
            render(report, console_on(self.stdout))

    def _told(self, *, here: bool) -> Report:
        if here:
            return tell_here(Path(settings.STATE), self._say)
        return tell_and_throw_away(self._say)

    def _say(self, line: str) -> None:
        self.stderr.write(line)
