"""Four real company groups, read as the registers published them: bounds that are useful, and never wrong.

Contains public sector information licensed under the Open Government Licence v3.0. Source: Companies House / Open
Ownership. LEI data: GLEIF (CC0). Nothing of it is copied here; the files lie beside the checkout.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Any

import pytest

from conflicts.engine.assertions import unsupported_assertions
from conflicts.engine.bounds import HALF, WHOLE, Bounds
from conflicts.engine.control import above, controlled_by
from conflicts.engine.dates import PartialDate, Phase, phase
from conflicts.engine.facts import SHAREHOLDING, Axis, Directness, Fact, Node, PartyKind, Source, Standing
from conflicts.engine.findings import Outcome
from conflicts.engine.ownership import Ownership, integrated_ownership
from conflicts.engine.policy import Policy
from conflicts.engine.screening import Query, screen
from conflicts.engine.snapshot import Snapshot, snapshot
from tests.engine.facts_builder import pct

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "opencheck-bods"
REGISTER = "GB-COH"
DAY = date(2025, 3, 6)
"""The day after the newest publication in the files."""

pytestmark = [
    pytest.mark.property,
    pytest.mark.skipif(
        not FOLDER.is_dir(), reason="The register's files are not beside this checkout (shared/data/opencheck-bods)."
    ),
]

Statement = Mapping[str, Any]


@dataclass(frozen=True)
class RealGroup:
    """One file: who is in it, what the registers state, and the company on top."""

    file: str
    top: str

    @cached_property
    def statements(self) -> list[Statement]:
        """The latest statement of every record."""
        text = (FOLDER / f"{self.file}.jsonl").read_text(encoding="utf-8")
        rows = sorted(map(json.loads, text.splitlines()), key=lambda row: str(row["statementDate"]))
        return list({row["recordId"]: row for row in rows}.values())

    @property
    def parties(self) -> list[Statement]:
        return [row for row in self.statements if row["recordType"] != "relationship"]

    @cached_property
    def names(self) -> dict[str, str]:
        """The party of each record: a company that two registers tell of is one by its Companies House number."""
        return {row["recordId"]: company_number(row) or row["recordId"] for row in self.parties}

    @cached_property
    def nodes(self) -> list[Node]:
        kinds = {"entity": PartyKind.ORGANIZATION, "person": PartyKind.PERSON}
        found = {self.names[row["recordId"]]: kinds[row["recordType"]] for row in self.parties}
        return [Node(name, found[name]) for name in sorted(found)]

    @cached_property
    def facts(self) -> list[Fact]:
        relations = (row for row in self.statements if row["recordType"] == "relationship")
        return [fact for row in relations for fact in facts_of(row, self.names)]

    @cached_property
    def on_the_day(self) -> Snapshot:
        return snapshot([*self.nodes, Node("client")], self.facts, as_of=DAY, known_on=DAY)

    @property
    def others(self) -> list[str]:
        return [node.id for node in self.nodes if node.id != self.top]

    @property
    def in_force(self) -> list[Fact]:
        return [fact for fact in self.facts if phase(fact.start, fact.end, DAY) is Phase.IN_FORCE]

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Everybody with everybody above, the holder first."""
        for node in self.nodes:
            for holder in sorted(above(self.on_the_day, node.id) - {node.id}):
                yield holder, node.id


def company_number(party: Statement) -> str:
    numbers = [one["id"] for one in party["recordDetails"].get("identifiers", []) if one.get("scheme") == REGISTER]
    return f"{REGISTER}-{numbers[0]}" if numbers else ""


def facts_of(relation: Statement, names: Mapping[str, str]) -> Iterator[Fact]:
    """One fact for each interest of a statement; none where the interested party is unspecified."""
    details = relation["recordDetails"]
    if not isinstance(details["interestedParty"], str):
        return
    said = date.fromisoformat(relation["statementDate"])
    closed = relation["statementDate"] if relation["recordStatus"] == "closed" else None
    for place, interest in enumerate(details["interests"]):
        share = bounds_of(interest.get("share"))
        yield Fact(
            id=f"{relation['recordId']} {place}",
            holder=names[details["interestedParty"]],
            subject=names[details["subject"]],
            type=interest["type"],
            source=Source(relation["source"]["url"], standing=Standing.REGISTER, statement_date=said),
            low=share.low if share else None,
            high=int(share.high) if share else None,
            low_open=bool(share and share.low_open),
            high_open=bool(share and share.high_open),
            start=PartialDate.parse(interest["startDate"]) if "startDate" in interest else None,
            end=PartialDate.parse(end) if (end := interest.get("endDate") or closed) else None,
            directness=Directness(interest["directOrIndirect"]),
        )


def bounds_of(share: Statement | None) -> Bounds | None:
    """A share's ends in millionths of a percent, open where the statement leaves the end out."""
    if not share:
        return None
    if "exact" in share:
        return Bounds(pct(share["exact"]), pct(share["exact"]))
    low = share.get("exclusiveMinimum", share.get("minimum", 0))
    high = share.get("exclusiveMaximum", share.get("maximum", 100))
    return Bounds(pct(low), pct(high), "exclusiveMinimum" in share, "exclusiveMaximum" in share)


BIFFA = RealGroup("2138008RB4WDK7HYYS91", top=f"{REGISTER}-14171811")
CARE_UK = RealGroup("213800DBE5Y9ZM58PN63", top=f"{REGISTER}-12095560")
BP = RealGroup("213800LH1BZH3DI6G760", top=f"{REGISTER}-00102498")
DMGT = RealGroup("4OFD47D73QFJ1T1MOF29", top=f"{REGISTER}-00184594")
GROUPS = {"Biffa": BIFFA, "Care UK": CARE_UK, "BP": BP, "DMGT": DMGT}
EACH = pytest.mark.parametrize("real", GROUPS.values(), ids=GROUPS)


def owned(snap: Snapshot, holder: str, subject: str) -> Ownership:
    return integrated_ownership(snap, frozenset({holder}), subject)


@dataclass(frozen=True)
class Seen:
    """What was counted in a group on the day and looked through by hand."""

    interests: int
    pairs: int
    with_low: int
    must: int
    may: int
    over_half: int
    repaired: int


SEEN = {
    "Biffa": Seen(62, pairs=99, with_low=89, must=18, may=19, over_half=2, repaired=19),
    "Care UK": Seen(66, pairs=56, with_low=56, must=10, may=10, over_half=2, repaired=10),
    "BP": Seen(558, pairs=338, with_low=237, must=155, may=157, over_half=66, repaired=157),
    "DMGT": Seen(147, pairs=263, with_low=86, must=26, may=29, over_half=11, repaired=28),
}
COUNTED = pytest.mark.parametrize(("real", "seen"), [(GROUPS[name], SEEN[name]) for name in GROUPS], ids=GROUPS)


@COUNTED
def test_no_interest_says_whether_it_is_direct_and_none_has_an_exact_share(real: RealGroup, seen: Seen) -> None:
    assert Counter(fact.directness for fact in real.facts) == {Directness.UNKNOWN: seen.interests}
    assert not any(fact.bounds.is_point for fact in real.facts)


@EACH
def test_companies_file_their_next_owner_so_that_each_interest_is_a_stake(real: RealGroup) -> None:
    snap = real.on_the_day
    stakes = {(stake.holder, node.id) for node in real.nodes for stake in snap.economic.into(node.id).values()}
    assert stakes == {(fact.holder, fact.subject) for fact in real.in_force if fact.axis is Axis.ECONOMIC}
    assert not any(snap.asserted_economic.into(node.id) or snap.asserted_voting.into(node.id) for node in real.nodes)


@COUNTED
def test_the_top_surely_controls_most_of_its_group(real: RealGroup, seen: Seen) -> None:
    snap = real.on_the_day
    must, may = (len(controlled_by(snap, real.top, may=may) - {real.top}) for may in (False, True))
    assert (must, may) == (seen.must, seen.may)


@EACH
def test_that_is_what_a_reader_finds_who_follows_majorities_row_by_row(real: RealGroup) -> None:
    found, waiting = {real.top}, [real.top]
    while waiting:
        holder = waiting.pop()
        more = {fact.subject for fact in real.in_force if fact.holder == holder and is_majority(fact)} - found
        found |= more
        waiting += more
    assert controlled_by(real.on_the_day, real.top, may=False) == found


def is_majority(fact: Fact) -> bool:
    return fact.axis is Axis.CONTROL or (fact.axis in {Axis.ECONOMIC, Axis.VOTING} and fact.bounds.low > HALF)


@COUNTED
def test_an_importer_that_reads_50_as_over_50_lets_the_top_control_more(real: RealGroup, seen: Seen) -> None:
    repaired = [replace(fact, low_open=fact.low in {pct(25), pct(50)}) for fact in real.facts]
    snap = snapshot(real.nodes, repaired, as_of=DAY, known_on=DAY)
    assert len(controlled_by(snap, real.top, may=False) - {real.top}) == seen.repaired


@COUNTED
def test_bands_alone_prove_a_part_of_most_pairs(real: RealGroup, seen: Seen) -> None:
    found = [owned(real.on_the_day, *pair) for pair in real.pairs()]
    assert all(0 <= bounds.low <= bounds.high <= WHOLE for bounds in found)
    assert (len(found), sum(bounds.low > 0 for bounds in found)) == (seen.pairs, seen.with_low)
    halves = [party for party in real.others if owned(real.on_the_day, real.top, party).low > HALF]
    assert len(halves) == seen.over_half


@EACH
def test_an_owner_has_what_the_register_states_less_what_the_others_surely_have(real: RealGroup) -> None:
    table = real.on_the_day.economic
    for stake in (stake for node in real.nodes for stake in table.into(node.id).values()):
        found = owned(real.on_the_day, stake.holder, stake.subject)
        assert found == Ownership(Fraction(stake.bounds.low), Fraction(stake.bounds.high))
        assert stake.stated.low <= found.low <= found.high <= stake.stated.high


def test_two_bands_that_leave_no_room_are_two_points() -> None:
    company = f"{REGISTER}-12867899"
    stated = sorted((fact.low, fact.high) for fact in DMGT.in_force if fact.subject == company and is_shares(fact))
    assert stated == [(pct(25), pct(50)), (pct(75), pct(100))]
    held = DMGT.on_the_day.economic.into(company).values()
    assert sorted((stake.bounds.low, stake.bounds.high) for stake in held) == [(pct(25), pct(25)), (pct(75), pct(75))]


def is_shares(fact: Fact) -> bool:
    return fact.type == SHAREHOLDING


@EACH
def test_every_world_that_the_bands_allow_lies_inside_the_bounds(real: RealGroup) -> None:
    bounds = {pair: owned(real.on_the_day, *pair) for pair in real.pairs()}
    for seed in range(5):
        world = drawn(real.on_the_day, [node.id for node in real.nodes], Random(seed))
        for (holder, subject), found in bounds.items():
            assert found.low <= WHOLE * met(world, holder, subject) <= found.high


def drawn(snap: Snapshot, parties: list[str], rng: Random) -> dict[str, dict[str, Fraction]]:
    """Draw one share for each stake, inside its band and with totals of at most 100, by subject and holder."""
    world: dict[str, dict[str, Fraction]] = {}
    for party in parties:
        stakes = list(snap.economic.into(party).values())
        left = WHOLE - sum(stake.bounds.low for stake in stakes)
        for stake in rng.sample(stakes, len(stakes)):
            more = min(int(stake.bounds.high) - stake.bounds.low, left) * rng.choice([0, 1, 3, 4]) // 4
            left -= more
            world.setdefault(party, {})[stake.holder] = Fraction(stake.bounds.low + more, WHOLE)
    return world


def met(world: Mapping[str, Mapping[str, Fraction]], holder: str, subject: str) -> Fraction:
    """Sum over the chains of a world: right where there is no ring, and in these groups there is none."""
    if holder == subject:
        return Fraction(1)
    owners = world.get(subject, {}).items()
    return sum((share * met(world, holder, owner) for owner, share in owners), Fraction(0))


@EACH
def test_a_parent_of_the_parent_that_files_too_is_not_counted_twice(real: RealGroup) -> None:
    chains = list(two_steps(real))
    assert len(chains) >= 5
    for number, (holder, subject) in enumerate(chains):
        before = owned(real.on_the_day, holder, subject)
        snap = real.on_the_day.with_facts([filed_too(holder, subject, number, Directness.UNKNOWN)])
        assert set(snap.asserted_economic.into(subject)) == {holder}
        after = owned(snap, holder, subject)
        assert (after.low, after.high) == (max(before.low, pct(25)), max(before.high, pct(50)))


@EACH
def test_told_as_direct_it_would_be(real: RealGroup) -> None:
    holder, subject = next(two_steps(real))
    before = owned(real.on_the_day, holder, subject)
    snap = real.on_the_day.with_facts([filed_too(holder, subject, 0, Directness.DIRECT)])
    after = owned(snap, holder, subject)
    assert after.low > before.low
    assert after.low > pct(25)


def two_steps(real: RealGroup) -> Iterator[tuple[str, str]]:
    """Who owns a part of an owner and files no part of its own."""
    table = real.on_the_day.economic
    for node in real.nodes:
        owners = table.into(node.id)
        tops = {top for owner in owners for top in table.into(owner)} - owners.keys() - {node.id}
        yield from ((top, node.id) for top in sorted(tops))


def filed_too(holder: str, subject: str, number: int, how: Directness) -> Fact:
    source = Source("https://example.org/psc", standing=Standing.REGISTER)
    return Fact(
        id=f"filed too {number}",
        holder=holder,
        subject=subject,
        type=SHAREHOLDING,
        source=source,
        low=pct(25),
        high=pct(50),
        start=PartialDate.of(DAY),
        directness=how,
    )


@EACH
def test_the_registers_contradict_themselves_nowhere_but_at_the_trustees(real: RealGroup) -> None:
    snap, parties = real.on_the_day, [node.id for node in real.nodes]
    assert [key for key, holding in snap.holdings_in(parties) if holding.contradictory] == []
    assert list(unsupported_assertions(snap, parties, line=HALF)) == []
    assert list(snap.faults_in(parties)) == ([(Axis.VOTING, real.top)] if real is DMGT else [])


def test_trustees_who_each_file_all_votes_of_the_trust_prove_nothing_alone() -> None:
    stakes = DMGT.on_the_day.voting.into(DMGT.top).values()
    assert [(stake.stated, stake.bounds.low) for stake in stakes] == 5 * [(Bounds(pct(75), WHOLE), 0)]
    assert not any(DMGT.top in controlled_by(DMGT.on_the_day, stake.holder, may=False) for stake in stakes)


@pytest.mark.parametrize(
    ("real", "expected"),
    [(BIFFA, {"blocked": 20, "clear": 2}), (CARE_UK, {"blocked": 10, "clear": 7})],
    ids=["Biffa", "Care UK"],
)
def test_a_client_of_the_tops_rival_may_use_nothing_that_it_holds(real: RealGroup, expected: dict[str, int]) -> None:
    held = [party for party in real.others if real.on_the_day.holders.into(party)]
    asked = {party: outcome_of(real, party) for party in held}
    assert Counter(asked.values()) == expected
    below = controlled_by(real.on_the_day, real.top, may=False) & set(held)
    assert {asked[party] for party in below} == {Outcome.BLOCKED}


def outcome_of(real: RealGroup, vendor: str) -> Outcome:
    return screen(real.on_the_day, Query("client", vendor, (real.top,), Policy())).outcome
