"""A graph that grows and changes by chance, all through the services."""

import datetime as dt
from collections.abc import Iterator
from random import Random

from conflicts.drafts import InterestDraft
from conflicts.engine.bounds import PERCENT
from conflicts.models import Interest
from conflicts.services import (
    SourceDraft,
    correct_interest,
    end_interest,
    hold_jointly,
    record_event,
    retract_interest,
    unwatch_pair,
    watch_pair,
)
from tests.conflicts.builders import PRESS, REGISTER, TENANT, parties

BANDS = [(None, None), (0, 5), (5, 25), (25, 50), (30, 30), (50, 75), (51, 51), (75, 100), (100, 100)]
SOURCES = [PRESS, REGISTER, SourceDraft(url=PRESS.url, statement_date=dt.date(2024, 5, 1))]


def apart(name: str) -> SourceDraft:
    """A source on which no other row rests."""
    return SourceDraft(url=f"https://news.example/{name}")


class Story:
    """Random events among few parties, all through the services; shares of one subject may sum past 100."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)
        self.client, *self.parties = parties("client", *(f"p{number}" for number in range(7)))
        self.sources = 0

    def event(self) -> None:
        acts = [self.record] * 4 + [self.correct] * 2 + [self.end, self.retract, self.watch]
        self.rng.choice(acts)()

    def record(self) -> None:
        drafts = [self.draft() for _ in range(self.rng.choice([1, 1, 2]))]
        slots = {(draft.holder, draft.subject, draft.type, draft.start, draft.source.url) for draft in drafts}
        if len(slots) == len(drafts) and not any(self.is_told(draft) for draft in drafts):
            record_event(actor=None, rows=drafts)

    def draft(self) -> InterestDraft:
        holder, other, subject = self.rng.sample(self.parties, 3)
        if self.rng.random() < 0.15:
            holder = hold_jointly(actor=None, members=[holder, other])
        low, high = self.rng.choice(BANDS)
        kind = self.rng.choice(["shareholding"] * 4 + ["votingRights", "otherInfluenceOrControl", "boardMember"])
        if kind not in {"shareholding", "votingRights"}:
            low = high = None
        return InterestDraft(
            holder=holder,
            subject=subject,
            type=kind,
            source=self.source(),
            share_low=None if low is None else low * PERCENT,
            share_high=None if high is None else high * PERCENT,
            start=self.rng.choice(["", "2020", "2024-03"]),
            directness=self.rng.choice(["direct"] * 4 + ["unknown", "indirect"]),
        )

    def source(self) -> SourceDraft:
        """Mostly one on which nothing else rests: a shared one makes every row that rests on it affected."""
        self.sources += 1
        return self.rng.choice(SOURCES) if self.rng.random() < 0.15 else apart(str(self.sources))

    def is_told(self, draft: InterestDraft) -> bool:
        row = draft.unsaved()
        told = Interest.objects.current().of(holder=row.holder, subject=row.subject, type_=row.type, start=row.start)
        return told.filter(source__url=draft.source.url).exists()

    def correct(self) -> None:
        draft = self.draft()
        for row in self.any_row():
            if not self.is_told(draft):
                correct_interest(actor=None, interest=row, draft=draft)

    def end(self) -> None:
        for row in self.any_row():
            if not row.end:
                end_interest(actor=None, interest=row, end=self.rng.choice(["2024-06", "2025-01-01"]))

    def retract(self) -> None:
        for row in self.any_row():
            retract_interest(actor=None, interest=row, reason="Never was.")

    def any_row(self) -> Iterator[Interest]:
        found = list(Interest.objects.current().order_by("recorded_by__epoch", "holder__slug", "subject__slug", "type"))
        yield from self.rng.sample(found, min(1, len(found)))

    def watch(self) -> None:
        subject = self.rng.choice(self.parties)
        watching = self.rng.choice([watch_pair, watch_pair, unwatch_pair])
        watching(tenant=TENANT, principal=self.client, subject=subject)
