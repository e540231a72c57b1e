"""Add the demo's made-up clients, requests and logins to loaded market data."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from marketplace.demo.logins import LOGINS, PASSWORD
from marketplace.demo.seeding import seed
from marketplace.records.refusals import Refusal


class Command(BaseCommand):
    help = "Add the demo's clients, declared engagements, requests and logins. Again, it adds only what is missing."

    def handle(self, *_: Any, **__: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError(
                "Demo logins have a well-known password: they are refused where ARMSLENGTH_ENV is production."
            )
        try:
            added = seed()
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(", ".join(f"{number} {what}" for what, number in added.items()) + " added.")
        self.stdout.write(f"Demo logins, all with the password {PASSWORD}:")
        for login in LOGINS:
            self.stdout.write(f"  {login.email:<28}{login.told}")
