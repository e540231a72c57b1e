"""A market in which most changes touch three matches and a few touch a third of all, made by the services.

Three clients with a request each; every vendor fits all three. A fund owns the vendor, a director of the vendor sits
in a company far from it, and an owner far above stands over the first third of the vendors.
"""

from dataclasses import dataclass

from conflicts.services.facts import record_interest
from conflicts.sweeping import sweep_conflicts
from marketplace import watching
from marketplace.matching import requests_behind
from marketplace.records import hints
from tests.marketplace.market import PRESS, client, engagement, holds, party, request, vendor
from vendors.models import Vendor

CLIENTS = 3
RIVALS = 6
LANGUAGES = ["en", "de"]


@dataclass(frozen=True, slots=True)
class Shape:
    """How large the market is: the vendors, with how many each client works, and over how many the top stands."""

    vendors: int
    engaged: int
    under_top: int

    @property
    def matches(self) -> int:
        return CLIENTS * self.vendors


def build(shape: Shape) -> None:
    """Make the market and bring it up to date; no message is sent meanwhile."""
    loud = hints.broker.quiet_until
    hints.broker.quiet_until = float("inf")
    try:
        for number in range(RIVALS):
            party(f"rival-{number}")
        holds("top", "vault", "80")
        for number in range(shape.vendors):
            _vendor(number, is_under_top=number < shape.under_top)
        _clients(shape)
        _settle()
    finally:
        hints.broker.quiet_until = loud


def rivals_of(number: int, turn: int = 0) -> list[str]:
    """The two rivals that the client of this number has on its list at its n-th turn."""
    return [f"rival-{(number + turn) % RIVALS}", f"rival-{(number + turn + 3) % RIVALS}"]


def _vendor(number: int, *, is_under_top: bool) -> None:
    vendor(f"vendor-{number}", modality=["text"], language=LANGUAGES)
    holds(f"fund-{number}", f"vendor-{number}", "55")
    if is_under_top:
        holds("vault", f"vendor-{number}", "30")
    director = party(f"director-{number}", kind="person")
    for seat in (f"vendor-{number}", f"far-{number}"):
        record_interest(actor=None, holder=director, subject=party(seat), type="boardMember", source=PRESS)


def _clients(shape: Shape) -> None:
    """Engagements begin when the pairs are screened, so that an alert tells of what came later."""
    made = [client(f"client-{number}", *rivals_of(number)) for number in range(CLIENTS)]
    for one in made:
        request(one, languages=LANGUAGES)
    _settle()
    for one in made:
        for number in range(0, shape.vendors, shape.vendors // shape.engaged):
            engagement(one, Vendor.objects.get(slug=f"vendor-{number}"))


def _settle() -> None:
    while sweep_conflicts().total() or requests_behind().exists():
        watching.pull()
