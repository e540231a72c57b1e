"""Notices at the API: one's own, and nobody else's."""

from uuid import uuid4

from marketplace.models import Notice
from tests.marketplace.api.doors import Api, problem, wrong
from tests.marketplace.api.world import World


def test_a_member_reads_and_marks_its_own(made: World) -> None:
    (row,) = made.google_api.get("notices", unread="true").rows
    assert (row["kind"], row["vendor"]["slug"], row["after"]) == ("opened", "scale-ai", "blocked")
    assert row["alert"] == str(made.google.ids["alerts"])
    assert made.google_api.post(f"notices/{row['id']}/read").json["read_at"]
    assert made.google_api.get("notices", unread="true").rows == []
    assert len(made.google_api.get("notices", unread="false").rows) == 1


def test_a_colleague_s_notice_does_not_exist(made: World) -> None:
    theirs = Notice.objects.get(user=made.google.approver)
    foreign, missing = (made.google_api.post(f"notices/{key}/read") for key in (theirs.pk, uuid4()))
    assert problem(foreign, 404) == problem(missing, 404)
    theirs.refresh_from_db()
    assert theirs.read_at is None


def test_settings_are_one_s_own(made: World) -> None:
    assert made.google_api.patch("notice-settings", {"closed": False}).json["closed"] is False
    assert Api(made.google.approver).get("notice-settings").json["closed"] is True
    assert wrong(made.google_api.patch("notice-settings", {"clsoed": True})) == {
        "clsoed": "There is no clsoed here: did you mean closed?"
    }
