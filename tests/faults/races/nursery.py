"""What a writer process is forked from: Django set up once, so that one takes the place of a killed one in no time."""

import django

django.setup()

# Django's apps have to be there first.
from tests.faults.races import writers  # noqa: E402, F401
