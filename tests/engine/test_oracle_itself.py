"""The oracle against cases worked out by hand, against sampled worlds, and against a second formula."""

from fractions import Fraction
from random import Random

import pytest

from tests.engine.graphs import graph
from tests.engine.oracle.cases import A_AND_B_BESIDE_C, OWNERSHIP, THIRDS_BESIDE_NO_VOTES, Case, S, Told, stakes
from tests.engine.oracle.control import (
    Facts,
    control_in_extreme_worlds,
    group,
    may_control,
    must_control,
    supported_control,
)
from tests.engine.oracle.votes import votes_of
from tests.engine.oracle.walks import highest, lowest, most_supported, reach
from tests.engine.oracle.worlds import PERCENT, World, base, parties_of, sampled_world, supported, vertices

pytestmark = pytest.mark.property

NO_FACTS: Facts = frozenset()
SEEDS = range(100)


def controlled(told: Told, *, may: bool, holder: str = "s", stated: Told | None = None) -> frozenset[str]:
    votes = votes_of(stakes(told), stakes(stated or {}))
    return (may_control if may else must_control)(votes, NO_FACTS, holder)


def group_of(told: Told, party: str, facts: Facts = NO_FACTS, state_bodies: frozenset[str] = frozenset()) -> str:
    return "".join(sorted(group(stakes(told), facts, party, state_bodies=state_bodies)))


@pytest.mark.parametrize("case", OWNERSHIP.values(), ids=OWNERSHIP)
def test_ownership_by_hand(case: Case) -> None:
    asked = case.graph.shares, case.owners, case.stop
    assert lowest(*asked)[case.subject] == Fraction(case.low) * PERCENT
    assert highest(*asked)[case.subject] == Fraction(case.high) * PERCENT


def test_extreme_points_lie_at_the_corners_and_where_the_total_cuts() -> None:
    points = vertices(stakes({"p>v": (0, 60), "q>v": (0, 60)}))
    told = [(point["p", "v"] // PERCENT, point["q", "v"] // PERCENT) for point in points]
    assert sorted(told) == [(0, 0), (0, 60), (40, 60), (60, 0), (60, 40)]


def test_lows_past_the_whole_support_what_they_could_be() -> None:
    shares = stakes({"s>v": 60, "x>v": 60, "v>w": (50, 90)})
    assert most_supported(shares, S)["v"] == 60 * PERCENT
    assert most_supported(shares, S)["w"] == 30 * PERCENT
    assert supported_control(shares, NO_FACTS, "s") == {"s", "v"}
    assert must_control(shares, NO_FACTS, "s") == {"s"}


def test_what_the_lows_support_stays_within_the_whole() -> None:
    shares = stakes({"s>p": 100, "s>q": 100, "p>v": 70, "q>v": 70, "x>v": 10})
    assert most_supported(shares, S)["v"] == 100 * PERCENT


def test_half_is_not_control_and_a_millionth_more_is() -> None:
    assert controlled({"s>v": 50}, may=False) == {"s"}
    assert controlled({"s>v": 50.000001}, may=False) == {"s", "v"}


def test_votes_are_added_over_what_is_controlled_and_never_multiplied() -> None:
    assert controlled({"s>a": 60, "a>v": 30, "s>v": 30}, may=False) == {"s", "a", "v"}
    assert controlled({"s>a": 60, "a>b": 60, "b>v": 60}, may=False) == {"s", "a", "b", "v"}
    assert controlled({"s>a": 40, "a>v": 100}, may=False) == {"s"}


def test_what_a_set_may_have_leaves_the_others_their_lows() -> None:
    assert controlled(A_AND_B_BESIDE_C, may=True) == {"s", "a", "b"}
    assert controlled({**A_AND_B_BESIDE_C, "c>v": 49}, may=True) == {"s", "a", "b", "v"}


def test_self_held_votes_and_closed_rings_carry_nothing() -> None:
    assert controlled({"v>v": 30, "s>v": 40}, may=False) == {"s"}
    assert controlled({"a>b": 100, "b>a": 60, "s>a": 40}, may=True) == {"s"}
    assert controlled({"v>v": 60, "s>v": (0, 55)}, may=True) == {"s", "v"}


def test_a_super_voting_class_outweighs_the_shares_of_the_others() -> None:
    shares: Told = {"z>m": 13, "f>m": 87, "g>n": 4, "y>n": 20}
    stated: Told = {"z>m": (55, 60), "y>n": 30}
    assert controlled(shares, may=False, holder="z", stated=stated) == {"z", "m"}
    assert controlled(shares, may=True, holder="f", stated=stated) == {"f"}
    assert votes_of(stakes(shares), stakes(stated)) == stakes(stated) | stakes({"f>m": (0, 45), "g>n": (0, 40)})


def test_beside_a_class_without_votes_shares_still_control() -> None:
    shares: Told = {"m>v": 49, "s>v": 30}
    assert controlled(shares, may=False, stated={"m>v": 0}) == {"s"}
    assert controlled(shares, may=True, stated={"m>v": 0}) == {"s", "v"}
    assert controlled(shares, may=True, holder="m", stated={"m>v": 0}) == {"m"}
    assert controlled({"m>v": 40, "s>v": 60}, may=False, stated={"m>v": 0}) == {"s", "v"}


def test_votes_beside_a_class_without_votes_add_up_unrounded() -> None:
    assert controlled(THIRDS_BESIDE_NO_VOTES, may=True, stated={"m>v": 0}) == {"s", "d"}
    assert controlled({**THIRDS_BESIDE_NO_VOTES, "d>v": 20.000001}, may=True, stated={"m>v": 0}) == {"s", "d", "v"}


def test_a_group_is_found_up_then_down() -> None:
    told: Told = {"p>t": 60, "t>a": 100, "t>b": 80, "b>c": 51, "x>c": 49, "x>d": 90}
    assert group_of(told, "c") == "abcpt"
    assert group_of(told, "p") == "abcpt"
    assert group_of(told, "x") == "dx"
    assert group_of({"s>a": 10}, "a", facts=frozenset({("t", "a"), ("t", "e")})) == "aet"


def test_controllers_in_a_ring_count_as_one() -> None:
    assert group_of({"a>b": 60, "b>a": 60, "a>c": 60, "b>d": 60}, "c") == "abcd"


def test_a_state_body_joins_nothing_into_a_group() -> None:
    told: Told = {"g>a": 100, "g>b": 100, "a>c": 60}
    assert group_of(told, "c", state_bodies=frozenset("g")) == "ac"
    assert group_of(told, "c") == "abcg"


@pytest.mark.parametrize("seed", SEEDS)
def test_no_world_lies_outside_the_bounds(seed: int) -> None:
    drawn, rng = graph(seed), Random(seed)
    asked = drawn.owners, drawn.stop
    low, high, most = lowest(drawn.shares, *asked), highest(drawn.shares, *asked), most_supported(drawn.shares, *asked)
    for _ in range(5):
        chances = reach(sampled_world(base(drawn.shares), rng), *asked)
        assert all(low[party] <= chances[party] <= high[party] for party in chances)
        told = reach(sampled_world(supported(drawn.shares), rng), *asked)
        assert all(told[party] <= most[party] <= high[party] for party in told)


@pytest.mark.parametrize("seed", SEEDS)
def test_must_and_may_control_are_the_least_and_the_most_of_all_worlds(seed: int) -> None:
    drawn = graph(seed)
    votes = votes_of(drawn.shares, drawn.stated)
    for holder in drawn.parties:
        worlds = control_in_extreme_worlds(votes, drawn.facts, holder)
        assert must_control(votes, drawn.facts, holder) == frozenset.intersection(*worlds)
        assert may_control(votes, drawn.facts, holder) in worlds
        assert may_control(votes, drawn.facts, holder) == frozenset.union(*worlds)


@pytest.mark.parametrize("seed", SEEDS)
def test_ownership_of_one_holder_is_the_inverse_divided_by_its_own_diagonal(seed: int) -> None:
    drawn = graph(seed)
    owner = min(drawn.parties)
    world = {pair: Fraction(share) * 9 / 10 for pair, share in sampled_world(base(drawn.shares), Random(seed)).items()}
    visits = visits_to(owner, world)
    for party, chance in reach(world, frozenset({owner})).items():
        assert float(chance) == pytest.approx(100 * PERCENT * visits[party] / visits[owner])


def visits_to(owner: str, world: World) -> dict[str, float]:
    """Row `owner` of (I - W)^-1 by its power series; a tenth of every subject is left to nobody."""
    visits = dict.fromkeys(parties_of(world), 0.0)
    for _ in range(300):
        visits = {
            party: (party == owner)
            + sum(
                float(share) / (100 * PERCENT) * visits[holder]
                for (holder, held), share in world.items()
                if held == party
            )
            for party in visits
        }
    return visits
