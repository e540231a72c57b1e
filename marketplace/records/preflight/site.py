"""What must be right in the settings of a site that others than this machine reach.

In production marketplace.environment refuses weak secrets and DEBUG before Django starts; this looks at a site that is
still called development and is not only at home.
"""

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning  # noqa: A004 - Django's name for it

AT_HOME = frozenset({"localhost", "127.0.0.1", "[::1]", ".localhost"})
SHORTEST_KEY = 50

Problems = list[CheckMessage]


def site() -> Problems:
    """Nothing that is meant for one's own machine is shown to others."""
    strangers = [host for host in settings.ALLOWED_HOSTS if host not in AT_HOME]
    if settings.PRODUCTION or not strangers:
        return []
    whom = f"whoever reaches {strangers[0]}"
    problems: Problems = []
    if settings.DEBUG:
        problems.append(Error(f"DEBUG shows the inside of the site to {whom}: write DEBUG=0.", id="ops.E001"))
    if len(settings.SECRET_KEY) < SHORTEST_KEY or settings.SECRET_KEY.startswith("django-insecure"):
        mend = f"write at least {SHORTEST_KEY} random characters, the same for every process"
        problems.append(Error(f"SECRET_KEY can be guessed by {whom}: {mend}.", id="ops.E002"))
    told = f"Cookies of {whom} also travel without https"
    return problems or [Warning(f"{told}: write ARMSLENGTH_ENV=production.", id="ops.W003")]
