"""What is stored of a vendor: who reaches it, how much, whether it controls it, and by which way."""

from conflicts.engine.bounds import PERCENT
from conflicts.engine.exposures import Exposure, exposures_of
from conflicts.engine.facts import Directness, Fact, Source, joint_holder
from tests.engine.facts_builder import URL, band, over, world


def percent(exposure: Exposure) -> tuple[float, float]:
    return float(exposure.low) / PERCENT, float(exposure.high) / PERCENT


def control(exposure: Exposure) -> tuple[bool, bool]:
    return exposure.must_control, exposure.may_control


def shares(holder: str, subject: str, share: int, *members: str, way: Directness = Directness.DIRECT) -> Fact:
    low = high = share * PERCENT
    return Fact(
        id=f"{holder}>{subject} {way}",
        holder=holder,
        subject=subject,
        type="shareholding",
        source=Source(URL),
        low=low,
        high=high,
        members=members,
        directness=way,
    )


def test_nobody_reaches_a_vendor_without_owners() -> None:
    assert exposures_of(world().owns("vendor", "branch", 100).on(), "vendor") == {}


def test_owners_reach_a_vendor_through_each_other() -> None:
    told = exposures_of(world().owns("fund", "parent", 60).owns("parent", "vendor", 50).on(), "vendor")
    assert {name: percent(exposure) for name, exposure in told.items()} == {"fund": (30, 30), "parent": (50, 50)}
    assert told["fund"].path == ("fund", "parent", "vendor")


def test_bounds_travel_down_both_ways() -> None:
    told = exposures_of(
        world().owns("fund", "parent", band(25, 50)).owns("parent", "vendor", band(50, 75)).on(), "vendor"
    )
    assert percent(told["fund"]) == (12.5, 37.5)


def test_a_majority_of_a_majority_controls_and_half_may() -> None:
    world_ = world().owns("person", "parent", over(50)).owns("parent", "vendor", 51).owns("half", "vendor", band(0, 49))
    told = exposures_of(world_.on(), "vendor")
    assert control(told["person"]) == (True, True)
    assert control(told["half"]) == (False, False)


def test_control_alone_is_an_exposure_of_nothing() -> None:
    told = exposures_of(world().controls("founder", "parent").owns("parent", "vendor", 80).on(), "vendor")
    assert percent(told["founder"]) == (0, 0)
    assert control(told["founder"]) == (True, True)
    assert told["founder"].path == ("founder", "parent", "vendor")


def test_the_path_is_the_one_that_carries_most() -> None:
    world_ = world().owns("fund", "vendor", 10).owns("fund", "left", 60).owns("fund", "right", 90)
    told = exposures_of(world_.owns("left", "vendor", 20).owns("right", "vendor", 30).on(), "vendor")
    assert told["fund"].path == ("fund", "right", "vendor")


def test_a_shorter_path_is_told_where_two_carry_the_same() -> None:
    world_ = world().owns("fund", "vendor", 20).owns("fund", "left", 50).owns("left", "vendor", 40)
    assert exposures_of(world_.on(), "vendor")["fund"].path == ("fund", "vendor")


def test_members_of_a_joint_holding_are_holders_and_its_name_is_none() -> None:
    both = joint_holder(["a", "b"])
    told = exposures_of(world().tells(shares(both, "vendor", 60, "a", "b")).on(), "vendor")
    assert {name: percent(exposure) for name, exposure in told.items()} == {"a": (0, 60), "b": (0, 60)}
    assert control(told["a"]) == (True, True)
    assert told["a"].path == ("a", "vendor")


def test_an_assertion_is_an_alternative_to_the_chain() -> None:
    chain = world().owns("fund", "parent", 50).owns("parent", "vendor", 50)
    told = exposures_of(chain.tells(shares("fund", "vendor", 40, way=Directness.INDIRECT)).on(), "vendor")
    assert percent(told["fund"]) == (40, 40)
    assert told["fund"].path == ("fund", "vendor")


def test_everybody_in_a_ring_reaches_everybody_else_and_never_itself() -> None:
    ring = world().owns("a", "b", 50).owns("b", "vendor", 50).owns("vendor", "a", 50)
    told = exposures_of(ring.on(), "vendor")
    assert {name: percent(exposure) for name, exposure in told.items()} == {"a": (25, 25), "b": (50, 50)}


def test_the_path_of_joint_votes_names_the_member_that_it_comes_from() -> None:
    told = exposures_of(world().votes("a & b", "lab", 60).votes("lab", "branch", 60).on(), "branch")
    assert {name: exposure.path for name, exposure in told.items()} == {
        "a": ("a", "lab", "branch"),
        "b": ("b", "lab", "branch"),
        "lab": ("lab", "branch"),
    }
