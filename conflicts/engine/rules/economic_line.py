"""Economic line: integrated ownership of the competitor's side in the vendor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conflicts.engine.findings import Rule
from conflicts.engine.rules import lines
from conflicts.engine.rules.crossing import into_vendor_side

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conflicts.engine.case import Case
    from conflicts.engine.findings import Finding


def economic_line(case: Case) -> Iterator[Finding]:
    """Low at or over 25 blocks, at or over 5 is review; a high that reaches a line is may."""
    return into_vendor_side(case, Rule.ECONOMIC_LINE, lines.economic)
