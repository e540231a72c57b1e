"""June 2025 step by step: every line is computed by the services, the worker and the gate that the API uses."""

import datetime as dt
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from conflicts.importers.events import event_of
from conflicts.models import Party, Watch
from conflicts.overlay import WhatIf
from conflicts.services import record_event
from conflicts.services.screenings import screen_all, what_if
from marketplace.demo.seeding import seed
from marketplace.matching import requests_behind
from marketplace.models import AlertSubstitute, Client, ClientMember, ConflictAlert, Engagement, RequestSlot
from marketplace.records import clock
from marketplace.records.models import LogEntry
from marketplace.services.awards import award
from marketplace.services.market_data import load_market
from marketplace.story.report import Report, Row
from marketplace.story.rows import engagement_rows, screening_row, substitute_row
from marketplace.substitutes import alerts_behind
from marketplace.watching import engagements_behind
from vendors.models import Vendor

EVE, DEAL, DAY_AFTER = dt.date(2025, 6, 11), dt.date(2025, 6, 12), dt.date(2025, 6, 13)
HERO, TARGET = "google", "scale-ai"
SETTLE_SECONDS = 120.0

Say = Callable[[str], None]


class StoryError(Exception):
    """The story cannot begin here, or did not go on."""


def begin() -> None:
    """Make this empty database a story database; raises StoryError where it holds anything.

    Call it before a worker starts: a worker's first sweep writes history.
    """
    if LogEntry.objects.exists() or Party.objects.exists():
        raise StoryError(
            "This database is not empty, and a story begins in an empty one: leave out --here, or point "
            "ARMSLENGTH_STATE (or DATABASE_URL) at a new one."
        )
    clock.create_story(EVE)


def tell(directory: Path, say: Say) -> Report:
    """Live through 11 to 13 June 2025 in this database, which has begun, with the worker that runs beside it.

    `say` hears what is under way. Raises StoryError where the worker does not catch up.
    """
    report = Report()
    say("11 June 2025: loading what could be known on that day")
    _load(directory, report)
    seed()
    settle()
    report.screenings += _screened(as_of=EVE)
    say("11 June 2025: what if the deal were done?")
    _ask_what_if(directory, report)
    say("12 June 2025: the deal is recorded as one event; the worker rescores")
    _record_deal(directory, report)
    report.screenings += _screened(as_of=DEAL)
    _tell_alerts(report)
    say("12 June 2025: awarding Scale AI all the same")
    _try_the_award(report)
    say("13 June 2025: looking back")
    clock.advance_story(DAY_AFTER)
    settle()
    _look_back(report)
    return report


def settle() -> None:
    """Wait until the worker has brought everything up to date; raises StoryError when it takes too long."""
    deadline = time.monotonic() + SETTLE_SECONDS
    while _is_behind():
        if time.monotonic() > deadline:
            raise StoryError("The worker did not catch up: its output is in worker.log of the state folder.")
        time.sleep(0.1)


def _is_behind() -> bool:
    waiting = (Watch.objects.behind(), engagements_behind(), requests_behind(), alerts_behind())
    return any(rows.exists() for rows in waiting)


def _load(directory: Path, report: Report) -> None:
    loaded = load_market(directory, known_at=EVE, without_events=True)
    report.loaded = [
        {
            "file": file.file,
            "added": file.added,
            "left_out": file.left_out,
            "ends_emptied": file.ends_emptied,
            "rejected": len(file.rejected),
        }
        for file in loaded.files
    ]


def _hero() -> Client:
    return Client.objects.select_related("party").get(slug=HERO)


def _vendors() -> list[Party]:
    return list(Party.objects.filter(vendor__in=Vendor.objects.listed()).order_by("slug"))


def _screened(*, as_of: dt.date, as_known: dt.date | None = None) -> list[Row]:
    client = _hero()
    results = screen_all(
        tenant=client.pk, principal=client.party, subjects=_vendors(), as_of=as_of, as_known=as_known or as_of
    )
    return [screening_row(result) for result in results]


def _ask_what_if(directory: Path, report: Report) -> None:
    clients = {client.pk: client for client in Client.objects.select_related("party").order_by("slug")}
    answers = what_if(
        cases=[(client.pk, client.party) for client in clients.values()],
        subjects=_vendors(),
        rows=event_of(directory, DEAL),
        as_of=DEAL,
    )
    report.what_if = [_flip(clients[answer.before.tenant], answer) for answer in answers if answer.flips]


def _flip(client: Client, answer: WhatIf) -> Row:
    running = Engagement.objects.running().filter(client=client, vendor__party=answer.before.subject)
    return {
        "principal": client.party.slug,
        "vendor": answer.before.subject.slug,
        "as_of": answer.before.as_of.isoformat(),
        "before": answer.before.outcome.value,
        "after": answer.after.outcome.value,
        "engagements": engagement_rows(running),
    }


def _record_deal(directory: Path, report: Report) -> None:
    clock.advance_story(DEAL)
    rows = event_of(directory, DEAL)
    change = record_event(actor=None, rows=rows, details="Meta takes 49% of Scale AI without votes.")
    settle()
    report.event = {"rows": len(rows), "epoch": change.epoch}


def _tell_alerts(report: Report) -> None:
    alerts = ConflictAlert.objects.active().select_related("client__party", "vendor")
    for alert in alerts.order_by("client__slug", "vendor__slug"):
        told = {"principal": alert.client.party.slug, "vendor": alert.vendor.slug}
        report.alerts.append(told | {"before": alert.before, "after": alert.after, "rules": list(alert.rules)})
        report.running += [told | row for row in engagement_rows([alert.engagement])]
        report.substitutes += [substitute_row(row) for row in _substitutes(alert)]


def _substitutes(alert: ConflictAlert) -> Sequence[AlertSubstitute]:
    return list(alert.substitutes.select_related("client__party", "vendor").order_by("rank"))


def _try_the_award(report: Report) -> None:
    client = _hero()
    slot = RequestSlot.objects.filter(client=client).order_by("number").first()
    member = ClientMember.objects.filter(client=client).select_related("user").first()
    if slot is None or member is None:
        raise StoryError("The demo data has no open request or no member for the client of the story.")
    result = award(actor=member.user, slot_id=slot.pk, vendor=Vendor.objects.get(slug=TARGET))
    if result.refusal is None or result.verdict is None:
        raise StoryError("The gate opened for a conflicted vendor: the story stops here.")
    report.refused_award = {
        "principal": client.party.slug,
        "vendor": TARGET,
        "status": result.refusal.status,
        "rules": list(result.verdict.rules),
    }
    report.refusal = str(result.refusal)


def _look_back(report: Report) -> None:
    """Ask the two questions again that were answered on their day, and one that hindsight must not answer."""
    before, after = report.screened_on(EVE.isoformat()), report.screened_on(DEAL.isoformat())
    eve_again = _screened(as_of=EVE, as_known=DAY_AFTER)
    unaware = _screened(as_of=DEAL, as_known=EVE)
    report.hindsight = {
        "eve_as_known_after": _same(eve_again, before),
        "deal_as_known_before": _same(unaware, before),
        "deal_as_known_then": _same(_screened(as_of=DEAL), after),
    }


def _same(left: Sequence[Row], right: Sequence[Row]) -> bool:
    """Whether two lists of screenings say the same, whatever days they were asked for."""
    days = {"as_of", "as_known"}
    plain = [[{k: v for k, v in row.items() if k not in days} for row in rows] for rows in (left, right)]
    return plain[0] == plain[1]
