import json
from dataclasses import replace

import pytest

from conflicts.engine.facts import joint_holder
from conflicts.engine.findings import Rule
from conflicts.findings import from_json, holder_text, holders_of, to_json
from conflicts.services import screen_pair
from tests.conflicts.builders import TENANT, compete, holding, parties
from tests.engine.facts_builder import the, world


@pytest.mark.django_db
def test_findings_come_back_from_json_without_loss() -> None:
    google, meta, scale = parties("google", "meta", "scale-ai")
    compete(google, meta)
    holding(meta, scale, 49, start="2025-06-12")
    holding(meta, scale, 0, type="votingRights")
    findings = screen_pair(tenant=TENANT, principal=google, subject=scale).findings
    assert len(findings) > 1
    assert tuple(from_json(json.loads(json.dumps(to_json(finding)))) for finding in findings) == findings


def test_joint_holders_are_told_apart_and_named() -> None:
    together = joint_holder(["bob", "ann", "cid"])
    assert holders_of(together) == ["ann", "bob", "cid"]
    assert holder_text(together, {"ann": "Ann", "bob": "Bob"}) == "Ann, Bob and cid jointly"
    assert holder_text(joint_holder(["ann", "bob"]), {}) == "ann and bob jointly"


def test_one_holder_goes_by_its_name() -> None:
    assert (holders_of("meta"), holder_text("meta", {"meta": "Meta"})) == (["meta"], "Meta")


def test_a_kind_of_conflict_is_read_back_from_what_a_reader_may_have() -> None:
    own = the(world().owns("google", "lab", 30).screen("google", "lab", "meta"), "economic_line")
    stored = json.loads(json.dumps(to_json(own)))
    del stored["topic"], stored["edge"]
    assert (own.far_kind, from_json(stored).far_kind) == (None, None)


def test_what_proves_nothing_is_public_only_of_a_vendor_that_is_the_competitor() -> None:
    itself = the(world().screen("google", "lab", "lab"), "same_party")
    assert (itself.path, itself.public) == ((), True)
    assert not replace(itself, rule=Rule.AGGREGATE).public
