"""The public list of vendors, and the way onto it."""

import pytest

from conflicts.models import Interest
from marketplace.records.models import LogEntry
from tests.marketplace import market
from tests.marketplace.api.doors import Api, anonymous, compliance, problem, stranger, wrong
from vendors.models import Vendor, VendorStatus
from vendors.services.listings import set_status

pytestmark = pytest.mark.django_db

WRITTEN = {
    "legal_name": "New Labels Ltd",
    "contact_name": "Ann",
    "contact_email": "ann@new-labels.example",
    "capabilities": {"modality": ["text"], "task": ["rlhf"]},
    "ownership": [{"holder_name": "Ann Founder", "holder_kind": "person", "type": "shareholding", "share_low": "60"}],
}


def submitted(applicant: Api) -> str:
    """Write an application, hand it in, and return its address."""
    path = f"applications/{applicant.post('applications', WRITTEN).json['id']}"
    assert applicant.post(f"{path}/submit").json["state"] == "submitted"
    return path


def recommended(path: str, reviewer: Api) -> str:
    assert reviewer.post(f"{path}/begin-review").json["state"] == "in_review"
    assert reviewer.post(f"{path}/recommend").json["state"] == "recommended"
    return path


def test_everybody_reads_the_list_by_what_vendors_state() -> None:
    market.vendor("painters", modality=["image"], task=["polygon"])
    market.vendor("writers", modality=["text"])
    api = anonymous()
    assert [row["slug"] for row in api.get("vendors").rows] == ["painters", "writers"]
    (row,) = api.get("vendors", modality="image", task="polygon").rows
    assert row["listing"]["capabilities"] == {"modality": ["image"], "task": ["polygon"]}
    assert api.get("vendors", modality="image", task="ner").rows == []
    assert api.get(f"vendors/{row['id']}").json == row


def test_a_suspended_vendor_is_not_listed() -> None:
    lab = market.vendor("lab")
    set_status(actor=None, vendor=lab, status=VendorStatus.SUSPENDED, reason="Left the market.")
    assert anonymous().get("vendors").rows == []
    problem(anonymous().get(f"vendors/{lab.pk}"), 404)


def test_two_of_compliance_make_an_applicant_a_vendor() -> None:
    applicant, first, second = stranger(), compliance(), compliance()
    path = recommended(submitted(applicant), first)
    assert problem(first.post(f"{path}/approve"), 403)["detail"].startswith("You recommended this")
    assert not Vendor.objects.exists()
    approved = second.post(f"{path}/approve")
    assert (approved.status, approved.json["state"]) == (200, "approved")
    assert [row["id"] for row in anonymous().get("vendors").rows] == [approved.json["vendor"]]
    assert applicant.get("me").json["vendor"]["role"] == "owner"


def test_what_is_declared_stays_private() -> None:
    path = recommended(submitted(stranger()), compliance())
    compliance().post(f"{path}/approve")
    assert Interest.objects.get().visibility == "private"
    assert stranger().get("interests").rows == []
    assert "ann-founder" not in {row["slug"] for row in stranger().get("parties").rows}


def test_the_applicant_reads_what_to_change_and_not_who_asks() -> None:
    applicant, reviewer = stranger(), compliance()
    path = submitted(applicant)
    reviewer.post(f"{path}/begin-review")
    reviewer.post(f"{path}/request-changes", {"note": "Who holds the rest?"})
    told = applicant.get(path).json
    assert (told["state"], told["review_note"], told["review"]) == ("changes_requested", "Who holds the rest?", None)
    assert reviewer.get(path).json["review"]["applicant"] == applicant.user.email  # type: ignore[union-attr]


def test_the_reading_of_compliance_is_logged() -> None:
    path, reviewer = submitted(stranger()), compliance()
    reviewer.get(path)
    reviewer.get("applications", state="submitted")
    one, many = LogEntry.objects.filter(action="application.viewed").order_by("position")
    assert str(one.subject_id) in path
    assert (many.actor, many.data["asked"]) == (reviewer.user, {"state": "submitted"})


def test_an_edit_names_the_version_that_it_read() -> None:
    applicant = stranger()
    path = f"applications/{applicant.post('applications', WRITTEN).json['id']}"
    assert applicant.patch(path, {"legal_name": "Newer Labels", "version": 1}).json["version"] == 2
    problem(applicant.patch(path, {"legal_name": "Older Labels", "version": 1}), 409)
    assert applicant.get(path).json["legal_name"] == "Newer Labels"
    assert applicant.get(path).json["capabilities"] == WRITTEN["capabilities"]


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"legal_name": ""}, "legal_name"),
        ({"website": "no address"}, "website"),
        ({"contact_email": "nobody"}, "contact_email"),
        ({"capabilities": {"modality": ["Sensor Fusion"]}}, "modality"),
        ({"capabilities": {"modalities": ["text"]}}, "capabilities.modalities"),
        ({"ownership": [{"type": "shareholding"}]}, "ownership"),
        ({"ownership": [{"holder_name": "A", "type": "shares"}]}, "ownership[0].type"),
    ],
)
def test_a_wrong_application_is_told_where(told: dict[str, object], field: str) -> None:
    api = stranger()
    assert field in wrong(api.post("applications", {**WRITTEN, **told}))
    assert api.get("applications").rows == []


def test_nobody_hands_in_half_an_application() -> None:
    api = stranger()
    path = f"applications/{api.post('applications', {'legal_name': 'New'}).json['id']}"
    assert set(wrong(api.post(f"{path}/submit"))) == {"contact_name", "contact_email"}
    assert api.get(path).json["state"] == "draft"
