"""The proof subgraph: on whose facts the verdict of one pair can rest (SEMANTICS 8.5)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conflicts.engine.facts import Certainty, Standing
from conflicts.engine.policy import Policy
from conflicts.engine.privacy import proof_with_privacy
from conflicts.engine.screening import Query
from tests.engine.facts_builder import World, names, told, world

ASKED = ("g", "scale", "meta")
TWO_POSTS = world().people("p").votes("meta", "m", 100).sits("p", "m")
"""P sits in a company of Meta's, which is far from Scale but for P."""


def proof(there: World) -> frozenset[str]:
    return proof_with_privacy(there.on(), Query("g", "scale", ("meta",), Policy())).parties


def outvoted(there: World, holder: str, subject: str) -> World:
    """A register tells of few votes, and a declaration, which it sets aside, of most."""
    few = there.votes(holder, subject, 2, by=Standing.REGISTER)
    return few.votes(holder, subject, 60, by=Standing.DECLARED)


WORLDS = {
    "a subsidiary's announced deal": world()
    .votes("meta", "h", 60)
    .owns("h", "scale", 30, certainty=Certainty.ANNOUNCED),
    "a row set aside above the vendor": outvoted(TWO_POSTS, "p", "scale"),
    "a row set aside below the vendor": outvoted(TWO_POSTS.sits("p", "z"), "scale", "z"),
    "rows set aside one above the other": outvoted(outvoted(TWO_POSTS, "x", "scale"), "p", "x"),
    "lows past 100 below the vendor": TWO_POSTS.sits("p", "z").votes("scale", "z", 60).votes("x", "z", 60),
    "what a private row replaces": TWO_POSTS.sits("p", "x")
    .owns("founder", "scale", 60)
    .owns("meta", "scale", 1, by=Standing.REGISTER)
    .owns("meta", "scale", 30)
    .owns("scale", "x", 60, since="2020")
    .owns("scale", "x", 10, since="2024", private=True),
    "a row set aside on the client's side": TWO_POSTS.sits("p", "x")
    .votes("x", "scale", 60)
    .votes("g", "x", 100, by=Standing.REGISTER)
    .votes("g", "x", 1, by=Standing.DECLARED),
}


@pytest.mark.parametrize("there", WORLDS.values(), ids=WORLDS)
def test_the_proof_holds_all_that_makes_the_finding(there: World) -> None:
    kept = tuple(fact for fact in there.facts if proof(there).issuperset({fact.holder, fact.subject}))
    full = there.screen(*ASKED)
    assert full.outcome != "clear", told(full)
    assert replace(there, facts=kept).screen(*ASKED) == full


def test_what_leads_to_neither_side_is_left_out() -> None:
    there = world().owns("meta", "scale", 3).owns("meta", "far", 100).owns("fund", "far", 3).buys("buyer", "scale")
    assert names(proof(there.owns("buyer", "elsewhere", 60))) == "buyer g meta scale"
