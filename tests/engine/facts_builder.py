"""A small world of parties and facts, told in words, and the questions that a test asks of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import TypedDict, Unpack

from conflicts.engine.bounds import PERCENT, WHOLE, Bounds
from conflicts.engine.dates import PartialDate
from conflicts.engine.facts import (
    CONTRACT,
    CUSTOMER,
    TOGETHER,
    Certainty,
    Directness,
    Fact,
    Node,
    PartyKind,
    Source,
    Standing,
)
from conflicts.engine.findings import Answer, Finding
from conflicts.engine.policy import Policy
from conflicts.engine.screening import Query, screen
from conflicts.engine.snapshot import Snapshot, snapshot

DAY = "2025-06-12"
URL = "https://example.org/page"
Share = float | Bounds | None


class Told(TypedDict, total=False):
    """What a row can say besides its parties and its share; dates as text, partial ones too."""

    since: str
    until: str
    by: Standing
    said: str
    certainty: Certainty
    private: bool
    how: Directness


def pct(number: float) -> int:
    """Percent as the engine's millionths."""
    return round(number * PERCENT)


def band(low: float, high: float) -> Bounds:
    return Bounds(pct(low), pct(high))


def over(low: float) -> Bounds:
    """Tell more than `low` percent: 50 is a majority."""
    return Bounds(pct(low), WHOLE, low_open=True)


def under(high: float) -> Bounds:
    """Less than `high` percent, down to nothing."""
    return Bounds(0, pct(high), high_open=True)


def day(text: str) -> date:
    return date.fromisoformat(text)


@dataclass(frozen=True)
class World:
    """Facts one after another; every method answers with a new world. A missing share is not stated."""

    facts: tuple[Fact, ...] = ()
    kinds: Mapping[str, PartyKind] = field(default_factory=dict)
    unresolved: frozenset[str] = frozenset()

    def people(self, *names: str) -> World:
        return replace(self, kinds={**self.kinds, **dict.fromkeys(names, PartyKind.PERSON)})

    def states(self, *names: str) -> World:
        return replace(self, kinds={**self.kinds, **dict.fromkeys(names, PartyKind.STATE_BODY)})

    def not_resolved(self, *names: str) -> World:
        return replace(self, unresolved=self.unresolved | set(names))

    def owns(self, holder: str, subject: str, share: Share = None, **told: Unpack[Told]) -> World:
        return self.says(holder, "shareholding", subject, share, **told)

    def votes(self, holder: str, subject: str, share: Share = None, **told: Unpack[Told]) -> World:
        return self.says(holder, "votingRights", subject, share, **told)

    def controls(self, holder: str, subject: str, **told: Unpack[Told]) -> World:
        return self.says(holder, "otherInfluenceOrControl", subject, **told)

    def appoints(self, holder: str, subject: str, share: Share = None, **told: Unpack[Told]) -> World:
        return self.says(holder, "appointmentOfBoard", subject, share, **told)

    def sits(self, holder: str, subject: str, **told: Unpack[Told]) -> World:
        return self.says(holder, "boardMember", subject, **told)

    def manages(self, holder: str, subject: str, **told: Unpack[Told]) -> World:
        return self.says(holder, "seniorManagingOfficial", subject, **told)

    def buys(self, holder: str, subject: str, revenue: float | None = None, **told: Unpack[Told]) -> World:
        """Tell a customer tie; `revenue` is its least part of the seller's revenue, in percent."""
        row = self._row(holder, CUSTOMER, subject, told)
        return self.tells(replace(row, revenue_share=None if revenue is None else pct(revenue)))

    def commits(
        self,
        holder: str,
        subject: str,
        amount: int | None,
        *,
        per: str = "year",
        amount_until: str = "",
        **told: Unpack[Told],
    ) -> World:
        """Tell a contract by which the holder buys for `amount` per period from the subject."""
        row = self._row(holder, CONTRACT, subject, told)
        sum_ = None if amount is None else Decimal(amount)
        return self.tells(replace(row, amount=sum_, amount_per=per, amount_until=_date(amount_until)))

    def says(self, holder: str, kind: str, subject: str, share: Share = None, **told: Unpack[Told]) -> World:
        return self.tells(self._row(holder, kind, subject, told, share=share))

    def tells(self, fact: Fact) -> World:
        return replace(self, facts=(*self.facts, fact))

    def on(self, as_of: str = DAY, known: str | None = None) -> Snapshot:
        return self._snapshot(as_of, known or as_of, ())

    def screen(
        self,
        principal: str,
        vendor: str,
        *rivals: str,
        as_of: str = DAY,
        known: str | None = None,
        policy: Policy | None = None,
    ) -> Answer:
        snap = self._snapshot(as_of, known or as_of, (principal, vendor, *rivals))
        return screen(snap, Query(principal, vendor, rivals, policy or Policy()))

    def _snapshot(self, as_of: str, known: str, asked: tuple[str, ...]) -> Snapshot:
        named = {side for fact in self.facts for side in (*(fact.members or (fact.holder,)), fact.subject)}
        names = sorted(named | set(asked) | set(self.kinds) | self.unresolved)
        kind = PartyKind.ORGANIZATION
        nodes = [Node(name, self.kinds.get(name, kind), resolved=name not in self.unresolved) for name in names]
        return snapshot(nodes, self.facts, as_of=day(as_of), known_on=day(known))

    def _row(self, holder: str, kind: str, subject: str, told: Told, *, share: Share = None) -> Fact:
        bounds = share if isinstance(share, Bounds) or share is None else band(share, share)
        said = told.get("said")
        source = Source(URL, standing=told.get("by", Standing.PRESS), statement_date=day(said) if said else None)
        return Fact(
            id=f"{len(self.facts)} {holder} {kind} {subject}",
            holder=holder,
            subject=subject,
            type=kind,
            source=source,
            low=bounds.low if bounds else None,
            high=int(bounds.high) if bounds else None,
            low_open=bool(bounds and bounds.low_open),
            high_open=bool(bounds and bounds.high_open),
            start=_date(told.get("since", "")),
            end=_date(told.get("until", "")),
            certainty=told.get("certainty", Certainty.STATED),
            public=not told.get("private", False),
            directness=told.get("how", Directness.DIRECT),
            members=tuple(holder.split(TOGETHER)) if TOGETHER in holder else (),
        )


def world() -> World:
    return World()


def told(answer: Answer) -> list[str]:
    """What an answer finds, severest first, as 'block economic_line'."""
    return [f"{finding.severity} {finding.rule}" for finding in answer.findings]


def the(answer: Answer, rule: str) -> Finding:
    """The one finding of a rule."""
    (finding,) = [finding for finding in answer.findings if finding.rule == rule]
    return finding


def route(finding: Finding) -> list[str]:
    """The proving path as 'meta>scale-ai' steps."""
    return [f"{step.holder}>{step.subject}" for step in finding.path]


def names(parties: Iterable[str]) -> str:
    """Party ids in one line, sorted."""
    return " ".join(sorted(parties))


def _date(text: str) -> PartialDate | None:
    return PartialDate.parse(text) if text else None
