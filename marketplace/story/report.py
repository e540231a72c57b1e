"""What the story found, as one object that can be kept, printed as JSON and told again.

`Report.published()` is the documented object of `manage.py story --json` (docs/story.md): party slugs, percentages as
decimal strings, lower-case rules, axes and outcomes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

PUBLISHED = ("screenings", "what_if", "alerts", "substitutes", "refused_award")

Row = dict[str, Any]


@dataclass
class Report:
    """Filled step by step; every value is JSON as it stands."""

    loaded: list[Row] = field(default_factory=list)
    screenings: list[Row] = field(default_factory=list)
    what_if: list[Row] = field(default_factory=list)
    event: Row = field(default_factory=dict)
    alerts: list[Row] = field(default_factory=list)
    running: list[Row] = field(default_factory=list)
    substitutes: list[Row] = field(default_factory=list)
    refused_award: Row = field(default_factory=dict)
    refusal: str = ""
    hindsight: Row = field(default_factory=dict)

    def published(self) -> Row:
        """Return the documented part."""
        whole = self.kept()
        substitutes = [{k: v for k, v in row.items() if k != "parts"} for row in self.substitutes]
        return {key: whole[key] for key in PUBLISHED} | {"substitutes": substitutes}

    def kept(self) -> Row:
        """Return everything, to tell the story again without replaying it."""
        return dict(vars(self))

    @classmethod
    def from_kept(cls, kept: Mapping[str, Any]) -> "Report":
        return cls(**kept)

    def screening(self, *, vendor: str, as_of: str) -> Row:
        """Return the screening of one vendor for Google on one day."""
        return next(row for row in self.screenings if row["vendor"] == vendor and row["as_of"] == as_of)

    def screened_on(self, day: str) -> Sequence[Row]:
        return [row for row in self.screenings if row["as_of"] == day]
