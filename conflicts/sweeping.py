"""Finding by the database alone what a lost message left undone. Safe to run as often as you like, at once too."""

import datetime as dt
from collections import Counter

from django.db import transaction

from conflicts.changes import fact_change
from conflicts.expansion import expand_change
from conflicts.models import ChangeKind, DaySwept, FactChange, Watch
from conflicts.rescoring import chunks, rescore_watches
from marketplace.records import clock


def sweep_conflicts() -> Counter[str]:
    """Record that a day has come, expand every change, rescore what is behind; return how much of each was done."""
    counts: Counter[str] = Counter({"days": int(record_day())})
    for change_id in FactChange.objects.unexpanded().values_list("pk", flat=True):
        expand_change(change_id)
        counts["expanded"] += 1
    behind = list(Watch.objects.behind().values_list("pk", flat=True))
    for chunk in chunks(behind):
        counts += rescore_watches(chunk)
    return counts


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
