"""Everything that must be right before the site serves, asked now."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from marketplace.records import preflight


class Command(BaseCommand):
    help = "Ask database, broker and cache what must be right before the site serves. Exits 1 where it would refuse to."

    def handle(self, *_: Any, **__: Any) -> None:
        found = preflight.lines()
        for line in found:
            self.stdout.write(f"{line.name:<11}{line.verdict}")
            for problem in line.problems:
                self.stdout.write(f"  {problem.msg}")
        if any(line.verdict == "refused" for line in found):
            raise CommandError("The site would not start: what to do stands above.")
