"""Vendors and their listings in the console."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from unfold.decorators import display
from unfold.enums import ActionVariant

from conflicts.admin.fields import PartyField, code_field, source_draft, standing_field
from conflicts.admin.interest_forms import source_told
from conflicts.admin.shown import link, party_link, source_link
from marketplace.accounts.console.acts import Act
from marketplace.accounts.console.forms import ActForm, Done, Group, ReasonForm, Row
from marketplace.accounts.console.pages import ConsoleAdmin, ReadOnlyInline
from marketplace.accounts.console.people import UserField
from marketplace.accounts.console.roles import Access
from vendors.models import Capability, Facet, Listing, Vendor, VendorMember, VendorRole, VendorStatus
from vendors.services.listings import ListingDraft, capabilities_of, list_vendor, save_listing, set_status
from vendors.services.members import add_vendor_member

CODES_HELP = "Codes separated by commas; empty means not stated."
STATUS_COLOURS = {"listed": "success", "suspended": "danger"}
FACETS = tuple(Facet)


class ListingFields(ActForm[Row]):
    """What a listing says, with one text of codes per facet."""

    summary = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 3}))
    headquarters = forms.CharField(required=False, max_length=200)
    workforce = forms.CharField(required=False, max_length=300)
    languages_note = forms.CharField(required=False, max_length=300, label="On languages")
    modality = forms.CharField(required=False, label="Modalities", help_text=CODES_HELP)
    task = forms.CharField(required=False, label="Tasks", help_text=CODES_HELP)
    language = forms.CharField(required=False, label="Languages", help_text=CODES_HELP)
    certificate = forms.CharField(required=False, label="Certificates", help_text=CODES_HELP)
    source_url = forms.CharField(required=False, max_length=1000, label="Address of the source")
    standing = standing_field(label="Standing")
    renamed = {"source": "source_url", "capabilities": "modality"}

    listing_group: Group = (
        "Listing",
        {
            "fields": [
                "summary",
                ("headquarters", "workforce"),
                ("modality", "task"),
                ("language", "certificate"),
                "languages_note",
                ("source_url", "standing"),
            ]
        },
    )

    def listing_draft(self) -> ListingDraft:
        """Return the listing as the services take it."""
        told = self.cleaned_data
        texts = {name: told[name] for name in ("summary", "headquarters", "workforce", "languages_note")}
        codes = {facet.value: _codes(told[facet.value]) for facet in FACETS if told[facet.value].strip()}
        return ListingDraft(**texts, capabilities=codes, source=source_draft(told) if told["source_url"] else None)


class ListVendorForm(ListingFields[None]):
    """A party becomes a listed vendor."""

    intro = "For a party that is known already. An applicant becomes a vendor through its application."
    button = "List the vendor"
    party = PartyField()
    name = forms.CharField(required=False, max_length=200, help_text="Empty: the party's name.")
    slug = forms.SlugField(required=False, max_length=100, help_text="Empty: the party's slug.")

    def fieldsets(self) -> list[Group]:
        return [(None, {"fields": ["party", ("name", "slug")]}), self.listing_group]

    def perform(self) -> Done:
        told = self.cleaned_data
        vendor = list_vendor(
            actor=self.actor, party=told["party"], draft=self.listing_draft(), name=told["name"], slug=told["slug"]
        )
        return Done(f"{vendor} is listed.", reverse("admin:vendors_vendor_change", args=[vendor.pk]))


class EditListingForm(ListingFields[Listing]):
    """The listing as it shall read from now on."""

    intro = "Open requests are ranked again with what the listing says then."
    version = forms.IntegerField(widget=forms.HiddenInput)

    def starting(self) -> dict[str, Any]:
        texts = {name: getattr(self.row, name) for name in ("summary", "headquarters", "workforce", "languages_note")}
        codes = {facet: ", ".join(codes) for facet, codes in capabilities_of(self.row).items()}
        source = source_told(self.row.source) if self.row.source else {}
        return {**source, **texts, **codes, "version": self.row.version}

    def fieldsets(self) -> list[Group]:
        return [self.listing_group]

    def perform(self) -> Done:
        saved = save_listing(
            actor=self.actor,
            vendor=self.row.vendor,
            draft=self.listing_draft(),
            version=self.cleaned_data["version"],
        )
        return Done(f"The listing is at version {saved.version}.")


class SuspendForm(ReasonForm[Vendor]):
    """A suspended vendor is neither matched nor awarded."""

    intro = "It is neither matched nor awarded from now on; what runs goes on."
    button = "Suspend"

    def perform(self) -> Done:
        set_status(actor=self.actor, vendor=self.row, status=VendorStatus.SUSPENDED, reason=self.cleaned_data["reason"])
        return Done(f"{self.row} is suspended.")


class ListAgainForm(ReasonForm[Vendor]):
    """A suspended vendor comes back."""

    button = "List it again"

    def perform(self) -> Done:
        set_status(actor=self.actor, vendor=self.row, status=VendorStatus.LISTED, reason=self.cleaned_data["reason"])
        return Done(f"{self.row} is listed again.")


class AddMemberForm(ActForm[Vendor]):
    """Another login that speaks for the vendor."""

    button = "Add the member"
    user = UserField()
    role = code_field(VendorRole, VendorRole.MEMBER)

    def perform(self) -> Done:
        told = self.cleaned_data
        add_vendor_member(actor=self.actor, vendor=self.row, user=told["user"], role=VendorRole(told["role"]))
        return Done(f"{told['user']} speaks for {self.row} from now on.")


class MemberInline(ReadOnlyInline):
    model = VendorMember
    fields = ("user", "role")
    verbose_name_plural = "People"

    def get_queryset(self, request: HttpRequest) -> QuerySet[VendorMember]:
        rows: QuerySet[VendorMember] = super().get_queryset(request).select_related("user")
        return rows


@admin.register(Vendor)
class VendorAdmin(ConsoleAdmin):
    readers = Access.BOTH
    add = Act(name="add", label="List a vendor", form=ListVendorForm, access=Access.BOTH)
    acts = (
        Act(name="add_member", label="Add a member", form=AddMemberForm, icon="person_add"),
        Act(
            name="suspend",
            label="Suspend",
            form=SuspendForm,
            icon="block",
            variant=ActionVariant.DANGER,
            offered=lambda vendor: vendor.status == VendorStatus.LISTED,
        ),
        Act(
            name="list_again",
            label="List again",
            form=ListAgainForm,
            icon="undo",
            offered=lambda vendor: vendor.status == VendorStatus.SUSPENDED,
        ),
    )
    list_display = ("name", "slug", "state", "capabilities", "listing_version")
    list_filter = ("status",)
    list_select_related = ("listing", "party")
    search_fields = ("name", "slug", "party__names__name", "listing__capabilities__code")
    search_help_text = "Search by name or by a capability code"
    fields = ("name", "slug", "status", "party_shown", "listing_shown")
    inlines = (MemberInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Vendor]:
        rows: QuerySet[Vendor] = super().get_queryset(request)
        return rows.annotate(capability_count=Count("listing__capabilities", distinct=True))

    @display(description="Status", ordering="status", label=STATUS_COLOURS)
    def state(self, vendor: Vendor) -> str:
        return vendor.status

    @display(description="Capabilities", ordering="capability_count")
    def capabilities(self, vendor: Vendor) -> int:
        return int(getattr(vendor, "capability_count", 0))

    @display(description="Listing version")
    def listing_version(self, vendor: Vendor) -> int:
        return vendor.listing.version

    @display(description="Party")
    def party_shown(self, vendor: Vendor) -> str:
        return party_link(vendor.party)

    @display(description="Listing")
    def listing_shown(self, vendor: Vendor) -> str:
        return link(reverse("admin:vendors_listing_change", args=[vendor.listing.pk]), "What it says")


class CapabilityInline(ReadOnlyInline):
    model = Capability
    fields = ("facet", "code", "standing", "told_by")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Capability]:
        rows: QuerySet[Capability] = super().get_queryset(request).select_related("source")
        return rows

    @display(description="Source")
    def told_by(self, capability: Capability) -> str:
        return source_link(capability.source)


@admin.register(Listing)
class ListingAdmin(ConsoleAdmin):
    readers = Access.BOTH
    acts = (Act(name="edit", label="Edit", form=EditListingForm, access=Access.BOTH, icon="edit"),)
    list_display = ("vendor", "headquarters", "workforce", "codes", "version")
    list_filter = ("capabilities__facet", "vendor__status")
    list_select_related = ("vendor",)
    search_fields = ("vendor__name", "vendor__slug", "summary", "headquarters", "capabilities__code")
    search_help_text = "Search by vendor, place, text or capability code"
    fields = ("vendor", "summary", "headquarters", "workforce", "languages_note", "told_by", "version")
    inlines = (CapabilityInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Listing]:
        rows: QuerySet[Listing] = super().get_queryset(request)
        return rows.select_related("vendor", "source").prefetch_related("capabilities")

    @display(description="Capabilities")
    def codes(self, listing: Listing) -> str:
        found = capabilities_of(listing)
        return "; ".join(", ".join(found[facet]) for facet in FACETS if facet in found)

    @display(description="Source")
    def told_by(self, listing: Listing) -> str:
        return source_link(listing.source)


def _codes(text: str) -> list[str]:
    return [code for code in (word.strip().lower() for word in text.split(",")) if code]
