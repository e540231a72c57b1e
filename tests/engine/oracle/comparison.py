"""What an answer gets wrong, told in sentences; empty where it agrees with the oracle."""

from collections.abc import Callable, Iterable
from fractions import Fraction
from random import Random

from tests.engine.graphs import Graph, leaves_a_world, shrunk
from tests.engine.oracle.control import HALF, group, may_control, must_control, supported_control
from tests.engine.oracle.votes import votes_of
from tests.engine.oracle.walks import Reach, highest, lowest, most_supported, reach
from tests.engine.oracle.worlds import PERCENT, WHOLE, Share, Stakes, base, sampled_world

Bounds = dict[str, tuple[Fraction, Fraction]]
Parties = frozenset[str]
Controlled = dict[str, Parties]

ROUNDING = Fraction(1, 1000)
"""1e-9 percent, in millionths of a percent: what an answer may be rounded outward by (SEMANTICS 3.4)."""
LINES = frozenset({5 * PERCENT, 25 * PERCENT, HALF})


def first_wrong(graphs: Iterable[Graph], complaints: Callable[[Graph], list[str]]) -> str:
    """The complaints about the first graph that has some, told on the smallest graph that still has some."""

    def wrong(graph: Graph) -> list[str]:
        return complaints(graph) if leaves_a_world(graph) else []

    for graph in graphs:
        if wrong(graph):
            small = shrunk(graph, wrong)
            return f"{small}: {'; '.join(complaints(small))}"
    return ""


def wrong_bounds(graph: Graph, answer: Bounds) -> list[str]:
    """Integrated ownership of the graph's owners in every party, against both bounds of the oracle."""
    least, most = owned(graph, lowest), owned(graph, highest)
    return [
        f"{party} is in [{float(least[party])}, {float(most[party])}], not [{float(low)}, {float(high)}]"
        for party, (low, high) in sorted(answer.items())
        if not (0 <= least[party] - low <= ROUNDING and 0 <= high - most[party] <= ROUNDING)
    ]


def worlds_outside(graph: Graph, answer: Bounds, rng: Random) -> list[str]:
    """Sampled worlds in which a walk from a party that does not stop it lies outside the answered bounds."""
    world = sampled_world(base(graph.shares), rng)
    chances = reach(world, graph.owners, graph.stop)
    return [
        f"{party} is {float(chances[party])} in {world}, outside [{float(low)}, {float(high)}]"
        for party, (low, high) in sorted(answer.items())
        if party in chances and party not in graph.stop and not low <= chances[party] <= high
    ]


def wrong_lines(graph: Graph, reaches: Callable[[str, int], bool]) -> list[str]:
    """Whether the high bound reaches a line, asked at the policy's lines and right beside the truth."""
    most = owned(graph, highest)
    return [
        f"the high of {party} is {float(most[party])} and reaches({line}) is {most[party] < line}"
        for party in graph.parties
        for line in sorted(LINES | {int(most[party]), int(most[party]) + 1})
        if 0 < line <= WHOLE and reaches(party, line) != (most[party] >= line)
    ]


def wrong_control(graph: Graph, answer: Controlled, *, may: bool, line: Share = HALF) -> list[str]:
    """What every party of the graph controls, exactly."""
    votes = votes_of(graph.known, graph.stated)
    rule, word = (may_control, "may control") if may else (must_control, "must control")
    return _differences(word, answer, {holder: rule(votes, graph.facts, holder, line) for holder in answer})


def wrong_support(graph: Graph, shares: Reach, control: Controlled) -> list[str]:
    """The most that stated lows past 100% support, as ownership and as control (SEMANTICS 2.7)."""
    votes, most = votes_of(graph.shares, graph.stated), owned(graph, most_supported)
    return [
        f"{party} is supported up to {float(most[party])}, not {float(share)}"
        for party, share in sorted(shares.items())
        if share != most[party]
    ] + _differences(
        "controls with support", control, {holder: supported_control(votes, graph.facts, holder) for holder in control}
    )


def wrong_groups(graph: Graph, answer: Controlled) -> list[str]:
    """The must-group of every party (SEMANTICS 5.1)."""
    votes = votes_of(graph.shares, graph.stated)
    groups = {party: group(votes, graph.facts, party, state_bodies=graph.state_bodies) for party in answer}
    return _differences("is in a group of", answer, groups)


def owned(graph: Graph, method: Callable[[Stakes, Parties, Parties], Reach]) -> Reach:
    """What a method gives for every party asked as a subject.

    A walk that begins at a party is not stopped there: the vendor is never taken out of its own side (5.3).
    """
    found = dict.fromkeys(graph.parties, Fraction(0)) | method(graph.known, graph.owners, graph.stop)
    for subject in graph.stop & set(graph.parties):
        found |= {subject: method(graph.known, graph.owners, graph.stop - {subject}).get(subject, Fraction(0))}
    return found


def _differences(word: str, answer: Controlled, expected: Controlled) -> list[str]:
    return [
        f"{party} {word} {sorted(expected[party])}, not {sorted(found)}"
        for party, found in sorted(answer.items())
        if found != expected[party]
    ]
