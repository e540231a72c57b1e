"""Vendors and the people who speak for them."""

from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from conflicts.models import Party


class VendorStatus(models.TextChoices):
    LISTED = "listed", "Listed"
    SUSPENDED = "suspended", "Suspended"


class VendorQuerySet(models.QuerySet["Vendor"]):
    def listed(self) -> Self:
        """Those that can be matched and awarded."""
        return self.filter(status=VendorStatus.LISTED)


class Vendor(models.Model):
    """A party that offers labeling work here."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    party = models.OneToOneField(Party, on_delete=models.PROTECT, related_name="vendor")
    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=100, unique=True)
    status = models.CharField(max_length=20, choices=VendorStatus, default=VendorStatus.LISTED)

    objects = VendorQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(condition=Q(status__in=VendorStatus.values), name="vendor_status_is_known"),
            models.CheckConstraint(condition=~Q(name=""), name="vendor_is_named"),
        )

    def __str__(self) -> str:
        return self.name


class VendorRole(models.TextChoices):
    MEMBER = "member", "Member"
    OWNER = "owner", "Owner"


class VendorMember(models.Model):
    """A login that speaks for one vendor."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    vendor = models.ForeignKey(Vendor, on_delete=models.PROTECT, related_name="members")
    # One login speaks for one vendor, so whose rows it may see is never a choice.
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="vendor_membership")
    role = models.CharField(max_length=20, choices=VendorRole, default=VendorRole.MEMBER)

    class Meta:
        ordering = ("vendor", "user")
        constraints = (models.CheckConstraint(condition=Q(role__in=VendorRole.values), name="vendor_role_is_known"),)

    def __str__(self) -> str:
        return f"{self.user} of {self.vendor}"
