"""The entry point of a WSGI server: `gunicorn marketplace.wsgi`. It serves nothing while something is wrong."""

import os
import sys

import structlog
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")

application = get_wsgi_application()

# Django's apps have to be there first.
from marketplace.records import preflight  # noqa: E402

REFUSED = 3
"""The exit status by which gunicorn's master knows that no worker can start: it ends, and does not try for ever."""

try:
    for warning in preflight.refuse():
        structlog.get_logger(__name__).warning("preflight", told=warning)
except preflight.NotReadyError as error:
    sys.stderr.write(f"{error}\n")
    raise SystemExit(REFUSED) from error
