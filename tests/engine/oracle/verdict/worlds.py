"""Small worlds by seed: parties, shares, votes, control, boards, posts, contracts and partial dates."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from conflicts.engine.bounds import PERCENT
from conflicts.engine.dates import PartialDate
from conflicts.engine.facts import (
    CONSOLIDATION,
    CONTRACT,
    CUSTOMER,
    SHAREHOLDING,
    VOTING_RIGHTS,
    Axis,
    Certainty,
    Directness,
    Fact,
    Node,
    PartyKind,
    Source,
    Standing,
    joint_holder,
)
from conflicts.engine.policy import Policy
from tests.engine.oracle.verdict.directness import Pair
from tests.engine.oracle.verdict.times import announced, is_open
from tests.engine.oracle.verdict.verdict import Question

AS_OF = date(2025, 6, 12)
STARTS = ["", "", "", "", "2019", "2023-04", "2025-01-15", "2025-06", "2025", "2025-06-12", "2025-07", "2025-06-13"]
ENDS = ["", "", "", "", "", "", "2025-06", "2025", "2025-06-12", "2025-03", "2026", "2024-02-01"]
POINTS = [1, 3, 5, 8, 10, 12, 20, 25, 30, 45, 49, 50, 51, 60, 75, 100]
CALM = ("", "", "2019", "2023-04")
NEWS: list[date | None] = [None, date(2024, 1, 1)]
OLD: list[date | None] = [date(2021, 5, 4)]
LATER = date(2025, 6, 20)
OPTION = "conditionalRightsGrantedByContract"
CONTROLS = ["otherInfluenceOrControl", "controlByLegalFramework", CONSOLIDATION]
OWNED = {SHAREHOLDING, VOTING_RIGHTS, "rightsToProfitOrIncome"}
SOMEHOW = [Directness.INDIRECT, Directness.UNKNOWN, Directness.UNKNOWN]

Dates = tuple[PartialDate | None, PartialDate | None]


class Maker:
    """Draws the facts of one world; a plain one has only direct, stated holdings of single parties, and news.

    A settled one keeps clear of what the text leaves open (`open_questions`), as far as its rows up to then can tell.
    """

    def __init__(self, seed: int, *, calm: bool, plain: bool, settled: bool = False) -> None:
        self.random = random.Random(seed)
        self.calm = calm
        self.plain = plain
        self.settled = settled
        self.facts: list[Fact] = []
        count = self.random.randint(4, 8)
        self.names = [f"p{i}" for i in range(count)]
        self.people = [f"h{i}" for i in range(self.random.randint(0, 2))]
        self.kinds = dict.fromkeys(self.names, PartyKind.ORGANIZATION) | dict.fromkeys(self.people, PartyKind.PERSON)
        if self.random.random() < 0.15:
            self.kinds[self.names[-1]] = PartyKind.STATE_BODY
        many = [1, 1, 1, 2] if plain else [1, 1, 1, 2, 3]
        self.rivals = self.random.sample(self.names[2:], min(self.random.choice(many), count - 2))
        menu = [NEWS, OLD, NEWS if settled else [*NEWS, *OLD]]
        self.days = NEWS if plain else self.random.choices(menu, [80, 14, 6])[0]
        self.known = LATER if not plain and not calm and self.random.random() < 0.1 else AS_OF
        # A longer path that only may be in force leaves the directness of a row open.
        self.undirected = not plain and (calm or not settled or self.random.random() < 0.5)

    def question(self) -> Question:
        makers = self.makers()
        for _ in range(self.random.randint(2, 10)):
            self.random.choice(makers)()
        for fact in list(self.facts):
            if self.random.random() < (0.05 if self.calm else 0.25):
                self.again(fact)
        nodes = tuple(Node(name, kind) for name, kind in self.kinds.items())
        pair, rivals = (self.names[0], self.names[1]), tuple(self.rivals)
        return Question(nodes, tuple(self.facts), AS_OF, self.known, *pair, rivals, self.policy())

    def makers(self) -> list[Callable[[], None]]:
        plain: list[Callable[[], None]] = [
            *[self.shares] * 10,
            *[self.votes] * 3,
            *[self.control] * 2,
            self.seat,
            *[self.post] * 2,
            self.tie,
            self.contract,
        ]
        return plain if self.plain else [*plain, self.joint, self.option, self.deal, self.small_stakes]

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
        subject = self.owned()
        return (holder, subject) if holder != subject or self.random.random() < 0.15 else self.pair()

    def owned(self) -> str:
        """Nobody owns a state; seldom somebody owns the client, who else would hold through it."""
        subject = self.random.choice([name for name in self.names if self.kinds[name] is not PartyKind.STATE_BODY])
        doubtful = self.settled and subject == self.names[0] and self.random.random() < 0.6
        return self.owned() if doubtful else subject

    def dates(self, kind: str) -> Dates:
        while True:
            start = self.random.choice(CALM if self.calm else STARTS)
            end = self.random.choice([""] if self.calm else ENDS)
            first = PartialDate.parse(start) if start else None
            last = PartialDate.parse(end) if end else None
            orderly = first is None or last is None or first.last <= last.last
            if orderly and not (self.settled and self.is_doubtful(kind, first, last)):
                return first, last

    def is_doubtful(self, kind: str, first: PartialDate | None, last: PartialDate | None) -> bool:
        doubtful = self.undirected and kind in OWNED and (is_open(first, AS_OF) or is_open(last, AS_OF))
        return doubtful or (first is not None and first == last)

    def add(self, pair: Pair, kind: str, **more: object) -> None:
        holder, subject = pair
        start, end = self.dates(kind)
        standing = self.random.choice(list(Standing))
        odd = not self.calm and self.random.random() < 0.1
        given: dict[str, object] = {
            "start": start,
            "end": end,
            "certainty": self.random.choice(list(Certainty)) if odd else Certainty.STATED,
            "source": Source("s", standing=standing, statement_date=self.random.choice(self.days)),
        }
        given |= more
        if self.told_somehow(kind, given):
            given["directness"] = self.random.choice(SOMEHOW if self.undirected else SOMEHOW[:1])
        fact = Fact(id=f"f{len(self.facts)}", holder=holder, subject=subject, type=kind, **given)  # type: ignore[arg-type]
        fact = self.with_one_end(fact) if self.settled else fact
        if not self.settled or self.is_settled(fact):
            self.facts.append(fact)

    def with_one_end(self, fact: Fact) -> Fact:
        """A deal to come has no end, and rows of one start have one."""
        alike = (fact.holder, fact.subject, fact.axis, fact.start)
        ends = [f.end for f in self.facts if (f.holder, f.subject, f.axis, f.start) == alike]
        if ends and ends[0] is not None:
            return replace(fact, end=ends[0], certainty=Certainty.STATED)
        return replace(fact, end=None) if ends or announced(fact, self.known) else fact

    def is_settled(self, fact: Fact) -> bool:
        """No told shares beside stated votes, no votes without a number, no unstated part beside self-held shares."""
        there = [f for f in (*self.facts, fact) if f.subject == fact.subject and f.type in OWNED]
        told = any(f.type == SHAREHOLDING and f.directness is not Directness.DIRECT for f in there)
        votes = [f for f in there if f.type == VOTING_RIGHTS]
        own = any(f.holder == f.subject and f.low for f in there)
        unstated = any(f.holder != f.subject and not f.sized for f in there)
        return not (told and votes) and all(f.sized for f in votes) and not (own and unstated)

    def told_somehow(self, kind: str, given: Mapping[str, object]) -> bool:
        owned = kind in {SHAREHOLDING, VOTING_RIGHTS, *CONTROLS} and given["certainty"] is Certainty.STATED
        return owned and not self.plain and self.random.random() < 0.08

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

    def size_of(self, kind: str) -> dict[str, object]:
        """Control has no size; of votes without a number the text is silent."""
        size = self.size() if kind in OWNED else {}
        return size or (self.size_of(kind) if self.settled and kind == VOTING_RIGHTS else {})

    def shares(self) -> None:
        odd = not self.calm and self.random.random() < 0.04
        self.add(self.pair(), "rightsToProfitOrIncome" if odd else "shareholding", **self.size())

    def votes(self) -> None:
        holder, subject = self.pair()
        if self.random.random() < 0.3:
            self.add((holder, subject), "votingRights", low=0, high=0)
        else:
            self.add((holder, subject), "votingRights", **self.size_of(VOTING_RIGHTS))
        if self.random.random() < 0.6:
            self.add((holder, subject), "shareholding", **self.size())

    def control(self) -> None:
        self.add(self.pair(), self.random.choice(CONTROLS[:2] if self.plain else CONTROLS))

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

    def joint(self) -> None:
        """Two or three that hold together."""
        members = self.random.sample([*self.names, *self.people], self.random.choice([2, 2, 2, 3]))
        subject = self.owned()
        if subject in members:
            return
        together = tuple(sorted(members))
        kind = self.random.choice([SHAREHOLDING, SHAREHOLDING, SHAREHOLDING, VOTING_RIGHTS, CONTROLS[0]])
        self.add((joint_holder(together), subject), kind, members=together, **self.size_of(kind))

    def option(self) -> None:
        start, end = PartialDate.parse("2024-05-01"), self.random.choice([None, None, PartialDate.parse("2025-03-01")])
        held = self.across()
        if not any(f.axis is Axis.OPTION and (f.holder, f.subject) == held for f in self.facts):
            certainty = self.random.choice([Certainty.STATED, Certainty.STATED, Certainty.RUMOURED])
            self.add(held, OPTION, start=start, end=end, certainty=certainty, **self.size())

    def deal(self) -> None:
        """What is announced or rumoured, or known and not yet begun."""
        kind = self.random.choice([SHAREHOLDING, SHAREHOLDING, SHAREHOLDING, VOTING_RIGHTS, CONTROLS[0]])
        begins = {"start": PartialDate.parse("2025-09-01")}
        ways: list[dict[str, object]] = [
            {"certainty": Certainty.ANNOUNCED},
            {"certainty": Certainty.RUMOURED},
            {"certainty": Certainty.STATED, **begins},
        ]
        given = {"end": None} | self.size_of(kind) | self.random.choice(ways)
        self.add(self.across(), kind, **given)

    def across(self) -> Pair:
        """Often a rival in the vendor or the vendor in a rival."""
        rival, vendor = self.random.choice(self.rivals), self.names[1]
        pair = self.random.choice([self.pair(), (rival, vendor), (vendor, rival)])
        return self.pair() if self.kinds[pair[1]] is PartyKind.STATE_BODY else pair

    def small_stakes(self) -> None:
        """Several parties, rivals first, each with a little of the vendor."""
        others = [n for n in self.names[2:] if n not in self.rivals]
        for holder in [*self.rivals, *others][: self.random.choice([2, 3])]:
            share = self.random.choice([2, 3, 4, 4, 9, 13]) * PERCENT
            self.add((holder, self.names[1]), SHAREHOLDING, low=share, high=share)

    def again(self, fact: Fact) -> None:
        """Another row of the same pair and type."""
        if fact.axis is Axis.OPTION:
            return
        size = self.size_of(fact.type)
        same = {"start": fact.start, "end": fact.end} if self.random.random() < 0.4 else {}
        self.add((fact.holder, fact.subject), fact.type, members=fact.members, **size, **same)


def question(seed: int, *, calm: bool, plain: bool = False) -> Question:
    return Maker(seed, calm=calm, plain=plain).question()


def settled_question(seed: int, *, calm: bool) -> Question:
    """A world of which the text says nearly always what is to be found."""
    return Maker(seed, calm=calm, plain=False, settled=True).question()
