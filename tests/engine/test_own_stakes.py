"""The client's own stakes in the vendor are notes (SEMANTICS 5.2)."""

from __future__ import annotations

from tests.engine.facts_builder import pct, route, the, told, world


def test_a_stated_stake_is_a_note_with_its_size() -> None:
    finding = the(world().owns("google", "v", 40).screen("google", "v", "meta"), "economic_line")
    assert (finding.severity, finding.low, finding.competitors) == ("note", pct(40), ())


def test_a_stake_of_the_clients_group_is_its_own() -> None:
    group = world().controls("alphabet", "google").controls("alphabet", "gv").owns("gv", "snorkel")
    finding = the(group.screen("google", "snorkel", "openai"), "unstated_holding")
    assert (finding.severity, route(finding)) == ("note", ["gv>snorkel"])


def test_a_stake_in_what_controls_the_vendor_is_told_too() -> None:
    parent = world().controls("parent", "v").owns("google", "parent", 10)
    assert the(parent.screen("google", "v", "meta"), "economic_line").subject == "parent"


def test_a_stake_of_nothing_is_not_told() -> None:
    assert told(world().owns("google", "v", 0).screen("google", "v", "meta")) == []


def test_the_clients_stake_never_worsens_anothers() -> None:
    shared = world().owns("google", "v", 40).owns("meta", "v", 4)
    assert shared.screen("google", "v", "meta").outcome == "clear"
    assert shared.screen("meta", "v", "google").outcome == "blocked"
