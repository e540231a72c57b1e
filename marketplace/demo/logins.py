"""The demo's people. DEMO ONLY: made up, with one password that everybody can read here; production refuses them."""

from dataclasses import dataclass

from marketplace.accounts.models import StaffRole
from marketplace.models import ClientRole
from vendors.models import VendorRole

PASSWORD = "arms-length-demo"  # noqa: S105 - demo only, printed on every start  # pragma: allowlist secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """One made-up person: of a client, of a vendor, or of the staff."""

    email: str
    name: str
    told: str
    client: str = ""
    client_role: ClientRole = ClientRole.MEMBER
    vendor: str = ""
    vendor_role: VendorRole = VendorRole.OWNER
    staff_role: StaffRole | None = None


LOGINS = (
    Login(email="member@google.example", name="Mira Member", told="member of the client Google", client="google"),
    Login(
        email="approver@google.example",
        name="Ari Approver",
        told="approver of the client Google",
        client="google",
        client_role=ClientRole.APPROVER,
    ),
    Login(email="owner@scale-ai.example", name="Vera Vendor", told="speaks for the vendor Scale AI", vendor="scale-ai"),
    Login(
        email="compliance@staff.example",
        name="Cora Compliance",
        told="staff, compliance",
        staff_role=StaffRole.COMPLIANCE,
    ),
    Login(
        email="second@staff.example",
        name="Sami Second",
        told="staff, compliance: approvals take two",
        staff_role=StaffRole.COMPLIANCE,
    ),
    Login(email="operator@staff.example", name="Ola Operator", told="staff, operator", staff_role=StaffRole.OPERATOR),
)
