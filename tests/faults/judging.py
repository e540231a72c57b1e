"""Who judges what a run has left: what is behind, what differs from the whole graph judged anew, what the log lacks."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder

from conflicts.findings import to_json
from conflicts.loading import Case, load_case, load_snapshot_rows
from conflicts.models import FactChange, Outcome, Screening, Watch
from conflicts.screening import ScreeningResult, scene
from marketplace.alerting import ACTIONS
from marketplace.matching import asked_by, candidates_of, requests_behind
from marketplace.models import AlertEvent, ConflictAlert, Engagement, LabelingRequest
from marketplace.records import clock
from marketplace.records.models import LogEntry
from marketplace.records.sealing import seal
from marketplace.records.verification import Verification
from marketplace.substitutes import alerts_behind
from marketplace.watching import engagements_behind

Verdict = tuple[object, ...]


def behind() -> Counter[str]:
    """Return how many rows are behind, by what they are."""
    waiting = {
        "changes": FactChange.objects.unexpanded(),
        "pairs": Watch.objects.behind(),
        "engagements": engagements_behind(),
        "requests": requests_behind(),
        "alerts": alerts_behind(),
    }
    return Counter({words: count for words, rows in waiting.items() if (count := rows.count())})


def differences() -> list[str]:
    """Return what is stored otherwise than the facts of now say, read whole and judged anew."""
    return [*_wrong_screenings(), *_wrong_matches(), *_wrong_engagements()]


def log_flaws(anchor_files: Iterable[Path]) -> list[str]:
    """Seal what is left and return what the log lacks, has too much or tells otherwise."""
    while seal(everywhere=True):
        pass
    found = Verification([path for path in anchor_files if path.exists()])
    return [*(flaw.text for flaw in found.flaws()), *_unlike_effects()]


class Epochs:
    """The epochs of screenings at several moments: they only rise (I5)."""

    def __init__(self) -> None:
        self.newest: dict[UUID, int] = {}
        self.rescored = 0
        self.went_back = 0

    def look(self) -> None:
        """Compare with the look before; `rescored` counts a pair once for all that happened between two looks."""
        seen = dict(Screening.objects.order_by().values_list("watch", "epoch"))
        moves = [epoch - self.newest[watch] for watch, epoch in seen.items() if watch in self.newest]
        self.rescored += sum(move > 0 for move in moves)
        self.went_back += sum(move < 0 for move in moves)
        self.newest = seen


def _wrong_screenings() -> Iterator[str]:
    today = clock.today()
    cases: dict[tuple[UUID, UUID], Case] = {}
    whole = scene(load_snapshot_rows(), as_of=today, known_on=today, as_known=None)
    stored = {row.watch_id: row for row in Screening.objects.all()}
    for watch in Watch.objects.select_related("principal", "subject"):
        key = (watch.tenant, watch.principal_id)
        if key not in cases:
            cases[key] = load_case(tenant=watch.tenant, principal=watch.principal)
        row = stored.get(watch.pk)
        if row is None or _kept(row) != _anew(whole.screen_closed(cases[key], watch.subject)):
            yield f"screening of {watch}"


def _kept(row: Screening) -> Verdict:
    return row.outcome, row.coverage, row.public_coverage, row.newest_source, row.findings


def _anew(result: ScreeningResult) -> Verdict:
    findings = json.loads(json.dumps([to_json(finding) for finding in result.findings], cls=DjangoJSONEncoder))
    return result.outcome, result.coverage, result.public_coverage, result.newest_source, findings


def _wrong_matches() -> Iterator[str]:
    for request in LabelingRequest.objects.select_related("client__party"):
        stored = {
            (row.vendor_id, row.outcome, row.coverage, row.score, row.rank, row.screening_epoch, row.listing_version)
            for row in request.matches.all()
        }
        anew = {
            (
                one.candidate.vendor.pk,
                one.candidate.outcome,
                one.candidate.coverage,
                one.fit.score,
                one.rank,
                one.candidate.screening.epoch if one.candidate.screening else 0,
                one.candidate.listing_version,
            )
            for one in candidates_of(request.client).ranked(asked_by(request))
        }
        yield from (f"match of {request}: {row}" for row in stored ^ anew)


def _wrong_engagements() -> Iterator[str]:
    """Each tells the outcome of its screening, and an alert stands where that is worse than at its beginning."""
    for row in Engagement.objects.running().select_related("client__party", "vendor__party"):
        pair = {"tenant": row.client_id, "principal": row.client.party, "subject": row.vendor.party}
        outcome = Screening.objects.get(**pair).outcome
        alerts = list(ConflictAlert.objects.active().filter(engagement=row).values_list("after", flat=True))
        if outcome != row.outcome or alerts != ([] if outcome == Outcome.CLEAR else [outcome]):
            yield f"engagement {row}: {row.outcome} with alerts {alerts}, and {outcome} is right"


def _unlike_effects() -> Iterator[str]:
    """A change has one row in the log, with its epoch; so has what happened to an alert."""
    changes: Counter[tuple[str, int | None]] = Counter(
        (str(pk), epoch) for pk, epoch in FactChange.objects.order_by().values_list("pk", "epoch")
    )
    told = LogEntry.objects.filter(data__has_key="change").order_by().values_list("data__change", "epoch")
    logged: Counter[tuple[str, int | None]] = Counter((str(pk), epoch) for pk, epoch in told)
    yield from (f"change {one} and its log row" for one in (changes - logged) + (logged - changes))
    happened, rows = AlertEvent.objects.count(), LogEntry.objects.filter(action__in=ACTIONS.values()).count()
    if happened != rows:
        yield f"{happened} things happened to alerts, and the log tells of {rows}"
