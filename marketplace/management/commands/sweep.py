"""Do at once what the periodic sweep does."""

from typing import Any

from django.core.management.base import BaseCommand

from conflicts.sweeping import sweep_conflicts
from marketplace.notices import send_due
from marketplace.records.anchors import anchor
from marketplace.records.sealing import seal
from marketplace.watching import pull


class Command(BaseCommand):
    help = (
        "Find and do whatever is behind: changes to expand, pairs to rescore, matches and alerts to bring up to date, "
        "e-mails to send; seal the decision log and anchor its head."
    )

    def handle(self, *_: Any, **__: Any) -> None:
        swept, pulled, told = sweep_conflicts(), pull(), send_due()
        sealed = seal(everywhere=True)
        anchor(at_once=True)
        self.stdout.write(
            f"{swept['expanded']} changes expanded, {swept['stored']} pairs rescored, {pulled.watched} pairs newly "
            f"watched, {pulled.observed} engagements looked at, {pulled.ranked} requests ranked, "
            f"{pulled.refreshed} alerts refreshed, {pulled.told} ends and reminders of decisions told, "
            f"{told['sent']} e-mails sent, {told['failed']} failed, "
            f"{sealed} log rows sealed."
        )
