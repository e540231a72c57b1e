"""A process that makes changes at a rate until it is told to end.

SIGTERM ends it between two changes. SIGUSR1 dooms it: it makes one change more, a rival's purchase where a director
of a vendor sits, and dies by kill -9 after the commit of that change and before the message is published.
"""

import os
import signal
import sys
import time

import django
from django.db import OperationalError

django.setup()

# Django's apps have to be there first.
from marketplace.records import hints  # noqa: E402
from marketplace.records.refusals import Conflict, Unavailable  # noqa: E402
from tests.faults.changes import Changes  # noqa: E402
from tests.faults.fanned_market import Shape  # noqa: E402

LAST_PAUSE = 2.0


class Orders:
    """What the nemesis has told this process by signals."""

    ended = False
    doomed = False

    def listen(self) -> None:
        signal.signal(signal.SIGTERM, lambda *_: setattr(self, "ended", True))
        signal.signal(signal.SIGUSR1, lambda *_: setattr(self, "doomed", True))


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def produce(changes: Changes, *, rate: float, orders: Orders) -> None:
    """Make `rate` changes a second, or as many as the database takes. What is refused for a race is left out."""
    begun, number = time.monotonic(), 0
    while not orders.ended:
        number += 1
        if orders.doomed:
            # Workers that are healthy have expanded what came before, so that the last change stands alone.
            time.sleep(LAST_PAUSE)
            hints.broker.publish = die  # type: ignore[assignment, method-assign]
        try:
            (changes.make_last if orders.doomed else changes.make)(number)
        except (Conflict, Unavailable, OperationalError) as error:
            # Another producer was first, or SQLite is busy: a user would try again.
            say(f"change refused: {error}")
        time.sleep(max(0.0, begun + number / rate - time.monotonic()))


if __name__ == "__main__":
    *shape, seed, wide_every = map(int, sys.argv[1:-1])
    told = Orders()
    told.listen()
    say("producing")
    produce(Changes(Shape(*shape), seed, wide_every), rate=float(sys.argv[-1]), orders=told)
