"""The engine against the slow oracle on random graphs; `make soak` runs ten times as many."""

import os
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from fractions import Fraction
from random import Random

import pytest

from conflicts.engine.control import controlled_by
from conflicts.engine.facts import Fact, Node, PartyKind, Source
from conflicts.engine.ownership import high_reaches, integrated_ownership
from conflicts.engine.sides import group as group_of
from conflicts.engine.snapshot import Snapshot, snapshot
from tests.engine.graphs import Graph, graph, with_joint_holders, with_open_ends, with_state_bodies
from tests.engine.oracle.cases import A_AND_B_BESIDE_C, OWNERSHIP, THIRDS_BESIDE_NO_VOTES, Case, stakes
from tests.engine.oracle.comparison import (
    Bounds,
    Controlled,
    first_wrong,
    worlds_outside,
    wrong_bounds,
    wrong_control,
    wrong_groups,
    wrong_lines,
    wrong_support,
)
from tests.engine.oracle.worlds import PERCENT, faults

pytestmark = pytest.mark.property

DAY = date(2025, 6, 12)
SOURCE = Source(url="https://example.org/register")
HALF = 50 * PERCENT
LONG_FORM = (
    pytest.mark.soak,
    pytest.mark.timeout(3600),
    pytest.mark.skipif(not os.environ.get("ARMSLENGTH_SOAK"), reason="ARMSLENGTH_SOAK is not set: use make soak."),
)
SOAK = pytest.param(range(20_000), id="20000", marks=LONG_FORM)
ALL = pytest.mark.parametrize("seeds", [pytest.param(range(2_000), id="2000"), SOAK])
SOME = pytest.mark.parametrize("seeds", [pytest.param(range(300), id="300"), SOAK])


def snapshot_of(asked: Graph) -> Snapshot:
    rows = [("shareholding", *row) for row in asked.shares.items() if row[0][1] not in asked.joint]
    rows += [("votingRights", *row) for row in asked.stated.items()]
    facts = [
        Fact(
            id=f"{kind} {holder}>{subject}",
            holder=holder,
            subject=subject,
            type=kind,
            source=SOURCE,
            low=int(low),
            high=int(high),
            low_open=kind == "shareholding" and ((holder, subject), 0) in asked.open_ends,
            high_open=kind == "shareholding" and ((holder, subject), 1) in asked.open_ends,
            members=asked.joint.get(holder, ()),
        )
        for kind, (holder, subject), (low, high) in rows
    ]
    facts += [
        Fact(
            id=f"control {holder}>{subject}",
            holder=holder,
            subject=subject,
            type="otherInfluenceOrControl",
            source=SOURCE,
        )
        for holder, subject in sorted(asked.facts)
    ]
    return snapshot(nodes_of(asked), facts, as_of=DAY, known_on=DAY)


def nodes_of(asked: Graph) -> list[Node]:
    kinds = {True: PartyKind.STATE_BODY, False: PartyKind.ORGANIZATION}
    return [Node(party, kinds[party in asked.state_bodies]) for party in asked.parties if party not in asked.joint]


def owned(asked: Graph) -> Bounds:
    snap = snapshot_of(asked)
    found = {party: integrated_ownership(snap, asked.owners, party, stop=asked.stop) for party in asked.parties}
    return {party: (ownership.low, ownership.high) for party, ownership in found.items()}


def controlled(snap: Snapshot, asked: Graph, *, may: bool, line: int = HALF) -> Controlled:
    return {holder: controlled_by(snap, holder, may=may, line=line) for holder in asked.parties}


def expect_none(asked: Iterable[Graph], complaints: Callable[[Graph], list[str]]) -> None:
    """Fails with the whole of what is wrong on the smallest graph; an assert would cut it short."""
    if told := first_wrong(asked, complaints):
        pytest.fail(told, pytrace=False)


def graphs(seeds: range) -> Iterator[Graph]:
    return map(graph, seeds)


@pytest.mark.parametrize("case", OWNERSHIP.values(), ids=OWNERSHIP)
def test_named_cases(case: Case) -> None:
    low, high = owned(case.graph)[case.subject]
    assert (low / PERCENT, high / PERCENT) == (Fraction(case.low), Fraction(case.high))


def test_a_and_b_beside_c_have_forty_votes_together() -> None:
    asked = Graph(-1, stakes(A_AND_B_BESIDE_C), owners=frozenset("s"))
    assert controlled_by(snapshot_of(asked), "s", may=True) == {"s", "a", "b"}
    assert controlled_by(snapshot_of(asked), "s", may=True, line=40 * PERCENT - 1) == {"s", "a", "b", "v"}


@ALL
def test_bounds_of_ownership_are_the_oracles_and_no_world_lies_outside(seeds: range) -> None:
    def complaints(asked: Graph) -> list[str]:
        answer = owned(asked)
        return wrong_bounds(asked, answer) + worlds_outside(asked, answer, Random(asked.seed))

    expect_none(graphs(seeds), complaints)


@SOME
def test_bounds_with_joint_holders_are_the_oracles(seeds: range) -> None:
    def complaints(asked: Graph) -> list[str]:
        answer = owned(asked)
        return wrong_bounds(asked, answer) + worlds_outside(asked, answer, Random(asked.seed))

    expect_none((drawn for drawn in map(with_joint_holders, graphs(seeds)) if drawn.joint), complaints)


@ALL
@pytest.mark.parametrize("may", [False, True], ids=["must", "may"])
def test_control_is_the_oracles(seeds: range, *, may: bool) -> None:
    def complaints(asked: Graph) -> list[str]:
        return wrong_control(asked, controlled(snapshot_of(asked), asked, may=may), may=may)

    expect_none(graphs(seeds), complaints)


@SOME
@pytest.mark.parametrize("may", [False, True], ids=["must", "may"])
def test_control_past_other_lines_and_open_ends_is_the_oracles(seeds: range, *, may: bool) -> None:
    def complaints(asked: Graph) -> list[str]:
        line = Random(asked.seed).choice([25, 40, 50, 60, 75]) * PERCENT
        answer = controlled(snapshot_of(asked), asked, may=may, line=line)
        return wrong_control(asked, answer, may=may, line=line)

    expect_none(map(with_open_ends, graphs(seeds)), complaints)


@SOME
def test_lines_are_met_exactly_and_open_ends_stay_open(seeds: range) -> None:
    def complaints(asked: Graph) -> list[str]:
        snap = snapshot_of(asked)
        return wrong_lines(
            asked, lambda party, line: high_reaches(snap, asked.owners, party, line=line, stop=asked.stop).yes
        )

    expect_none(map(with_open_ends, graphs(seeds)), complaints)


@ALL
def test_what_lows_past_the_whole_support_is_the_oracles(seeds: range) -> None:
    def complaints(asked: Graph) -> list[str]:
        snap = snapshot_of(asked).with_supported_lows()
        found = {party: integrated_ownership(snap, asked.owners, party, stop=asked.stop) for party in asked.parties}
        shares = {party: ownership.low for party, ownership in found.items()}
        return wrong_support(asked, shares, controlled(snap, asked, may=False))

    expect_none((drawn for drawn in graphs(seeds) if faults(drawn.shares)), complaints)


@SOME
def test_groups_are_the_oracles(seeds: range) -> None:
    def complaints(asked: Graph) -> list[str]:
        snap = snapshot_of(asked)
        return wrong_groups(asked, {party: group_of(snap, party, line=HALF) for party in asked.parties})

    expect_none(map(with_state_bodies, graphs(seeds)), complaints)


def test_votes_beside_a_voteless_holder_are_not_rounded_before_they_are_summed() -> None:
    asked = Graph(-1, stakes(THIRDS_BESIDE_NO_VOTES), owners=frozenset("s"), stated=stakes({"m>v": 0}))
    assert controlled_by(snapshot_of(asked), "s", may=True) == {"s", "d"}
