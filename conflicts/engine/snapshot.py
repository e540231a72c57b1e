"""The ownership and control graph on one day as known on one day: stakes, ties and posts.

Stakes of a subject are worked out when they are first asked for and kept. A variant (a what-if, a holding at zero, a
closed way up) is a snapshot of its own over the first: it works out anew only the subjects at which it differs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, TypeVar, cast

from conflicts.engine.facts import Axis
from conflicts.engine.ground import Ground, ground, groups_of
from conflicts.engine.holdings import Holding, resolve
from conflicts.engine.stakes import (
    Group,
    HeldBy,
    HoldingKey,
    Stake,
    asserted_economic_stakes,
    asserted_voting_stakes,
    economic_stakes,
    is_past_whole,
    shared_out,
    voting_stakes,
)
from conflicts.engine.tables import Table

if TYPE_CHECKING:
    from datetime import date

    from conflicts.engine.facts import Fact, Node
    from conflicts.engine.ties import Tie

__all__ = ["Group", "HoldingKey", "Snapshot", "Stake", "snapshot"]

Stakes = Mapping[str, Stake]
Held = Mapping[Group, HeldBy]
Slots = Mapping[tuple[Group, str], "Holding | None"]
V = TypeVar("V")


class Snapshot:
    """Immutable.

    `base` is the snapshot that this one is a variant of; it differs in the `touched` subjects and in `closed` parties,
    in which nothing is held. `changed` are the slots, by subject, that do not hold what the ground tells; None: nothing
    is held there.
    In the `supported` world faulted subjects count up to their stated lows (2.7).
    """

    def __init__(
        self,
        nodes: Mapping[str, Node],
        known_on: date,
        ground: Ground,
        *,
        base: Snapshot | None = None,
        changed: Mapping[str, Slots] | None = None,
        touched: frozenset[str] = frozenset(),
        closed: frozenset[str] = frozenset(),
        supported: bool = False,
    ) -> None:
        self.nodes = nodes
        self.known_on = known_on
        self.ground = ground
        self.supported = supported
        self.memo: dict[object, object] = {}
        self._base = base
        self._changed: Mapping[str, Slots] = changed or {}
        self._touched = touched
        self._closed = closed

    @property
    def day(self) -> date:
        return self.ground.day

    @property
    def joint(self) -> Mapping[str, tuple[str, ...]]:
        """The members of each joint holder (2.3)."""
        return self.ground.joint

    @property
    def pending(self) -> tuple[Fact, ...]:
        """What is only announced or rumoured (1.5); nothing of what would be held in closed parties."""
        return tuple(fact for fact in self.ground.pending if fact.subject not in self._closed)

    @property
    def subjects(self) -> Iterable[str]:
        """Every party in which something is, or was, held."""
        ground = self.ground
        return {**dict.fromkeys(ground.rows), **dict.fromkeys(ground.tie_rows), **dict.fromkeys(self._changed)}

    @cached_property
    def economic(self) -> Table[Stakes]:
        """Economic stakes by subject, then holder; a joint holder is a subject that its members share."""

        def stakes(subject: str) -> Stakes:
            if subject in self.joint:
                return shared_out(subject, self.joint[subject])
            return economic_stakes(subject, self.held.into(subject))

        return self._table("economic", stakes)

    @cached_property
    def voting(self) -> Table[Stakes]:
        """Votes by subject, then holder; self-held shares carry none (2.3)."""
        return self._table("voting", lambda subject: voting_stakes(subject, self.held.into(subject)))

    @cached_property
    def asserted_economic(self) -> Table[Stakes]:
        """Assertions of ownership by subject, then holder: alternatives, never additions (2.5)."""
        return self._table("asserted_economic", lambda s: asserted_economic_stakes(s, self.held.into(s)))

    @cached_property
    def asserted_voting(self) -> Table[Stakes]:
        """Assertions of votes by subject, then holder (2.5)."""
        return self._table("asserted_voting", lambda s: asserted_voting_stakes(s, self.held.into(s)))

    @cached_property
    def held(self) -> Table[Held]:
        """What is held in each subject, over or not, by group and holder."""
        return self._table("held", self._settled)

    @cached_property
    def ties_into(self) -> Table[tuple[Tie, ...]]:
        """Every tie by subject, those that are over included."""
        return self._table("ties_into", lambda s: () if s in self._closed else self.ground.ties_into(s))

    @cached_property
    def control(self) -> Table[tuple[Tie, ...]]:
        """Control facts in force or perhaps in force, by subject."""
        return self._table("control", lambda s: tuple(tie for tie in self.ties_into.into(s) if tie.controls))

    @cached_property
    def holds(self) -> Table[frozenset[str]]:
        """Where each party has, or had, a stake, votes or a tie."""

        def held(holder: str) -> frozenset[str]:
            return frozenset().union(*(told.get(holder, ()) for told in tables))

        tables = (self.ground.held_in, self.ground.tied_to, self._added)
        return Table(lambda: dict.fromkeys(chain.from_iterable(tables)), held)

    @cached_property
    def holders(self) -> Table[frozenset[str]]:
        """Who has a stake, votes or control in a subject; of what is held jointly, the members."""
        tables = (self.economic, self.voting, self.asserted_economic, self.asserted_voting)

        def holders(subject: str) -> frozenset[str]:
            ties = (tie.fact.holder for tie in self.control.into(subject))
            stakes = (stake for table in tables for stake in table.into(subject).values())
            return frozenset(chain(ties, *(stake.members for stake in stakes)))

        return self._table("holders", holders)

    def holding(self, key: HoldingKey) -> Holding | None:
        """Return what is held under the key, if anything is."""
        return self.held.into(key.subject).get(key.group, {}).get(key.holder)

    def holdings_in(self, subjects: Iterable[str]) -> Iterator[tuple[HoldingKey, Holding]]:
        """Tell every holding in these subjects."""
        for subject in subjects:
            for group, held in self.held.into(subject).items():
                for holder, holding in held.items():
                    yield HoldingKey(group, holder, subject), holding

    def faulted(self, axis: Axis, subject: str) -> bool:
        """Whether the lows stated in the subject on the axis sum past 100 (2.7)."""
        table = self.economic if axis is Axis.ECONOMIC else self.voting
        return is_past_whole(stake.stated for stake in table.into(subject).values())

    def faults_in(self, subjects: Iterable[str]) -> Iterator[tuple[Axis, str]]:
        """Tell the data faults in these subjects."""
        for subject in sorted(subjects):
            for axis in (Axis.ECONOMIC, Axis.VOTING):
                if self.faulted(axis, subject):
                    yield axis, subject

    def zeroed(self, keys: frozenset[HoldingKey]) -> Snapshot:
        """The snapshot with these holdings at exactly 0, everything else worked out again."""
        return self._kept(keys, lambda: self._variant(dict.fromkeys(keys)))

    def with_supported_lows(self) -> Snapshot:
        """The world in which faulted subjects have the most that stated lows support (2.7)."""
        return self._kept("supported", lambda: self._variant(supported=True))

    def closed_at(self, parties: frozenset[str]) -> Snapshot:
        """The snapshot in which nothing is held in these parties, so that every way up ends at them (5.2).

        It is this one where nothing is held in them anyway, so that what was worked out here serves there too.
        """
        told = frozenset(filter(self._is_told_of, parties))
        return self._kept(("closed", told), lambda: self._variant(closed=told)) if told else self

    def with_holdings(self, holdings: Iterable[tuple[HoldingKey, Holding]]) -> Snapshot:
        """The snapshot in which these holdings stand in their slots."""
        return self._variant(dict(holdings))

    def with_asides(self, asides: Iterable[tuple[HoldingKey, Fact]]) -> Snapshot:
        """The snapshot in which rows that were set aside count instead (2.2d)."""
        instead = []
        for key, aside in asides:
            other = resolve([aside], self.day)
            if other is not None:
                asserted = key.group.asserted is key.group
                groups = [group.asserted if asserted else group for group in groups_of(aside)]
                instead += [(HoldingKey(group, key.holder, key.subject), other) for group in groups]
        return self.with_holdings(instead)

    def with_facts(self, added: Iterable[Fact], removed: Iterable[str] = ()) -> Snapshot:
        """The snapshot with facts added and others, by id, taken away (8.4).

        What a variant changed stays so: a slot that is zeroed, or in which a holding stands, hears no other facts.
        """
        told, subjects = self.ground.with_facts(added, frozenset(removed), self.known_on)
        return Snapshot(
            self.nodes,
            self.known_on,
            told,
            base=self,
            changed=self._changed,
            touched=subjects,
            closed=self._closed,
            supported=self.supported,
        )

    def _is_told_of(self, subject: str) -> bool:
        ground = self.ground
        held = subject in ground.rows or subject in ground.tie_rows or subject in self._changed
        return held or any(fact.subject == subject for fact in ground.pending)

    def _settled(self, subject: str) -> Held:
        """What the ground tells, or the base where that has the same, with the changes over it."""
        if subject in self._closed:
            return {}
        base, slots = self._base, self._changed.get(subject)
        same = base is not None and base.ground is self.ground
        held = base.held.into(subject) if base is not None and same else self.ground.held(subject)
        return _laid_over(held, slots) if slots else held

    def _table(self, name: str, work: Callable[[str], V]) -> Table[V]:
        """A table that asks the base where this variant is the same."""
        base = self._base
        if base is None:
            return Table(lambda: self.subjects, work)
        below: Table[V] = getattr(base, name)
        own = self._closed | self._touched
        return Table(lambda: self.subjects, lambda party: work(party) if party in own else below.into(party))

    @cached_property
    def _added(self) -> Mapping[str, set[str]]:
        """Where a variant holds what its ground does not tell of, by holder."""
        found: dict[str, set[str]] = {}
        for subject, slots in self._changed.items():
            for holding in slots.values():
                for member in holding.members if holding is not None else ():
                    found.setdefault(member, set()).add(subject)
        return found

    def _kept(self, key: object, make: Callable[[], Snapshot]) -> Snapshot:
        if key not in self.memo:
            self.memo[key] = make()
        return cast("Snapshot", self.memo[key])

    def _variant(
        self,
        slots: Mapping[HoldingKey, Holding | None] | None = None,
        *,
        closed: frozenset[str] = frozenset(),
        supported: bool | None = None,
    ) -> Snapshot:
        news: dict[str, dict[tuple[Group, str], Holding | None]] = {}
        for key, holding in (slots or {}).items():
            news.setdefault(key.subject, dict(self._changed.get(key.subject, {})))[key.group, key.holder] = holding
        return Snapshot(
            self.nodes,
            self.known_on,
            self.ground,
            base=self,
            changed={**self._changed, **news},
            touched=frozenset(news),
            closed=self._closed | closed,
            supported=self.supported if supported is None else supported,
        )


def _laid_over(held: Held, slots: Slots) -> Held:
    laid = {group: dict(by_holder) for group, by_holder in held.items()}
    for (group, holder), holding in slots.items():
        if holding is None:
            laid.get(group, {}).pop(holder, None)
        else:
            laid.setdefault(group, {})[holder] = holding
    return laid


def snapshot(nodes: Iterable[Node], facts: Iterable[Fact], *, as_of: date, known_on: date) -> Snapshot:
    """Build the snapshot of facts that were already chosen by known time.

    Announced and rumoured facts, and facts that begin after the as-known day, make no stake (1.5).
    """
    return Snapshot({node.id: node for node in nodes}, known_on, ground(facts, as_of, known_on))
