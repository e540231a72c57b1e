"""Control: a member of the competitor's side controls the vendor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conflicts.engine.findings import Rule
from conflicts.engine.rules import lines
from conflicts.engine.rules.crossing import into_vendor_side

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conflicts.engine.case import Case
    from conflicts.engine.findings import Finding


def control(case: Case) -> Iterator[Finding]:
    """Must-control blocks, may-control is review."""
    return into_vendor_side(case, Rule.CONTROL, lines.control)
