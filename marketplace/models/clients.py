"""Clients and the people who act for them. A client's id is the tenant key of all that is its own."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from conflicts.models import Party
from marketplace.accounts.models import StaffRole, User


class Client(models.Model):
    """A buyer of labeling work: one principal, one tenant."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    party = models.OneToOneField(Party, on_delete=models.PROTECT, related_name="client")
    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=100, unique=True)
    joined_on = models.DateField(help_text="Engagements that began before this day can be declared.")

    class Meta:
        ordering = ("name",)
        constraints = (models.CheckConstraint(condition=~Q(name=""), name="client_is_named"),)

    def __str__(self) -> str:
        return self.name


class ClientRole(models.TextChoices):
    MEMBER = "member", "Member"
    APPROVER = "approver", "Approver"


class ClientMember(models.Model):
    """A login that acts for one client. An approver may also approve what another member requested."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="members")
    # One login acts for one client, so whose rows it may see is never a choice.
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="client_membership")
    role = models.CharField(max_length=20, choices=ClientRole, default=ClientRole.MEMBER)

    class Meta:
        ordering = ("client", "user")
        constraints = (models.CheckConstraint(condition=Q(role__in=ClientRole.values), name="client_role_is_known"),)

    def __str__(self) -> str:
        return f"{self.user} of {self.client}"


def compliance_staff() -> models.QuerySet[User]:
    """Return the people of compliance who are neither a client's nor a vendor's: membership decides."""
    staff = User.objects.filter(is_active=True, is_staff=True, staff_role=StaffRole.COMPLIANCE)
    return staff.filter(client_membership=None, vendor_membership=None)
