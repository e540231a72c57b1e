"""Reading the part of the graph on which a pair's verdict can rest, and no more (SEMANTICS 8.5)."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conflicts.changes import epoch_now
from conflicts.engine.policy import Policy
from conflicts.engine.proof import Proof
from conflicts.engine.screening import Query, screen
from conflicts.loading import load_case, load_snapshot_rows
from conflicts.models import Party, PartyKind
from conflicts.proof import Moment, TooManyFactsError, proof_scene, still_rests
from conflicts.screening import Scene, scene
from conflicts.services import edit_party, hold_jointly, record_tie
from conflicts.sweeping import record_day
from marketplace.records import clock
from tests.conflicts.builders import OTHER_TENANT, PRESS, TENANT, compete, holding, parties, party

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def market() -> None:
    """Google, whose rival is Meta, looks at lab; fund holds a part of both, and ann sits in lab."""
    google, meta, *_ = parties("google", "meta", "lab", "fund", "far", "top")
    party("ann", kind="person")
    compete(google, meta)
    holding("fund", "lab", 3)
    holding("fund", "meta", 3)
    holding("ann", "lab", type="boardMember")


def moment() -> Moment:
    return Moment(epoch_now(), as_of=clock.today(), known_on=clock.today())


def read(*, at_most: int | None = None) -> Scene:
    google, lab = Party.objects.get(slug="google"), Party.objects.get(slug="lab")
    return proof_scene([(load_case(tenant=TENANT, principal=google), lab)], moment(), at_most=at_most)


def facts_of(told: Scene) -> list[str]:
    ground = told.graph.ground
    rows = [*ground.rows.values(), *ground.tie_rows.values()]
    return sorted(fact.id for held in rows for fact in held)


def test_what_stands_above_the_sides_is_read_and_nothing_else() -> None:
    holding("top", "fund", 60)
    holding("fund", "far", 60)
    assert facts_of(read()) == [
        "ann boardMember lab",
        "fund shareholding lab",
        "fund shareholding meta",
        "top shareholding fund",
    ]


def test_what_those_near_the_vendor_hold_is_read_with_what_stands_above_it() -> None:
    holding("ann", "far", type="boardMember")
    holding("top", "far", 60)
    assert {"ann boardMember far", "top shareholding far"} <= set(facts_of(read()))


def test_members_of_a_joint_holder_stand_above_what_it_holds() -> None:
    holding(hold_jointly(actor=None, members=["fund", "far"]), "lab", 30)
    holding("top", "far", 60)
    assert "top shareholding far" in facts_of(read())


def test_a_buyer_of_the_vendor_is_read_with_its_owners() -> None:
    record_tie(actor=None, buyer="far", supplier="lab", status="active", source=PRESS)
    holding("meta", "far", 60)
    assert "meta shareholding far" in facts_of(read())


def test_the_verdict_is_that_of_the_whole_graph() -> None:
    holding("ann", "far", type="boardMember")
    holding("meta", "far", 60)
    holding("top", "far", 10)
    query = Query("google", "lab", ("meta",), Policy())
    whole = scene(load_snapshot_rows(), as_of=clock.today(), known_on=clock.today(), as_known=None)
    assert screen(read().graph, query) == screen(whole.graph, query)
    assert screen(whole.graph, query).outcome == "blocked"


def test_a_hub_of_more_facts_than_may_be_read_is_left_after_one_too_many() -> None:
    for number in range(12):
        party(f"owner-{number}")
        holding(f"owner-{number}", "lab", 1)
    with CaptureQueriesContext(connection) as asked, pytest.raises(TooManyFactsError):
        read(at_most=5)
    facts = [query["sql"] for query in asked if 'FROM "conflicts_interest"' in query["sql"]]
    assert facts
    assert all("LIMIT 6" in sql for sql in facts)
    assert len(facts_of(read(at_most=50))) == 15


PROOF = Proof(near=frozenset({"lab", "ann"}), parties=frozenset({"google", "meta", "lab", "fund"}))

TOUCHING: dict[str, tuple[Callable[[], object], bool]] = {
    "a fact elsewhere": (lambda: holding("top", "far", 60), True),
    "an owner of a party of the proof": (lambda: holding("top", "fund", 60), False),
    "a holding of somebody near": (lambda: holding("ann", "far", type="boardMember"), False),
    "a joint holding of somebody near": (
        lambda: holding(hold_jointly(actor=None, members=["lab", "top"]), "far", 1),
        False,
    ),
    "a party of the proof edited": (
        lambda: edit_party(actor=None, party=Party.objects.get(slug="fund"), kind=PartyKind.STATE_BODY),
        False,
    ),
    "another party edited": (
        lambda: edit_party(actor=None, party=Party.objects.get(slug="far"), kind=PartyKind.STATE_BODY),
        True,
    ),
    "the client's list": (lambda: compete(Party.objects.get(slug="google"), Party.objects.get(slug="far")), False),
    "another client's list": (
        lambda: compete(Party.objects.get(slug="top"), Party.objects.get(slug="far"), tenant=OTHER_TENANT),
        True,
    ),
    "a day": (record_day, False),
    "a buyer of somebody elsewhere": (
        lambda: record_tie(actor=None, buyer="top", supplier="far", status="active", source=PRESS),
        True,
    ),
    "nothing": (epoch_now, True),
}


@pytest.mark.parametrize(("change", "rests"), TOUCHING.values(), ids=TOUCHING)
def test_a_verdict_stands_while_nothing_touches_what_it_rests_on(change: Callable[[], object], rests: bool) -> None:
    since = epoch_now()
    change()
    assert still_rests(PROOF, tenant=TENANT, since=since) is rests
