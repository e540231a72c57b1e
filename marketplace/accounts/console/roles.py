"""Which staff may do what in the console (DESIGN 6)."""

from enum import Enum

from django.http import HttpRequest

from marketplace.accounts.models import StaffRole, User


class Access(Enum):
    """Who among the staff may see or do something. A superuser may do all of it."""

    COMPLIANCE = frozenset({StaffRole.COMPLIANCE})
    OPERATORS = frozenset({StaffRole.OPERATOR})
    BOTH = frozenset({StaffRole.COMPLIANCE, StaffRole.OPERATOR})
    SUPERUSERS = frozenset[StaffRole]()

    def allows(self, request: HttpRequest) -> bool:
        """Whether whoever asks is among them."""
        user = request.user
        if not (user.is_authenticated and user.is_active and user.is_staff):
            return False
        return user.is_superuser or user.staff_role in self.value


def actor_of(request: HttpRequest) -> User:
    """Return who asks; raises TypeError for nobody, whom the console never lets in."""
    if not request.user.is_authenticated:
        raise TypeError("Nobody is logged in: the console's pages are for staff.")
    return request.user


def is_compliance(request: HttpRequest) -> bool:
    """Whether a compliance colleague, or a superuser, asks."""
    return Access.COMPLIANCE.allows(request)
