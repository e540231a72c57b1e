"""Findings in the form of the API: percent, and the FAR 9.5 kind beside the rule."""

from typing import Any

from rest_framework.serializers import ChoiceField

from conflicts.engine.findings import NOT_REFINED, Rule
from conflicts.findings import to_json
from marketplace.api.serializers.findings import FINDING, FindingOut, shaped
from tests.engine.facts_builder import World, the, world

FOUNDER = world().votes("founder", "lab", 100)


def told(there: World, rule: str) -> dict[str, Any]:
    """The finding of this rule for Google, with Meta and xAI on its list."""
    finding = the(there.screen("google", "lab", "meta", "xai"), rule)
    (shape,) = shaped([to_json(finding)])
    return shape


def test_who_sits_in_the_vendor_sees_too_much() -> None:
    assert told(FOUNDER.owns("meta", "lab", 30), "economic_line")["far_kind"] == "unequal access to information"


def test_a_vendor_that_holds_the_competitor_is_not_impartial() -> None:
    assert told(FOUNDER.owns("lab", "meta", 30), "reverse")["far_kind"] == "impaired objectivity"


def test_what_is_no_tie_has_no_kind() -> None:
    assert told(FOUNDER.owns("fund", "lab", 30, said="2010-01-01"), "stale")["far_kind"] is None


def test_what_rivals_cross_together_names_them_and_the_line() -> None:
    shape = told(FOUNDER.owns("meta", "lab", 3).owns("xai", "lab", 3), "aggregate")
    assert (shape["low"], shape["line"], list(shape["competitors"])) == ("6", "5", ["meta", "xai"])


def test_joint_holders_stay_apart_in_a_step() -> None:
    shape = told(world().owns("ann & meta", "lab", 60), "same_party")
    assert [step["holder"] for step in shape["path"]] == ["ann & meta"]


def test_the_example_and_the_schema_have_what_is_told() -> None:
    shape = told(FOUNDER.owns("meta", "lab", 30), "economic_line")
    fields = FindingOut().fields
    rule = fields["rule"]
    assert isinstance(rule, ChoiceField)
    assert set(shape) == set(FINDING) == set(fields) - {"word"}
    assert set(rule.choices) == set(Rule)
    assert NOT_REFINED in str(fields["also"].help_text)


def test_the_clients_own_stake_is_no_conflict() -> None:
    assert told(FOUNDER.owns("google", "lab", 30), "economic_line")["far_kind"] is None


def test_a_kind_that_no_rule_tells_is_not_offered() -> None:
    kind = FindingOut().fields["far_kind"]
    assert isinstance(kind, ChoiceField)
    assert set(kind.choices) == {rule.far_kind.value for rule in Rule if rule.far_kind}
