"""Who calls and what may be seen and done by each kind of caller (DESIGN 6)."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from rest_framework.exceptions import PermissionDenied

from marketplace.accounts.models import StaffRole, User
from marketplace.membership import has_compliance_role
from marketplace.models import Client, ClientMember, ClientRole
from marketplace.redaction import Reader
from vendors.models import Vendor, VendorMember


@dataclass(frozen=True)
class Caller:
    """A login with what it acts for; without a user it is anonymous."""

    user: User | None = None
    membership: ClientMember | None = None
    speaker: VendorMember | None = None

    @property
    def client(self) -> Client | None:
        return self.membership.client if self.membership else None

    @property
    def vendor(self) -> Vendor | None:
        return self.speaker.vendor if self.speaker else None

    @property
    def is_approver(self) -> bool:
        return self.membership is not None and self.membership.role == ClientRole.APPROVER

    @property
    def is_compliance(self) -> bool:
        return self.user is not None and self._acts_for_nobody and has_compliance_role(self.user)

    @property
    def is_operator(self) -> bool:
        if self.user is None or not self._acts_for_nobody:
            return False
        return self.user.is_staff and self.user.staff_role == StaffRole.OPERATOR

    @property
    def _acts_for_nobody(self) -> bool:
        return self.membership is None and self.speaker is None

    @property
    def reader(self) -> Reader:
        return Reader.COMPLIANCE if self.is_compliance else Reader.CLIENT


def caller_of(user: User | AnonymousUser) -> Caller:
    """Return the caller behind a login."""
    if isinstance(user, AnonymousUser):
        return Caller()
    membership = ClientMember.objects.select_related("client__party").filter(user=user).first()
    speaker = VendorMember.objects.select_related("vendor").filter(user=user).first()
    return Caller(user, membership, speaker)


@dataclass(frozen=True)
class Role:
    """Who may use a method: the sentence is for those who may not."""

    holds: Callable[[Caller], bool]
    sentence: str

    def check(self, caller: Caller) -> None:
        """Raise PermissionDenied for a caller without the role."""
        if not self.holds(caller):
            raise PermissionDenied(self.sentence)


ANYONE = Role(lambda _: True, "")
MEMBER = Role(lambda caller: caller.client is not None, "This is for members of a client.")
APPROVER = Role(
    lambda caller: caller.is_approver, "This needs a member of the client with the approver role: ask one of yours."
)
COMPLIANCE = Role(lambda caller: caller.is_compliance, "This is for compliance staff.")
STAFF = Role(lambda caller: caller.is_compliance or caller.is_operator, "This is for compliance staff and operators.")
MEMBER_OR_COMPLIANCE = Role(
    lambda caller: caller.client is not None or caller.is_compliance,
    "This is for members of a client and for compliance staff.",
)
APPLICANT = Role(
    lambda caller: caller.client is None and not (caller.user and caller.user.is_staff),
    "This is for a login that applies for a vendor: neither a client's nor staff.",
)
APPLICANT_OR_COMPLIANCE = Role(
    lambda caller: APPLICANT.holds(caller) or caller.is_compliance,
    "This is for logins that apply for a vendor and for compliance staff.",
)
ENGAGED = Role(
    lambda caller: MEMBER_OR_COMPLIANCE.holds(caller) or caller.vendor is not None,
    "This is for members of a client, for those who speak for a vendor, and for compliance staff.",
)
