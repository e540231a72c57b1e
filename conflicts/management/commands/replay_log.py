"""Judge the decisions of the log again on what was known at their epochs."""

import sys
from collections import Counter
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from conflicts.replaying import Fate, replay


class Command(BaseCommand):
    help = (
        "Judge each verdict of the decision log again, on the facts, list and policy of its epoch and the day of the "
        "decision; say what differs and exit 1 then."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="first", metavar="N", type=int, help="Begin at this position of the log.")
        parser.add_argument("--to", dest="last", metavar="M", type=int, help="End at this position.")
        parser.add_argument("--entry", metavar="ID", type=UUID, help="Only the row of this id.")

    def handle(self, *_: Any, **options: Any) -> None:
        first, last, entry = options["first"], options["last"], options["entry"]
        if entry and (first or last):
            raise CommandError("One row has one place: give --entry, or --from and --to.")
        counts: Counter[Fate] = Counter()
        for told in replay(first=first, last=last, entry=entry):
            counts[told.fate] += 1
            if told.fate is not Fate.SAME:
                self.stdout.write(told.text)
        if entry and not counts:
            raise CommandError(f"Row {entry} tells no verdict, or there is none: give the id of an award or decision.")
        self.stdout.write(
            f"{counts.total()} verdicts: {counts[Fate.SAME]} the same, {counts[Fate.DIFFERENT]} different, "
            f"{counts[Fate.OTHER_RULES]} by other rules and not compared."
        )
        if counts[Fate.DIFFERENT]:
            sys.exit(1)
