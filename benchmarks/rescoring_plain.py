"""One plain process of `benchmarks.rescoring`: it rescores the pairs of a line from its input, or pulls."""

from __future__ import annotations

import os
import sys
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")
django.setup()

# Django's apps have to be there first.
from django.db import connection  # noqa: E402

from conflicts.rescoring import chunks, rescore_watches  # noqa: E402
from marketplace import watching  # noqa: E402
from marketplace.records import hints  # noqa: E402

if __name__ == "__main__":
    hints.broker.quiet_until = float("inf")
    connection.ensure_connection()
    print("ready", flush=True)
    for line in sys.stdin:
        if line.strip() == "pull":
            watching.pull()
            print("pulled", flush=True)
        else:
            for piece in chunks([UUID(key) for key in line.split()]):
                rescore_watches(piece)
            print("screened", flush=True)
