"""Listing vendors and saving their listings. Each write is a FactChange, so that open requests learn of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.db import transaction

from conflicts.changes import fact_change
from conflicts.drafts import SourceDraft, refuse
from conflicts.models import ChangeKind, FactChange, Party, Source
from conflicts.validation import source_problems
from conflicts.versions import stored_source
from marketplace.accounts.models import User
from marketplace.records.refusals import Conflict, Invalid
from vendors.codes import checked_codes
from vendors.models import Capability, Listing, Vendor, VendorStatus
from vendors.validation import field_problems

TEXTS = ("summary", "headquarters", "workforce", "languages_note")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingDraft:
    """What a listing says. Empty means not stated. `capabilities` is {facet: codes}."""

    summary: str = ""
    headquarters: str = ""
    workforce: str = ""
    languages_note: str = ""
    source: SourceDraft | None = None
    capabilities: Mapping[str, Collection[str]] = field(default_factory=dict)


def list_vendor(*, actor: User | None, party: Party, draft: ListingDraft, name: str = "", slug: str = "") -> Vendor:
    """Make the party a listed vendor; raises Conflict where it is one and Invalid for wrong codes.

    Name and slug are the party's where they are not given.
    """
    codes = checked_codes(draft.capabilities)
    _refuse_unfit(draft)
    data = {"vendor": slug or party.slug, "capabilities": codes}
    with fact_change(
        kind=ChangeKind.LISTING, actor=actor, parties=[party], log_action="vendor.listed", data=data
    ) as change:
        _refuse_taken(party, slug or party.slug)
        vendor = Vendor.objects.create(party=party, name=name or party.name, slug=slug or party.slug)
        listing = Listing.objects.create(vendor=vendor, recorded_by=change, source=_source(draft), **_texts(draft))
        _store_codes(listing, codes)
    return vendor


def save_listing(*, actor: User | None, vendor: Vendor, draft: ListingDraft, version: int | None = None) -> Listing:
    """Replace what the listing says and count its version up; a draft that changes nothing is no change.

    Raises Conflict where `version` is given and is not the newest one, and Invalid for wrong codes.
    """
    codes = checked_codes(draft.capabilities)
    _refuse_unfit(draft)
    with transaction.atomic():
        listing = Listing.objects.select_for_update(no_key=True).get(vendor=vendor)
        _refuse_stale(listing, version)
        if _says(listing) == {**_texts(draft), "source": _key(draft.source), "capabilities": codes}:
            return listing
        data = {"vendor": vendor.slug, "version": listing.version + 1, "capabilities": codes}
        with fact_change(
            kind=ChangeKind.LISTING, actor=actor, parties=[vendor.party], log_action="listing.saved", data=data
        ) as change:
            for name, value in {**_texts(draft), "source": _source(draft)}.items():
                setattr(listing, name, value)
            _move_on(listing, change)
            _store_codes(listing, codes)
    return listing


def set_status(*, actor: User | None, vendor: Vendor, status: VendorStatus, reason: str) -> Vendor:
    """Suspend a vendor, or list it again; raises Invalid without a reason and Conflict where nothing would change."""
    if not reason.strip():
        raise Invalid({"reason": "Say why, in a sentence that the log can keep."})
    with transaction.atomic():
        listing = Listing.objects.select_for_update(no_key=True).get(vendor=vendor)
        vendor = Vendor.objects.select_for_update(no_key=True).get(pk=vendor.pk)
        if vendor.status == status:
            raise Conflict(f"{vendor} is {vendor.get_status_display().lower()} already.")
        data = {"vendor": vendor.slug, "before": vendor.status, "after": status.value, "reason": reason}
        with fact_change(
            kind=ChangeKind.LISTING, actor=actor, parties=[vendor.party], log_action="vendor.status_set", data=data
        ) as change:
            vendor.status = status
            vendor.save(update_fields=["status"])
            _move_on(listing, change)
    return vendor


def capabilities_of(listing: Listing) -> dict[str, tuple[str, ...]]:
    """Return sorted codes per facet; a facet that is not stated is missing."""
    found: dict[str, list[str]] = {}
    for capability in listing.capabilities.all():
        found.setdefault(capability.facet, []).append(capability.code)
    return {facet: tuple(sorted(codes)) for facet, codes in found.items()}


def _texts(draft: ListingDraft) -> dict[str, str]:
    return {name: getattr(draft, name) for name in TEXTS}


def _says(listing: Listing) -> dict[str, object]:
    texts = {name: getattr(listing, name) for name in TEXTS}
    return {**texts, "source": _key(listing.source), "capabilities": capabilities_of(listing)}


def _key(source: Source | SourceDraft | None) -> tuple[str, str] | None:
    return (source.url, source.standing) if source else None


def _source(draft: ListingDraft) -> Source | None:
    return stored_source(draft.source.unsaved()) if draft.source else None


def _move_on(listing: Listing, change: FactChange) -> None:
    listing.version += 1
    listing.recorded_by = change
    listing.save()


def _store_codes(listing: Listing, codes: Mapping[str, Collection[str]]) -> None:
    listing.capabilities.all().delete()
    Capability.objects.bulk_create(
        Capability(listing=listing, facet=facet, code=code, source=listing.source)
        for facet, found in codes.items()
        for code in found
    )


def _refuse_taken(party: Party, slug: str) -> None:
    if Vendor.objects.filter(party=party).exists():
        raise Conflict(f"{party} is a vendor already: save its listing instead.", code="vendor_exists")
    if Vendor.objects.filter(slug=slug).exists():
        raise Conflict(f"Another vendor has the name {slug} in addresses: give a slug of its own.", code="slug_taken")


def _refuse_stale(listing: Listing, version: int | None) -> None:
    if version is not None and version != listing.version:
        raise Conflict(
            f"The listing was saved meanwhile and is at version {listing.version}: read it again, then save.",
            code="listing_changed",
        )


def _refuse_unfit(draft: ListingDraft) -> None:
    sourced = source_problems(draft.source.unsaved()) if draft.source else {}
    refuse({**field_problems(Listing(**_texts(draft)), *TEXTS), **sourced})
