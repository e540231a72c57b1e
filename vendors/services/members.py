"""Who speaks for a vendor."""

from django.db import transaction

from marketplace.accounts.models import User
from marketplace.records.refusals import Conflict
from marketplace.records.services import log
from vendors.models import Vendor, VendorMember, VendorRole


@transaction.atomic
def add_vendor_member(
    *, actor: User | None, vendor: Vendor, user: User, role: VendorRole = VendorRole.MEMBER
) -> VendorMember:
    """Let the login speak for the vendor; raises Conflict where it speaks for one already or is staff."""
    if user.is_staff:
        raise Conflict(f"{user} is staff of this marketplace and cannot speak for a vendor: use another login.")
    if VendorMember.objects.filter(user=user).exists():
        raise Conflict(f"{user} speaks for a vendor already: one login speaks for one vendor.")
    member = VendorMember.objects.create(vendor=vendor, user=user, role=role)
    log(action="vendor.member_added", actor=actor, subject=member, data={"vendor": vendor.slug, "role": role})
    return member
