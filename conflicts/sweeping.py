"""Finding by the database alone what a lost message left undone. Safe to run as often as you like, at once too."""

import datetime as dt
from collections import Counter
from uuid import UUID

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction

from conflicts.changes import fact_change
from conflicts.engine.screening import RULE_VERSION
from conflicts.expansion import expand_changes
from conflicts.expiring import expire_decisions, remind_of_expiry
from conflicts.models import ChangeKind, DaySwept, RulesSeen, Screening, Watch, rules_order
from conflicts.rescoring import chunks, rescore_watches
from marketplace.records import clock

logger = structlog.get_logger(__name__)


def sweep_conflicts() -> Counter[str]:
    """Record a day or rules that have come, end what has expired, expand every change, rescore what is behind.

    Returns how much was done. What fails stays behind and holds up nothing else. Raises SoftTimeLimitExceeded where
    the time is over: the next sweep begins with what this one did not get to.
    """
    counts: Counter[str] = Counter({"days": int(record_day()), "rules": int(record_rules(RULE_VERSION))})
    counts += _ended()
    while expanded := expand_changes().changes:
        counts["expanded"] += expanded
    wanting = list(Watch.objects.wanting().values_list("pk", flat=True))
    for chunk in chunks(wanting):
        counts += _rescored(chunk)
    return counts


def _ended() -> Counter[str]:
    try:
        return Counter(expired=expire_decisions(), reminded=remind_of_expiry())
    except SoftTimeLimitExceeded:
        raise
    except Exception:
        # They open no gate any more (8.3); only their record waits for the next sweep.
        logger.exception("decisions past their last day stay approved")
        return Counter()


def _rescored(chunk: list[UUID]) -> Counter[str]:
    try:
        return rescore_watches(chunk)
    except SoftTimeLimitExceeded:
        raise
    except Exception:
        logger.exception("pairs stay behind", watches=len(chunk))
        return Counter()


@transaction.atomic
def record_day() -> bool:
    """Append a change where the clock's day is newer than the newest one recorded: dates pass, and facts with them."""
    today = clock.today()
    swept, _ = DaySwept.objects.select_for_update().get_or_create(id=1, defaults={"date": dt.date.min})
    if swept.date >= today:
        return False
    told = {"from": None if swept.date == dt.date.min else swept.date, "to": today}
    swept.date = today
    swept.save()
    with fact_change(kind=ChangeKind.DATE_PASSED, actor=None, log_action="date.passed", data=told):
        return True


@transaction.atomic
def record_rules(version: str) -> bool:
    """Append a change where these rules are newer than the newest that came: every verdict may be another by them.

    Where none came before and nothing has been screened there is nothing to change.
    """
    seen, is_first = RulesSeen.objects.select_for_update().get_or_create(id=1, defaults={"version": version})
    if not Screening.objects.exists() if is_first else rules_order(seen.version) >= rules_order(version):
        return False
    told = {"from": None if is_first else seen.version, "to": version}
    seen.version = version
    seen.save()
    with fact_change(kind=ChangeKind.RULES, actor=None, log_action="rules.changed", data=told):
        return True
