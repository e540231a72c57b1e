"""What an applicant declares of its owners, row by row."""

import pytest

from conflicts.models import Party
from marketplace.records.refusals import Invalid
from tests.vendors.people import OWNER
from vendors.declarations import declared_interests

pytestmark = pytest.mark.django_db


def test_a_row_is_read_with_its_bounds() -> None:
    Party.objects.create(slug="big-fund", name="Big Fund")
    row = {"holder": "big-fund", "type": "votingRights", "share_low": "5", "share_high": "7.5", "start": "2024-03"}
    (declared,) = declared_interests([row])
    assert (declared.holder, declared.share_low, declared.share_high) == ("big-fund", 5_000_000, 7_500_000)
    assert (declared.type, declared.start) == ("votingRights", "2024-03")


def test_no_share_is_not_stated() -> None:
    (declared,) = declared_interests([{"holder_name": "Ada", "type": "boardMember"}])
    assert (declared.share_low, declared.share_high, declared.holder_kind) == (None, None, "organization")


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("a text", "write an object of texts"),
        ({**OWNER, "share_low": 60}, "write an object of texts"),
        ({**OWNER, "shares": "60"}, "there is no key 'shares'"),
        ({**OWNER, "holder_name": ""}, "name the holder"),
        ({**OWNER, "holder": "nobody"}, "there is no party 'nobody'"),
        ({**OWNER, "holder_kind": "ghost"}, "is no holder_kind"),
        ({**OWNER, "type": "owns"}, "is no interest type"),
        ({**OWNER, "share_high": "101"}, "is over 100"),
        ({**OWNER, "share_high": "5"}, "share_low is above share_high"),
        ({**OWNER, "start": "June"}, "is not a date"),
    ],
)
def test_a_wrong_row_is_named(row: object, sentence: str) -> None:
    with pytest.raises(Invalid, match=f"Row 2: .*{sentence}"):
        declared_interests([OWNER, row])
