"""How well what a vendor states fits what a client asks. Pure: codes in, a score with its parts out.

A stated list excludes the vendor only when it shares nothing with the asked list; partial cover costs score; a blank
costs its whole part and is shown as `not stated`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from vendors.models import Facet

WEIGHTS: Mapping[str, int] = {Facet.MODALITY: 40, Facet.TASK: 30, Facet.LANGUAGE: 20, Facet.CERTIFICATE: 10}
FULL = Decimal(100)
CENT = Decimal("0.01")

Codes = Mapping[str, Collection[str]]
"""Capability codes per facet; a facet that is missing or empty is not asked, or not stated."""


@dataclass(frozen=True, slots=True)
class Part:
    """One facet of a score: `points` of the `worth` that it has among the facets asked."""

    facet: str
    asked: tuple[str, ...]
    stated: tuple[str, ...]
    covered: tuple[str, ...]
    worth: Decimal
    points: Decimal

    @property
    def note(self) -> str:
        """How the facet stands: covered, partly covered, not stated or not offered."""
        if not self.stated:
            return "not stated"
        if not self.covered:
            return "not offered"
        return "covered" if len(self.covered) == len(self.asked) else "partly covered"

    def as_json(self) -> dict[str, str | list[str]]:
        """Return it with decimal strings."""
        return {
            "part": self.facet,
            "asked": list(self.asked),
            "stated": list(self.stated),
            "covered": list(self.covered),
            "worth": str(self.worth.quantize(CENT)),
            "points": str(self.points.quantize(CENT)),
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class Fit:
    """0 to 100 points with the parts that make them; a request that asks for nothing is fitted in full."""

    parts: tuple[Part, ...]

    @property
    def score(self) -> Decimal:
        points = sum((part.points for part in self.parts), Decimal(0)) if self.parts else FULL
        return points.quantize(CENT)

    @property
    def misfit(self) -> str:
        """The first facet in which the vendor states a list that shares nothing with the asked one, else empty."""
        for part in self.parts:
            if part.note == "not offered":
                return f"{part.facet}: asked {', '.join(part.asked)}; stated {', '.join(part.stated)}"
        return ""

    def as_json(self) -> list[dict[str, str | list[str]]]:
        return [part.as_json() for part in self.parts]


def fit(asked: Codes, stated: Codes) -> Fit:
    """Return the fit of a vendor that states `stated` to a request that asks for `asked`."""
    facets = [facet for facet in WEIGHTS if asked.get(facet)]
    total = sum(WEIGHTS[facet] for facet in facets)
    return Fit(tuple(_part(facet, asked[facet], stated.get(facet, ()), total) for facet in facets))


def _part(facet: str, asked: Collection[str], stated: Collection[str], total: int) -> Part:
    covered = sorted(set(asked) & set(stated))
    worth = FULL * WEIGHTS[facet] / total
    points = worth * len(covered) / len(set(asked))
    ordered = tuple(sorted(set(asked))), tuple(sorted(set(stated))), tuple(covered)
    return Part(facet, *ordered, worth=worth, points=points)
