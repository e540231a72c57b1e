"""The competitor's, the client's and the vendor's side (SEMANTICS 5)."""

from __future__ import annotations

from conflicts.engine.bounds import WHOLE
from conflicts.engine.sides import Side, VendorSide, competitor_side, group, vendor_side
from tests.engine.facts_builder import World, band, names, told, world

HALF = WHOLE // 2


def grouped(told: World, party: str) -> str:
    return names(group(told.on(), party, line=HALF))


def theirs(told: World, competitor: str, client: str = "") -> Side:
    return competitor_side(told.on(), competitor, client=frozenset(client.split()), line=HALF)


def of_vendor(told: World, vendor: str = "v", client: str = "") -> VendorSide:
    return vendor_side(told.on(), vendor, client=frozenset(client.split()), line=HALF)


ALPHABET = world().owns("alphabet", "google", 100).controls("google", "gradient").owns("alphabet", "waymo", 80)


def test_a_group_goes_up_and_then_down() -> None:
    for member in ("alphabet", "google", "gradient", "waymo"):
        assert grouped(ALPHABET, member) == "alphabet google gradient waymo"


def test_a_party_that_nobody_controls_is_a_group_of_its_own_house() -> None:
    assert grouped(world().owns("a", "v", 49).owns("v", "w", 60), "v") == "v w"


def test_a_natural_person_at_the_top_belongs_to_the_group() -> None:
    told = world().people("musk").controls("musk", "xai").controls("musk", "spacex")
    assert grouped(told, "xai") == "musk spacex xai"


def test_controllers_in_a_ring_count_as_one() -> None:
    ring = world().owns("x", "y", 60).owns("y", "x", 60).owns("x", "v", 60).owns("y", "w", 60)
    assert grouped(ring, "v") == "v w x y"


def test_a_state_body_does_not_join_its_companies() -> None:
    told = world().states("state").controls("state", "a").controls("state", "b").owns("a", "c", 60)
    assert grouped(told, "a") == "a c"
    assert grouped(told, "state") == "state"


def test_below_a_state_body_a_holding_company_still_joins() -> None:
    told = world().states("state").controls("state", "holding").controls("holding", "a").controls("holding", "b")
    assert grouped(told, "a") == "a b holding"


def test_what_is_only_perhaps_controlled_joins_the_may_side() -> None:
    side = theirs(world().controls("meta", "oculus").owns("meta", "maybe"), "meta")
    assert (names(side.must), names(side.may)) == ("meta oculus", "maybe")


def test_who_only_perhaps_controls_the_competitor_joins_the_may_side() -> None:
    side = theirs(world().owns("fund", "meta", band(40, 60)), "meta")
    assert (names(side.must), names(side.may)) == ("meta", "fund")


def test_what_the_ultimate_controller_may_control_joins_the_may_side() -> None:
    side = theirs(world().controls("top", "meta").owns("top", "maybe"), "meta")
    assert (names(side.must), names(side.may)) == ("meta top", "maybe")


def test_a_state_body_that_may_control_does_not_join() -> None:
    side = theirs(world().states("state").owns("state", "meta"), "meta")
    assert side == Side(frozenset({"meta"}), frozenset())


def test_the_clients_side_is_taken_out_of_the_competitors() -> None:
    side = theirs(ALPHABET, "waymo", client="alphabet google gradient waymo")
    assert side == Side(frozenset({"waymo"}), frozenset())


def test_the_client_is_taken_out_of_the_may_side_too() -> None:
    told = world().owns("client", "meta", band(40, 60)).owns("meta", "lab", band(40, 60))
    assert theirs(told, "meta", client="client lab").may == frozenset()


def test_the_vendors_side_is_what_controls_it() -> None:
    told = world().controls("scale", "outlier").owns("top", "scale", 60).controls("scale", "remotasks")
    side = of_vendor(told, "outlier")
    assert (names(side.must), names(side.may), names(side.below)) == ("outlier scale top", "", "")


def test_a_state_body_above_the_vendor_is_on_its_side() -> None:
    told = world().states("state").controls("state", "v").controls("state", "other")
    assert names(of_vendor(told).must) == "state v"


def test_who_only_perhaps_controls_the_vendor_is_on_its_may_side() -> None:
    side = of_vendor(world().owns("fund", "v", band(40, 60)))
    assert (names(side.must), names(side.may)) == ("v", "fund")


def test_the_vendors_wide_side_has_what_it_controls() -> None:
    side = of_vendor(world().controls("v", "sub").owns("v", "part", 40))
    assert names(side.wide.must) == "sub v"
    assert names(side.must) == "v"


def test_the_client_is_taken_out_of_the_vendors_side_but_never_the_vendor() -> None:
    side = of_vendor(world().controls("client", "v"), client="client v")
    assert (names(side.must), names(side.may)) == ("v", "")


def test_what_a_competitor_holds_through_the_client_is_no_finding() -> None:
    through = world().owns("rival", "client", 50).owns("client", "v", 50)
    assert told(through.screen("client", "v", "rival")) == ["note economic_line"]


def test_beside_a_stranger_the_same_chain_blocks() -> None:
    through = world().owns("rival", "client", 50).owns("client", "v", 50)
    assert "block economic_line" in told(through.screen("another", "v", "rival"))


def test_a_rival_inside_the_clients_own_group_is_still_a_rival() -> None:
    house = ALPHABET.owns("waymo", "v", 30)
    assert "block economic_line" in told(house.screen("google", "v", "waymo"))
    assert "block economic_line" not in told(house.screen("google", "v", "meta"))


def test_every_competitor_of_the_list_is_asked() -> None:
    two = world().owns("meta", "v", 30).owns("xai", "v", 10)
    found = two.screen("google", "v", "apple", "xai", "meta").findings
    assert [(finding.severity, finding.competitors) for finding in found] == [
        ("block", ("meta",)),
        ("review", ("xai",)),
    ]


def test_a_competitors_subsidiary_is_on_its_side() -> None:
    through = world().owns("meta", "fund", 100).owns("fund", "v", 30)
    assert "block economic_line" in told(through.screen("google", "v", "meta"))


def test_a_competitors_parent_is_on_its_side() -> None:
    through = world().owns("parent", "meta", 100).owns("parent", "v", 30)
    assert "block economic_line" in told(through.screen("google", "v", "meta"))


def test_a_competitors_minority_holding_is_not_on_its_side() -> None:
    through = world().owns("meta", "fund", 10).owns("fund", "v", 30)
    assert told(through.screen("google", "v", "meta")) == []


def test_what_a_competitor_may_control_through_the_client_is_no_finding() -> None:
    through = world().owns("rival", "client").owns("client", "v", 100)
    assert through.screen("client", "v", "rival").outcome == "clear"
    assert through.screen("another", "v", "rival").outcome == "review"


def test_what_the_client_may_control_is_not_its_competitors_though_the_client_controls_that_too() -> None:
    house = world().controls("client", "rival").owns("client", "v")
    assert house.screen("client", "v", "rival").outcome == "clear"
