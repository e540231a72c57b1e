"""Who may act for a client. To anyone else the client's things do not exist (DESIGN 5, I12)."""

from marketplace.accounts.models import StaffRole, User
from marketplace.models import Client, ClientMember, ClientRole
from marketplace.records.refusals import Forbidden, Missing
from vendors.models import VendorMember

NOT_FOUND = "There is no such thing here: check the id."


def member_of(actor: User, client: Client) -> ClientMember:
    """Return the actor's membership of the client; raises Missing for anyone else."""
    member = ClientMember.objects.filter(user=actor, client=client).first()
    if member is None or not actor.is_active:
        raise Missing(NOT_FOUND)
    return member


def approver_of(actor: User, client: Client) -> ClientMember:
    """Return the membership of an approver; raises Missing for a stranger and Forbidden for another member."""
    member = member_of(actor, client)
    if member.role != ClientRole.APPROVER:
        raise Forbidden("Only a member with the approver role can approve this: ask one of yours.")
    return member


def has_compliance_role(user: User) -> bool:
    """Whether the account is one of compliance; that alone does not say that it acts for nobody else."""
    return user.is_active and user.is_staff and user.staff_role == StaffRole.COMPLIANCE


def is_compliance(actor: User) -> bool:
    """Whether the actor is of the compliance staff, and neither a client's nor a vendor's: membership decides."""
    if not has_compliance_role(actor):
        return False
    return not (ClientMember.objects.filter(user=actor).exists() or VendorMember.objects.filter(user=actor).exists())


def may_write_for(actor: User | None, client: Client) -> None:
    """Let members, staff at the admin and the system itself write a client's rows; raises Missing for anyone else."""
    if actor is not None and not (actor.is_active and actor.is_staff):
        member_of(actor, client)
