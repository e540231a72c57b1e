"""Award writers and fact writers at once on one large graph, each a process of its own."""

from __future__ import annotations

import multiprocessing
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connections, transaction

from benchmarks.graphs import OwnershipGraph, Size, ownership_graph
from conflicts.changes import fact_change
from conflicts.engine.bounds import WHOLE
from conflicts.models import ChangeKind, Interest, Party, Source
from conflicts.services import CompetitorDraft, SourceDraft, record_interest, replace_competitor_list
from marketplace.accounts.models import User
from marketplace.models import Award, Client, ClientRole, Engagement, EngagementOrigin, LabelingRequest, RequestSlot
from marketplace.records import clock
from marketplace.records.services import log
from marketplace.services.awards import award
from marketplace.services.clients import add_member, create_client
from vendors.models import Vendor
from vendors.services.listings import ListingDraft, list_vendor

WRITERS = 4
"""Of each kind. Every one holds one connection, so there are ten with the caller's own."""
VENDORS = 8
CORE = 6
COMPETITORS = 3
BATCH = 5_000
SLOTS = 1_000
_numbers = count()


@dataclass
class Times:
    """Seconds of each write, and what was answered otherwise than done, by code."""

    seconds: list[float] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)

    def add(self, other: Times) -> None:
        self.seconds += other.seconds
        self.refused += other.refused

    def quantile(self, part: float) -> float:
        return float(np.quantile(self.seconds, part)) if self.seconds else 0.0


class Market:
    """So many interests, drawn from a seed, and a client for each award writer with vendors that are clear for it.

    They lie in groups of about `group` interests, each an ownership graph of its own, as registers have many: what
    bears on one pair is two or three groups, and the rest of the graph is what the gate must not read.
    """

    def __init__(self, interests: int, group: int, seed: int = 1) -> None:
        self.rng = Random(seed)
        self.parties: list[Party] = []
        self.groups: list[tuple[list[Party], list[Party]]] = []
        self.interests = 0
        size = Size("group", min(group, interests), 1, CORE)
        chosen: list[Party] = []
        with fact_change(kind=ChangeKind.IMPORT, actor=None, log_action="benchmark") as change:
            source = Source.objects.create(url="https://register.example/all", standing="register")
            told = {"source": source, "recorded_at": change.at, "recorded_by": change}
            while self.interests < interests:
                graph = ownership_graph(size, seed + len(self.parties))
                drawn = self._drawn(graph, told)
                chosen += [drawn[vendor] for vendor in graph.vendors]
        draft = ListingDraft(capabilities={"modality": ["text"]})
        self.vendors = [list_vendor(actor=None, party=party, draft=draft) for party in chosen[:VENDORS]]
        made = [self._client(number) for number in range(WRITERS)]
        self.clients = [client for client, _ in made]
        self.members = [member for _, member in made]
        self.refused: Counter[str] = Counter()
        self.clear = [self._clear(*pair) for pair in made]

    def _drawn(self, graph: OwnershipGraph, told: dict[str, Any]) -> list[Party]:
        """Insert one group as an import does, beside the others."""
        first = len(self.parties)
        rows = [Party(slug=f"g{first + number}", name=f"G{first + number}") for number in range(graph.count)]
        parties = Party.objects.bulk_create(rows, batch_size=BATCH)
        columns = (graph.owner, graph.subject, graph.low, graph.high)
        held = [
            Interest(
                holder=parties[owner],
                subject=parties[subject],
                type="shareholding",
                share_low=round(low * WHOLE),
                share_high=round(high * WHOLE),
                **told,
            )
            for owner, subject, low, high in zip(*(column.tolist() for column in columns), strict=True)
        ]
        Interest.objects.bulk_create(held, batch_size=BATCH)
        is_held = np.diff(graph.ptr) > 0
        pairs = list(zip(parties, is_held, strict=True))
        self.groups.append(([party for party, held_by in pairs if not held_by], [party for party, yes in pairs if yes]))
        self.parties += parties
        self.interests += len(held)
        return parties

    def _client(self, number: int) -> tuple[Client, User]:
        party = Party.objects.create(slug=f"client-{number}", name=f"Client {number}")
        client = create_client(actor=None, party=party)
        rivals = [CompetitorDraft(competitor=one) for one in self.rng.sample(self.parties, COMPETITORS)]
        replace_competitor_list(actor=None, tenant=client.pk, principal=party, rows=rivals)
        member = User.objects.create_user(f"{client.slug}@people.example")
        add_member(actor=None, client=client, user=member, role=ClientRole.MEMBER)
        return client, member

    def _clear(self, client: Client, member: User) -> list[Vendor]:
        """Keep the vendors that can be awarded; the others' refusals are counted, and not what is measured."""
        found = []
        for slot, vendor in zip(slots_of(client, len(self.vendors)), self.vendors, strict=True):
            result = award(actor=member, slot_id=slot, vendor=vendor)
            if result.award:
                found.append(vendor)
            else:
                self.refused[result.refusal.code if result.refusal else ""] += 1
        if not found:
            raise RuntimeError(f"No vendor can be awarded: {dict(self.refused)}. Try another --group.")
        return found


def slots_of(client: Client, number: int) -> list[UUID]:
    """Make open slots, as many requests hold them; ranking them is another matter."""
    made: list[RequestSlot] = []
    for start in range(0, number, SLOTS):
        request = LabelingRequest.objects.create(client=client, title="Label", modality="text", posted_at=clock.now())
        # One slot more than will be awarded, so that the request stays open.
        numbers = range(1, min(SLOTS, number - start) + 2)
        rows = [RequestSlot(request=request, client=client, number=place) for place in numbers]
        made += RequestSlot.objects.bulk_create(rows)[:-1]
    return [slot.pk for slot in made]


Write = Callable[[], str]


def timed(writes: list[Write]) -> Times:
    """Do them one after the other."""
    times = Times()
    for write in writes:
        began = time.perf_counter()
        refused = write()
        if refused:
            times.refused[refused] += 1
        else:
            times.seconds.append(time.perf_counter() - began)
    return times


def awards(market: Market, writer: int, number: int) -> list[Write]:
    client, member, clear = market.clients[writer], market.members[writer], market.clear[writer]
    rng = Random(next(_numbers))

    def write(slot: UUID) -> Write:
        vendor = rng.choice(clear)

        def awarded() -> str:
            result = award(actor=member, slot_id=slot, vendor=vendor)
            return result.refusal.code if result.refusal else ""

        return awarded

    return [write(slot) for slot in slots_of(client, number)]


def plain(market: Market, writer: int, number: int) -> list[Write]:
    """The rows of an award, slot locked, without the gate and without the database's refusals."""
    client, member, vendor = market.clients[writer], market.members[writer], market.clear[writer][0]

    def write(slot_id: UUID) -> Write:
        def inserted() -> str:
            with transaction.atomic():
                slot = RequestSlot.objects.select_for_update(no_key=True).get(pk=slot_id)
                pair: dict[str, Any] = {"client": client, "vendor": vendor, "slot": slot, "outcome": "clear"}
                made = Award(**pair, epoch=0, awarded_by=member, awarded_at=clock.now())
                made.save(force_insert=True)
                Engagement.objects.create(
                    **pair, origin=EngagementOrigin.AWARD, award=made, title="Label", start="2026", seen_epoch=0
                )
                log(action="benchmark.inserted", actor=member, tenant=client.pk, subject=made, data={})
            return ""

        return inserted

    return [write(slot) for slot in slots_of(client, number)]


def facts(market: Market, number: int) -> list[Write]:
    """New small holdings of people at the top of a group in what lies below, so that no groups grow together."""
    rng = Random(next(_numbers))

    def write(place: int) -> Write:
        tops, others = rng.choice(market.groups)
        holder, subject = rng.choice(tops), rng.choice(others)
        source = SourceDraft(url=f"https://press.example/{next(_numbers)}/{place}")
        share = WHOLE // 1000

        def recorded() -> str:
            told: dict[str, Any] = {"type": "shareholding", "source": source}
            record_interest(actor=None, holder=holder, subject=subject, share_low=share, share_high=share, **told)
            return ""

        return recorded

    return [write(place) for place in range(number)]


_waiting: dict[int, list[Write]] = {}


def at_once(work: list[list[Write]]) -> list[Times]:
    """Do each list in a process of its own, all at once."""
    connections.close_all()
    _waiting.clear()
    _waiting.update(enumerate(work))
    fork = multiprocessing.get_context("fork")
    start = fork.Barrier(len(work))
    with ProcessPoolExecutor(len(work), mp_context=fork, initializer=_remember, initargs=(start,)) as pool:
        return list(pool.map(_run, range(len(work))))


_start: list[Any] = []


def _remember(start: object) -> None:
    _start[:] = [start]


def _run(number: int) -> Times:
    _start[0].wait()
    try:
        return timed(_waiting[number])
    finally:
        connections.close_all()
