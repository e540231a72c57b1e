"""What an option or an announced deal would make of what is held (SEMANTICS 1.5, 6 option)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from conflicts.engine.facts import SHAREHOLDING, Axis
from tests.engine.oracle.verdict.case import MUST, REVIEW, Case, Hit, economic
from tests.engine.oracle.verdict.directness import Pair
from tests.engine.oracle.verdict.sides import controlled, sides_beside
from tests.engine.oracle.verdict.slots import WHOLE, Size, Slot, size_of
from tests.engine.oracle.verdict.times import presence
from tests.engine.oracle.verdict.votes import votes_of
from tests.engine.oracle.verdict.world import Slots, World, is_majority, slots

Crossing = tuple[str, str, object]
"""Rule, subject, line or holder."""


@dataclass(frozen=True)
class Deal:
    """A deal of stated size that is surely pending; `fields` are the slots that it changes."""

    pair: Pair
    size: Size
    fields: tuple[str, ...]
    on_top: bool

    def done_in(self, world: World) -> World:
        changes = {}
        for field in self.fields:
            there: Slots = getattr(world, field)
            changes[field] = {**there, self.pair: self._slot(there.get(self.pair))}
        return world.changed(**changes)

    def _slot(self, held: Slot | None) -> Slot:
        if held is None or not self.on_top:
            return Slot(frozenset({self.size}))
        return Slot(frozenset(self._added(option) for option in held.options))

    def _added(self, held: Size | None) -> Size:
        if held is None:
            return self.size
        low, high = held.low + self.size.low, held.high + self.size.high
        return Size(min(low, WHOLE), min(high, WHOLE), sized=True)


@dataclass(frozen=True)
class Appointment:
    """A right to appoint most of a board that is surely pending: control once it is there (2.1)."""

    pair: Pair

    def done_in(self, world: World) -> World:
        return world.changed(control={**world.control, self.pair: True})


def option(case: Case) -> Iterator[Hit]:
    """Review where the low with the deal crosses a line that the low without it does not; the rest are notes."""
    deals = _deals(case.world)
    before = _crossed(case) if deals else set()
    for deal in deals:
        if _crossed(_after(case, deal)) - before:
            yield REVIEW, MUST


def _after(case: Case, deal: Deal | Appointment) -> Case:
    """The case once the deal is done, which can put others on either side; the client stays who it is."""
    world, line = deal.done_in(case.world), Fraction(case.policy.control)
    there = sides_beside(world, case.sides.client, case.vendor, line, competitor=case.competitor)
    return replace(case, world=world, sides=there)


def _deals(world: World) -> list[Deal | Appointment]:
    found: list[Deal | Appointment] = []
    rights = slots([row for row in world.rows if row.axis is Axis.OPTION], world.as_of)
    for pair, one in rights.items():
        if all(size is not None and size.sized for size in one.options):
            found.append(Deal(pair, Size(one.low, one.high, sized=True), ("shares", "share_votes"), on_top=True))
    for row in world.announced:
        pending = presence([replace(row, start=None)], world.as_of)
        if pending and is_majority(row):
            found.append(Appointment((row.holder, row.subject)))
        if row.sized and pending and row.axis in {Axis.ECONOMIC, Axis.VOTING, Axis.OPTION}:
            on_top = row.axis is Axis.OPTION
            fields = ["votes" if row.axis is Axis.VOTING else "shares"]
            if on_top or row.type == SHAREHOLDING:
                fields.append("share_votes")
            found.append(Deal((row.holder, row.subject), size_of(row), tuple(fields), on_top))
    return found


def _crossed(case: Case) -> set[Crossing]:
    """Every line that lows cross either way round, on both runs of 2.7 (without a fault they are one)."""
    found: set[Crossing] = set()
    for supported in (False, True):
        there = replace(case, world=case.world.changed(supported=supported))
        for subject in case.sides.vendor:
            found |= _crossed_at(there, case.sides.rival, subject)
        found |= _crossed_at(there, case.sides.reach, case.competitor)
    return found


def _crossed_at(case: Case, owners: frozenset[str], subject: str) -> set[Crossing]:
    world, policy, others = case.world, case.policy, owners - {subject}
    share = economic(case, owners, subject, low=True)
    low, _, stated = votes_of(world, others, subject)
    line = Fraction(policy.control)
    found = {("economic", subject, one) for one in (policy.economic_review, policy.economic_block) if share >= one}
    found |= {("voting", subject, policy.voting_review)} if low >= policy.voting_review else set()
    found |= {("voting", subject, policy.voting_block)} if stated >= policy.voting_block else set()
    heads = {one for one in others if subject in controlled(world, one, line, may=False, stop=case.stop)}
    return {*found, *(("control", subject, "") for _ in heads)}
