"""People who log in, and the tokens that act for them."""

from typing import Any, ClassVar
from uuid import uuid4

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from knox.models import AbstractAuthToken

DIGEST_LENGTH = 128
STAFF_ACTS_FOR_NOBODY = "This login acts for a client or a vendor and cannot be staff: use another login."
NAME_LENGTH = 100


class StaffRole(models.TextChoices):
    COMPLIANCE = "compliance", "Compliance"
    OPERATOR = "operator", "Operator"


class Side(models.TextChoices):
    """For whom a login acts: one client or one vendor, whose apps say which."""

    CLIENT = "client", "Client"
    VENDOR = "vendor", "Vendor"


class UserManager(BaseUserManager["User"]):
    """Makes users and finds them by e-mail address, whatever its case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Return a saved user. Without a password nobody can log in by one."""
        user = self.model(email=email, **fields)
        user.set_password(password)
        user.clean()
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Return a saved user who may do everything in the admin."""
        return self.create_user(email, password, **{"is_staff": True, "is_superuser": True, **fields})

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the user whose e-mail address this is; raises User.DoesNotExist."""
        return self.alias(lower_email=Lower("email")).get(lower_email=(username or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    """Someone who logs in with an e-mail address. Memberships of clients and vendors live with those."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    email = models.EmailField("e-mail address")
    name = models.CharField(max_length=200, blank=True)
    is_staff = models.BooleanField("staff", default=False, help_text="May enter the admin.")
    staff_role = models.CharField(max_length=20, choices=StaffRole, blank=True, default="")
    # Here, and not only with the memberships, so that the database itself keeps staff and the two sides apart.
    acts_for = models.CharField(max_length=20, choices=Side, blank=True, default="", editable=False)
    is_active = models.BooleanField("active", default=True, help_text="Switch off instead of deleting the account.")
    date_joined = models.DateTimeField(auto_now_add=True, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ("email",)
        constraints = (
            models.UniqueConstraint(
                Lower("email"), name="user_email_unique", violation_error_message="This e-mail address is taken."
            ),
            models.CheckConstraint(
                condition=Q(staff_role="") | Q(staff_role__in=StaffRole.values, is_staff=True),
                name="user_role_is_for_staff",
                violation_error_message="Only staff can have a staff role: tick 'staff' or leave the role empty.",
            ),
            models.CheckConstraint(
                condition=Q(acts_for="") | Q(acts_for__in=Side.values, is_staff=False, is_superuser=False),
                name="user_staff_acts_for_nobody",
                violation_error_message=STAFF_ACTS_FOR_NOBODY,
            ),
        )

    def __str__(self) -> str:
        return self.email

    def clean(self) -> None:
        """Bring the e-mail address into the form in which it is stored; refuse staff that act for somebody."""
        super().clean()
        self.email = self.email.strip().lower()
        # Forms leave a constraint out that names a field which they do not show.
        if self.acts_for and (self.is_staff or self.is_superuser):
            raise ValidationError(STAFF_ACTS_FOR_NOBODY)

    def get_full_name(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        return self.name or self.email


class ApiToken(AbstractAuthToken):
    """A named Bearer token. Only its digest is stored, and the first characters by which it is found."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    digest = models.CharField(max_length=DIGEST_LENGTH, unique=True, editable=False)
    name = models.CharField(max_length=NAME_LENGTH)

    class Meta:
        ordering = ("user", "created")

    def __str__(self) -> str:
        return f"{self.name} of {self.user}"
