"""The supplier: its public face, what it labels, who speaks for it, its onboarding file. Nothing here knows clients."""

from vendors.models.applications import Application, ApplicationState
from vendors.models.listings import Capability, CapabilityStanding, Facet, Listing
from vendors.models.vendors import Vendor, VendorMember, VendorRole, VendorStatus

__all__ = [
    "Application",
    "ApplicationState",
    "Capability",
    "CapabilityStanding",
    "Facet",
    "Listing",
    "Vendor",
    "VendorMember",
    "VendorRole",
    "VendorStatus",
]
