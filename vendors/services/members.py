"""Who speaks for a vendor."""

from django.db import transaction

from marketplace.accounts.models import Side, User
from marketplace.accounts.services import take_side
from marketplace.records.services import log
from vendors.models import Vendor, VendorMember, VendorRole


@transaction.atomic
def add_vendor_member(
    *, actor: User | None, vendor: Vendor, user: User, role: VendorRole = VendorRole.MEMBER
) -> VendorMember:
    """Let the login speak for the vendor; raises Conflict where it speaks for one, acts for a client, or is staff."""
    take_side(user=user, side=Side.VENDOR)
    member = VendorMember.objects.create(vendor=vendor, user=user, role=role)
    log(action="vendor.member_added", actor=actor, subject=member, data={"vendor": vendor.slug, "role": role})
    return member
