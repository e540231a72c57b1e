"""Check the decision log against its chain and its anchors."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketplace.records.anchors import anchor_file
from marketplace.records.verification import Flaw, Verification

TOLD_AT_MOST = 1_000


class Command(BaseCommand):
    help = (
        "Check every row of the decision log against its seal, the seals against each other and the chain against its "
        "anchors; say what does not fit and exit 1 then."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--anchors",
            metavar="FILE",
            type=Path,
            action="append",
            help="A file of anchors, best a copy kept elsewhere; may be repeated (default: LOG_ANCHOR_FILE).",
        )
        parser.add_argument("--json", action="store_true", help="Print one JSON object instead of sentences.")

    def handle(self, *_: Any, **options: Any) -> None:
        verification = Verification(self._files(options["anchors"]))
        told, count = [], 0
        for flaw in verification.flaws():
            count += 1
            if count <= TOLD_AT_MOST:
                told.append(flaw)
                self._say("" if options["json"] else flaw.text)
        if options["json"]:
            self.stdout.write(_as_json(verification, told, count))
        else:
            self._sum_up(verification, count)
        if count:
            sys.exit(1)

    def _files(self, given: list[Path] | None) -> list[Path]:
        for path in given or ():
            if not path.is_file():
                raise CommandError(f"There is no file {path}: give the path of a copy of the anchors.")
        if given is not None:
            return given
        if anchor_file().is_file():
            return [anchor_file()]
        self.stderr.write(
            f"There are no anchors at {anchor_file()}: whether the whole log has been written anew cannot be told."
        )
        return []

    def _sum_up(self, verification: Verification, count: int) -> None:
        if count > TOLD_AT_MOST:
            self._say(f"{count - TOLD_AT_MOST} more like these.")
        found = "nothing wrong" if not count else f"{count} {'thing' if count == 1 else 'things'} wrong"
        self._say(
            f"{verification.rows} rows and {verification.anchored} anchors verified, up to seal "
            f"{verification.head.number} ({verification.head.hash}): {found}."
        )

    def _say(self, text: str) -> None:
        if text:
            self.stdout.write(text)


def _as_json(verification: Verification, told: list[Flaw], count: int) -> str:
    return json.dumps(
        {
            "rows": verification.rows,
            "anchors": verification.anchored,
            "head": asdict(verification.head),
            "count": count,
            "flaws": [asdict(flaw) for flaw in told],
        }
    )
