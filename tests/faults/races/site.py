"""The site behind a real web server, in the build of the race: `gunicorn tests.faults.races.site`."""

import os

from django.db import connections

from marketplace.wsgi import application

# Django's apps have to be there first.
from tests.faults.races import builds  # isort: skip

__all__ = ["application"]

builds.apply(os.environ["RACE_BUILD"])
# The server forks its workers from here, and two of them must not share a connection.
connections.close_all()
