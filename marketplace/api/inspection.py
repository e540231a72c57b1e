"""Doors whose rows compliance staff may read, but not unseen (DESIGN 6)."""

from typing import Any, ClassVar

from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from marketplace.api.doors import Door
from marketplace.api.filters import client_of
from marketplace.services.inspections import log_view

READING = ("GET", "HEAD")


class InspectedDoor(Door):
    """Logs each reading by compliance staff; those with `reason` among what they ask want to be told why."""

    noun: ClassVar[str]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if self.caller.is_compliance and request.method in READING:
            asked = request.query_params.dict()
            if "reason" in self.asks.get("GET", {}) and "reason" not in asked:
                raise ValidationError({"reason": "Say why you look: add ?reason=... and the decision log keeps it."})
            row, named = getattr(self, "row", None), client_of(request, self.caller)
            tenant = named.pk if named else getattr(row, "tenant", None)
            log_view(actor=self.user, noun=self.noun, tenant=tenant, row=row, asked=asked)
