"""Small worlds by seed: parties, shares, votes, control, boards, posts, contracts and partial dates."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from itertools import combinations

from conflicts.engine.bounds import PERCENT
from conflicts.engine.dates import PartialDate
from conflicts.engine.facts import CONTRACT, CUSTOMER, Axis, Certainty, Fact, Node, PartyKind, Source, Standing
from conflicts.engine.policy import Policy
from tests.engine.oracle.verdict.verdict import Question
from tests.engine.oracle.verdict.world import Pair

AS_OF = date(2025, 6, 12)
STARTS = ["", "", "", "", "2019", "2023-04", "2025-01-15", "2025-06", "2025", "2025-06-12", "2025-07", "2025-06-13"]
ENDS = ["", "", "", "", "", "", "2025-06", "2025", "2025-06-12", "2025-03", "2026", "2024-02-01"]
POINTS = [1, 3, 5, 8, 10, 12, 20, 25, 30, 45, 49, 50, 51, 60, 75, 100]
CALM = ("", "", "2019", "2023-04")


class Maker:
    """Draws the facts of one world."""

    def __init__(self, seed: int, *, calm: bool) -> None:
        self.random = random.Random(seed)
        self.calm = calm
        self.facts: list[Fact] = []
        count = self.random.randint(4, 8)
        self.names = [f"p{i}" for i in range(count)]
        self.people = [f"h{i}" for i in range(self.random.randint(0, 2))]
        self.kinds = dict.fromkeys(self.names, PartyKind.ORGANIZATION) | dict.fromkeys(self.people, PartyKind.PERSON)
        if self.random.random() < 0.15:
            self.kinds[self.names[-1]] = PartyKind.STATE_BODY

    def question(self) -> Question:
        makers: list[Callable[[], None]] = [
            *[self.shares] * 10,
            *[self.votes] * 3,
            *[self.control] * 2,
            self.seat,
            *[self.post] * 2,
            self.tie,
            self.contract,
        ]
        for _ in range(self.random.randint(2, 10)):
            self.random.choice(makers)()
        for fact in list(self.facts):
            if self.random.random() < (0.05 if self.calm else 0.25):
                self.again(fact)
        rivals = tuple(self.random.sample(self.names[2:], self.random.choice([1, 1, 1, 2])))
        nodes = tuple(Node(name, kind) for name, kind in self.kinds.items())
        return Question(nodes, tuple(self.facts), AS_OF, AS_OF, self.names[0], self.names[1], rivals, self.policy())

    def policy(self) -> Policy:
        if self.random.random() < 0.8:
            return Policy()
        return Policy(
            economic_block=20 * PERCENT,
            economic_review=3 * PERCENT,
            voting_block=8 * PERCENT,
            voting_review=3 * PERCENT,
            control=self.random.choice([40, 50]) * PERCENT,
            uncovered_to_review=True,
        )

    def pair(self) -> Pair:
        holder = self.random.choice([*self.names, *self.people])
        subject = self.random.choice([n for n in self.names if self.kinds[n] is not PartyKind.STATE_BODY])
        return (holder, subject) if holder != subject or self.random.random() < 0.15 else self.pair()

    def dates(self) -> tuple[PartialDate | None, PartialDate | None]:
        while True:
            start = self.random.choice(CALM if self.calm else STARTS)
            end = self.random.choice([""] if self.calm else ENDS)
            first = PartialDate.parse(start) if start else None
            last = PartialDate.parse(end) if end else None
            if first is None or last is None or first.last <= last.last:
                return first, last

    def add(self, pair: Pair, kind: str, **more: object) -> None:
        holder, subject = pair
        start, end = self.dates()
        standing = self.random.choice(list(Standing))
        odd = not self.calm and self.random.random() < 0.1
        given: dict[str, object] = {
            "start": start,
            "end": end,
            "certainty": self.random.choice(list(Certainty)) if odd else Certainty.STATED,
            "source": Source("s", standing=standing, statement_date=self.random.choice([None, date(2024, 1, 1)])),
        }
        fact = Fact(id=f"f{len(self.facts)}", holder=holder, subject=subject, type=kind, **(given | more))  # type: ignore[arg-type]
        self.facts.append(fact)

    def size(self) -> dict[str, object]:
        what = self.random.random()
        if what < 0.45:
            share = self.random.choice(POINTS) * PERCENT
            return {"low": share, "high": share}
        if what < 0.65:
            low, high = sorted(self.random.sample([0, *POINTS], 2))
            return {
                "low": low * PERCENT,
                "high": high * PERCENT,
                "low_open": low > 0 and self.random.random() < 0.4,
                "high_open": self.random.random() < 0.3,
            }
        if what < 0.7:
            return {"low": self.random.choice(POINTS[:-1]) * PERCENT, "low_open": self.random.random() < 0.5}
        return {}

    def shares(self) -> None:
        odd = not self.calm and self.random.random() < 0.04
        self.add(self.pair(), "rightsToProfitOrIncome" if odd else "shareholding", **self.size())

    def votes(self) -> None:
        holder, subject = self.pair()
        if self.random.random() < 0.3:
            self.add((holder, subject), "votingRights", low=0, high=0)
        else:
            self.add((holder, subject), "votingRights", **self.size())
        if self.random.random() < 0.6:
            self.add((holder, subject), "shareholding", **self.size())

    def control(self) -> None:
        kind = self.random.choice(["otherInfluenceOrControl", "controlByLegalFramework"])
        self.add(self.pair(), kind)

    def seat(self) -> None:
        self.add(
            (self.random.choice(self.names), self.random.choice(self.names)),
            "appointmentOfBoard",
            **self.random.choice([{}, {}, {"low": 30 * PERCENT, "high": 30 * PERCENT}, {"low": 60 * PERCENT}]),
        )

    def post(self) -> None:
        if not self.people:
            return
        person = self.random.choice(self.people)
        for _ in range(self.random.choice([1, 2])):
            kind = self.random.choice(["seniorManagingOfficial", "boardMember", "boardChair"])
            self.add((person, self.random.choice(self.names)), kind)

    def tie(self) -> None:
        share = self.random.choice([None, 5, 10, 30])
        self.add(self.pair(), CUSTOMER, revenue_share=None if share is None else share * PERCENT)

    def contract(self) -> None:
        until = self.random.choice(
            [None, None, PartialDate.parse("2025-01"), PartialDate.parse("2023"), PartialDate.parse("2030")]
        )
        self.add(
            self.pair(),
            CONTRACT,
            amount=self.random.choice([None, Decimal(1000)]),
            amount_per=self.random.choice(["", "year", "total", "month"]),
            amount_until=until,
        )

    def again(self, fact: Fact) -> None:
        """Another row of the same pair and type."""
        size = self.size() if fact.type in {"shareholding", "votingRights"} else {}
        same = {"start": fact.start, "end": fact.end} if self.random.random() < 0.4 else {}
        self.add((fact.holder, fact.subject), fact.type, **size, **same)


def question(seed: int, *, calm: bool) -> Question:
    return Maker(seed, calm=calm).question()


OPEN = frozenset(
    {
        "votes without a number",
        "held through the client",
        "handover without a size",
        "overlapping starts",
        "one start, other ends",
        "start and end in one span",
        "votes that may end",
        "majority of seats",
    }
)
"""What the text leaves open or the engine still reads otherwise: take a name out once both agree."""


def topics(asked: Question) -> frozenset[str]:
    """The open questions that a world touches."""
    facts = asked.facts
    found = {
        "votes without a number": any(f.type == "votingRights" and not f.sized for f in facts),
        "held through the client": any(_touches_client(f, asked.principal) for f in facts),
        "start and end in one span": any(f.start is not None and f.start == f.end for f in facts),
        "votes that may end": any(f.type == "votingRights" and _uncertain(f, asked.as_of) for f in facts),
        "majority of seats": any(f.type == "appointmentOfBoard" and f.sized for f in facts),
    }
    found |= {"handover without a size": False, "overlapping starts": False, "one start, other ends": False}
    for one, other in combinations(facts, 2):
        if (one.holder, one.subject) == (other.holder, other.subject):
            found["handover without a size"] |= not (one.sized and other.sized) and _uncertain(one, asked.as_of)
            found["overlapping starts"] |= one.start != other.start and _overlap(one.start, other.start)
            found["one start, other ends"] |= one.start == other.start and one.end != other.end
    return frozenset(name for name, there in found.items() if there)


def _touches_client(fact: Fact, principal: str) -> bool:
    if fact.axis not in {Axis.ECONOMIC, Axis.VOTING, Axis.CONTROL}:
        return False
    return fact.subject == principal or (
        fact.holder == principal and (not fact.sized or (fact.low or 0) > 30 * PERCENT)
    )


def _uncertain(fact: Fact, day: date) -> bool:
    return any(d is not None and d.first != d.last and d.first <= day <= d.last for d in (fact.start, fact.end))


def _overlap(one: PartialDate | None, other: PartialDate | None) -> bool:
    return one is not None and other is not None and one.first <= other.last and other.first <= one.last
