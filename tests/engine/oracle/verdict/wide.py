"""Worlds with more below and behind the sides: subsidiaries, what is announced of them, posts, private facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from conflicts.engine.bounds import PERCENT
from conflicts.engine.facts import SHAREHOLDING, VOTING_RIGHTS, Fact, PartyKind, Source, Standing
from conflicts.engine.privacy import proof_with_privacy
from conflicts.engine.screening import Query
from conflicts.engine.snapshot import Snapshot, snapshot
from tests.engine.oracle.verdict.verdict import Question
from tests.engine.oracle.verdict.worlds import CONTROLS, Maker

Proof = Callable[[Snapshot, Query], frozenset[str]]


class WideMaker(Maker):
    """Draws as Maker does, after a few subsidiaries of anybody, and more of what reaches around the chains."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed, calm=seed % 2 == 0, plain=False)
        for number in range(self.random.randint(2, 6)):
            name = f"s{number}"
            parent = self.random.choice([*self.rivals, *self.names])
            self.kinds[name] = PartyKind.ORGANIZATION
            self.add((parent, name), self.random.choice([VOTING_RIGHTS, SHAREHOLDING, CONTROLS[0]]), **self.most())
            self.names.append(name)

    def most(self) -> dict[str, object]:
        share = self.random.choice([40, 60, 100]) * PERCENT
        return self.random.choice([{}, self.size(), {"low": share, "high": share}])

    def makers(self) -> list[Callable[[], None]]:
        more = (self.deal, self.post, self.post, self.joint, self.control, self.fund, self.outdone, self.outdone)
        return [*super().makers(), *more]

    def fund(self) -> None:
        """Draw one owner of a large part of the vendor and of a rival."""
        owner, share = self.random.choice([*self.names[2:], *self.people]), self.random.choice([25, 30, 60]) * PERCENT
        for subject in (self.names[1], self.random.choice(self.rivals)):
            if owner != subject:
                self.add((owner, subject), SHAREHOLDING, low=share, high=share)

    def outdone(self) -> None:
        """Draw a few votes by a register, and more by a row that it sets aside."""
        pair = self.random.choice([self.pair(), (self.names[1], self.random.choice(self.names[2:]))])
        for standing, percent in ((Standing.REGISTER, 2), (Standing.DECLARED, self.random.choice([12, 60]))):
            share = percent * PERCENT
            self.add(pair, VOTING_RIGHTS, low=share, high=share, start=None, end=None, source=Source("s", "", standing))


def wide_question(seed: int) -> Question:
    return WideMaker(seed).question()


def partly_private(seed: int) -> Question:
    """The wide world with a quarter of its facts private."""
    maker = WideMaker(seed)
    drawn = maker.question()
    return replace(drawn, facts=tuple(replace(fact, public=maker.random.random() > 0.25) for fact in drawn.facts))


def without_private(question: Question) -> Question:
    return replace(question, facts=tuple(fact for fact in question.facts if fact.public))


def parties_read(snap: Snapshot, query: Query) -> frozenset[str]:
    """The parties whose rows are read for the pair."""
    return proof_with_privacy(snap, query).parties


def within_proof(question: Question, proof: Proof = parties_read) -> Question:
    """The question asked on the proof subgraph alone."""
    there = snapshot(question.nodes, question.facts, as_of=question.as_of, known_on=question.known_on)
    query = Query(question.principal, question.vendor, question.competitors, question.policy)
    parties = proof(there, query)
    nodes = tuple(node for node in question.nodes if node.id in parties)
    return replace(question, nodes=nodes, facts=tuple(_among(question.facts, parties)))


def _among(facts: tuple[Fact, ...], parties: frozenset[str]) -> Iterator[Fact]:
    return (fact for fact in facts if parties.issuperset((fact.subject, *(fact.members or (fact.holder,)))))
