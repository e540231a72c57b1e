"""The public face of a vendor and what it says it labels."""

from uuid import uuid4

from django.db import models
from django.db.models import Q

from conflicts.models import FactChange, Source
from vendors.models.vendors import Vendor

CODE_SHAPE = r"^[a-z0-9]+(-[a-z0-9]+)*$"


class Facet(models.TextChoices):
    MODALITY = "modality", "Modality"
    TASK = "task", "Task"
    LANGUAGE = "language", "Language"
    CERTIFICATE = "certificate", "Certificate"


class CapabilityStanding(models.TextChoices):
    CLAIMED = "claimed", "Claimed"
    EVIDENCED = "evidenced", "Evidenced"
    VERIFIED = "verified", "Verified"
    MEASURED = "measured", "Measured"


class Listing(models.Model):
    """What everybody may read about a vendor. An empty text means not stated.

    `version` counts the changes; `recorded_by` is the last of them, whose epoch tells requests that it is newer.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    vendor = models.OneToOneField(Vendor, on_delete=models.CASCADE, related_name="listing")
    summary = models.TextField(blank=True)
    headquarters = models.CharField(max_length=200, blank=True)
    workforce = models.CharField(max_length=300, blank=True)
    languages_note = models.CharField(
        max_length=300, blank=True, help_text="What the vendor says of its languages where it names no codes."
    )
    source = models.ForeignKey(Source, null=True, blank=True, on_delete=models.PROTECT, related_name="listings")
    version = models.PositiveIntegerField(default=1)
    recorded_by = models.ForeignKey(FactChange, on_delete=models.PROTECT, related_name="listings")

    class Meta:
        ordering = ("vendor",)
        constraints = (models.CheckConstraint(condition=Q(version__gte=1), name="listing_version_is_positive"),)

    def __str__(self) -> str:
        return f"{self.vendor}, version {self.version}"


class Capability(models.Model):
    """One thing that a vendor says it does. A facet without a row is not stated, which is never "none"."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="capabilities")
    facet = models.CharField(max_length=20, choices=Facet)
    code = models.CharField(max_length=60, help_text="Lower case, words joined by hyphens: sensor-fusion, iso-27001.")
    standing = models.CharField(max_length=20, choices=CapabilityStanding, default=CapabilityStanding.CLAIMED)
    source = models.ForeignKey(Source, null=True, blank=True, on_delete=models.PROTECT, related_name="capabilities")

    class Meta:
        ordering = ("listing", "facet", "code")
        verbose_name_plural = "capabilities"
        constraints = (
            models.UniqueConstraint(fields=("listing", "facet", "code"), name="capability_unique"),
            models.CheckConstraint(condition=Q(facet__in=Facet.values), name="capability_facet_is_known"),
            models.CheckConstraint(condition=Q(code__regex=CODE_SHAPE), name="capability_code_has_its_shape"),
            models.CheckConstraint(
                condition=Q(standing__in=CapabilityStanding.values), name="capability_standing_is_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.facet} {self.code}"
