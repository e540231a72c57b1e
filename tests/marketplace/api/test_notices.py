"""Notices at the API: one's own, and nobody else's."""

from uuid import UUID, uuid4

from marketplace.accounts.models import User
from marketplace.models import Notice
from marketplace.services.clients import add_member
from marketplace.services.decisions import approve_decision, request_decision, void_decision
from tests.marketplace import market
from tests.marketplace.api.doors import Api, problem, wrong
from tests.marketplace.api.world import World, person_of


def test_a_member_reads_and_marks_its_own(made: World) -> None:
    (row,) = made.google_api.get("notices", unread="true", kind="opened").rows
    assert (row["of"], row["vendor"]["slug"], row["after"]) == ("alert", "scale-ai", "blocked")
    assert (row["alert"], row["decision"]) == (str(made.google.ids["alerts"]), None)
    assert made.google_api.post(f"notices/{row['id']}/read").json["read_at"]
    assert [one["kind"] for one in made.google_api.get("notices", unread="true").rows] == ["void"]
    assert len(made.google_api.get("notices", unread="false").rows) == 1


def test_what_became_of_a_waiver_is_told_with_a_way_to_it(made: World) -> None:
    (row,) = made.google_api.get("notices", kind="void").rows
    assert (row["of"], row["vendor"]["slug"]) == ("waiver", "scale-ai")
    assert (row["alert"], row["title"], row["before"], row["after"], row["days"]) == (None, None, None, None, None)
    waiver = made.google_api.get(f"decisions/{row['decision']}").json
    assert (waiver["status"], waiver["expires_on"]) == ("void", row["expires_on"])
    assert made.google_api.post(f"notices/{row['id']}/read").json["read_at"]
    assert made.google_api.get("notices", kind="reminder").rows == []


def test_a_kind_that_there_is_none_of_is_refused(made: World) -> None:
    assert made.google_api.get("notices", kind="voided").status == 400


def ended_review(made: World, staff: User) -> UUID:
    """Two of compliance decide a review of Labelbox that rests on what is private, and one of them ends that."""
    market.holds("meta", "labelbox", "6", start="2020", visibility="private")
    google, labelbox = made.google.client, made.vendors["labelbox"]
    asked = request_decision(actor=staff, client=google, vendor=labelbox, reason="It is small.")
    decided = approve_decision(actor=market.compliance(), decision=asked)
    void_decision(actor=staff, decision=decided, reason="It grew in secret.")
    market.catch_up()
    return asked.pk


def test_compliance_reads_what_became_of_its_reviews_and_no_client_does(made: World) -> None:
    staff = made.callers["compliance"]
    review = ended_review(made, person_of(staff))
    (row,) = staff.get("notices").rows
    assert (row["kind"], row["of"], row["decision"]) == ("void", "decision", str(review))
    assert staff.post(f"notices/{row['id']}/read").json["read_at"]
    assert str(review) not in made.google_api.get("notices").body.decode()
    assert made.google_api.post(f"notices/{row['id']}/read").status == 404


def test_who_left_compliance_for_a_client_reads_no_notice_of_a_review(made: World) -> None:
    staff = market.compliance()
    ended_review(made, staff)
    (own,) = Notice.objects.filter(user=staff)
    staff.is_staff, staff.staff_role = False, ""
    staff.save()
    add_member(actor=None, client=made.google.client, user=staff)
    assert Api(staff).get("notices").rows == []
    assert Api(staff).post(f"notices/{own.pk}/read").status == 404


def test_a_colleague_s_notice_does_not_exist(made: World) -> None:
    theirs = Notice.objects.get(user=made.google.approver, event=None)
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
