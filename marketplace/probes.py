"""What a balancer, an orchestrator and an alarm ask without logging in.

They tell names of checks, whether each is well, and the ages of the oldest row behind and the oldest notice unsent in
whole tens of seconds, so that the moment in which a hidden list changes shows nowhere (I11). A lagging worker, a mail
server or a broker that is away never takes the site out of rotation: awards judge anew, and business goes on (I2, I13).
"""

import datetime as dt
from collections.abc import Callable
from http import HTTPStatus
from time import monotonic
from typing import Any

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from conflicts.engine.policy import RESCORING_LAG_SECONDS
from conflicts.lag import lag
from marketplace.notices import LONGEST_UNSENT, oldest_waiting
from marketplace.records import clock
from marketplace.records.preflight.database import missing_triggers, reachable, unapplied
from marketplace.records.preflight.servers import broker_answers

STEP = 10
"""Ages are told in steps of so many seconds."""


class _BrokerSeen:
    """Remembers the broker's state for some seconds: a frozen one must not hold up every probe."""

    SECONDS = 5.0
    PATIENCE = 0.3

    def __init__(self) -> None:
        self.until = 0.0
        self.answers = False

    def ask(self) -> bool:
        if monotonic() >= self.until:
            self.answers = broker_answers(seconds=self.PATIENCE)
            self.until = monotonic() + self.SECONDS
        return self.answers


broker = _BrokerSeen()


@require_safe
@never_cache
def livez(_: HttpRequest) -> HttpResponse:
    """Answer that the process serves requests; it asks neither database nor broker."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(_: HttpRequest) -> JsonResponse:
    """Answer 200 where requests can be served, else 503. What is not required is shown and changes nothing."""
    required = {
        "database": _asked(lambda: not reachable(connection)),
        "migrations": _asked(lambda: not unapplied(connection)),
        "triggers": _asked(lambda: not missing_triggers(connection)),
    }
    checks: dict[str, dict[str, Any]] = {name: {"ok": ok, "required": True} for name, ok in required.items()}
    checks["broker"] = {"ok": broker.ask(), "required": False}
    checks["rescoring"] = {**_rescoring(), "required": False}
    checks["notices"] = {**_notices(), "required": False}
    ready, well = all(required.values()), all(check["ok"] for check in checks.values())
    return _answer({"ready": ready, "degraded": not well, "checks": checks}, ok=ready)


@require_safe
@never_cache
def rescoring(_: HttpRequest) -> JsonResponse:
    """Answer 503 while the oldest row behind has waited past the limit: what an alarm watches."""
    told = _rescoring()
    return _answer({**told, "limit_seconds": RESCORING_LAG_SECONDS}, ok=told["ok"])


def _rescoring() -> dict[str, Any]:
    """Tell how old the oldest row behind is; what cannot be told is not well."""
    try:
        found = lag()
    except DatabaseError:
        return {"ok": False, "oldest_behind_seconds": None}
    return {"ok": not found.is_over, "oldest_behind_seconds": _rounded(max(found.expansion, found.rescoring))}


def _notices() -> dict[str, Any]:
    """Tell for how long the oldest notice waits to be told or mailed; what cannot be told is not well."""
    try:
        first, now = oldest_waiting(), clock.now()
    except DatabaseError:
        return {"ok": False, "oldest_unsent_seconds": None}
    age = max(now - first, dt.timedelta(0)) if first else dt.timedelta(0)
    return {"ok": age <= LONGEST_UNSENT, "oldest_unsent_seconds": _rounded(age)}


def _rounded(age: dt.timedelta) -> int:
    return int(age.total_seconds()) // STEP * STEP


def _asked(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except DatabaseError:
        return False


def _answer(told: dict[str, Any], *, ok: bool) -> JsonResponse:
    return JsonResponse(told, status=HTTPStatus.OK if ok else HTTPStatus.SERVICE_UNAVAILABLE)
