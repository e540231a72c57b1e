"""The rules of SEMANTICS 6, in the order of its table: facts in, findings out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conflicts.engine.rules.board import board
from conflicts.engine.rules.commercial import commercial
from conflicts.engine.rules.common_controller import common_controller
from conflicts.engine.rules.contradiction import contradiction
from conflicts.engine.rules.control import control
from conflicts.engine.rules.economic_line import economic_line
from conflicts.engine.rules.personnel import personnel
from conflicts.engine.rules.reverse import reverse
from conflicts.engine.rules.same_party import same_party
from conflicts.engine.rules.unstated_holding import unstated_holding
from conflicts.engine.rules.voting_line import voting_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conflicts.engine.case import Case
    from conflicts.engine.findings import Finding

RULES: tuple[Callable[[Case], Iterator[Finding]], ...] = (
    same_party,
    economic_line,
    voting_line,
    control,
    common_controller,
    reverse,
    board,
    personnel,
    commercial,
    unstated_holding,
    contradiction,
)


def findings_of(case: Case) -> list[Finding]:
    """What every rule finds in one case, before may-findings are weighed and edges merged."""
    return [finding for rule in RULES for finding in rule(case)]
