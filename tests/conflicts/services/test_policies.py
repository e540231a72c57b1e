import pytest

from conflicts.changes import epoch_now
from conflicts.engine.bounds import PERCENT
from conflicts.engine.policy import Policy as Lines
from conflicts.loading import load_case
from conflicts.models import Policy
from conflicts.services import set_policy
from marketplace.records.refusals import Invalid
from tests.conflicts.builders import OTHER_TENANT, TENANT, footprint, party

pytestmark = pytest.mark.django_db

TIGHT = Lines(economic_block=20 * PERCENT, control=40 * PERCENT, uncovered_to_review=True)


def test_without_a_policy_the_defaults_hold() -> None:
    assert load_case(tenant=TENANT, principal=party("google")).lines == Lines()


def test_a_policy_is_set_and_superseded() -> None:
    google = party("google")
    first = set_policy(actor=None, tenant=TENANT, principal=google, lines=TIGHT)
    assert load_case(tenant=TENANT, principal=google).lines == TIGHT
    set_policy(actor=None, tenant=TENANT, principal=google, lines=Lines())
    first.refresh_from_db()
    assert (first.superseded_at is None, Policy.objects.current().count()) == (False, 1)
    assert load_case(tenant=OTHER_TENANT, principal=google).lines == Lines()


def test_the_same_lines_again_write_nothing() -> None:
    google = party("google")
    first = set_policy(actor=None, tenant=TENANT, principal=google, lines=TIGHT)
    before = epoch_now()
    assert set_policy(actor=None, tenant=TENANT, principal=google, lines=TIGHT) == first
    assert epoch_now() == before


@pytest.mark.parametrize(
    ("lines", "field"),
    [
        (Lines(economic_block=26 * PERCENT), "economic_block"),
        (Lines(control=51 * PERCENT), "control_line"),
        (Lines(commercial_share=0), "commercial_share"),
        (Lines(voting_block=4 * PERCENT), "voting_review"),
    ],
)
def test_a_line_cannot_be_loosened(lines: Lines, field: str) -> None:
    google = party("google")
    before = footprint()
    with pytest.raises(Invalid) as refusal:
        set_policy(actor=None, tenant=TENANT, principal=google, lines=lines)
    assert list(refusal.value.fields) == [field]
    assert footprint() == before
