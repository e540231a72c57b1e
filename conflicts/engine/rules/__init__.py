"""The rules of SEMANTICS 6, in the order of its table: facts in, findings out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conflicts.engine.findings import Rule
from conflicts.engine.rules.aggregate import aggregate
from conflicts.engine.rules.board import board
from conflicts.engine.rules.commercial import commercial
from conflicts.engine.rules.common_controller import common_controller
from conflicts.engine.rules.common_owner import common_owner
from conflicts.engine.rules.contradiction import contradiction
from conflicts.engine.rules.control import control
from conflicts.engine.rules.economic_line import economic_line
from conflicts.engine.rules.option import option
from conflicts.engine.rules.personnel import personnel
from conflicts.engine.rules.reverse import reverse
from conflicts.engine.rules.same_party import same_party
from conflicts.engine.rules.stale import stale
from conflicts.engine.rules.unstated_holding import unstated_holding
from conflicts.engine.rules.voting_line import voting_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conflicts.engine.case import Case
    from conflicts.engine.findings import Finding

RULES: dict[Rule, Callable[..., Iterator[Finding]]] = {
    Rule.SAME_PARTY: same_party,
    Rule.ECONOMIC_LINE: economic_line,
    Rule.VOTING_LINE: voting_line,
    Rule.CONTROL: control,
    Rule.COMMON_CONTROLLER: common_controller,
    Rule.REVERSE: reverse,
    Rule.BOARD: board,
    Rule.PERSONNEL: personnel,
    Rule.COMMERCIAL: commercial,
    Rule.UNSTATED_HOLDING: unstated_holding,
    Rule.OPTION: option,
    Rule.COMMON_OWNER: common_owner,
    Rule.AGGREGATE: aggregate,
    Rule.CONTRADICTION: contradiction,
    Rule.STALE: stale,
}
"""Every rule. Most look at one competitor's case; aggregate looks at all cases, stale at the verdict besides."""

OF_ALL_CASES = frozenset({Rule.AGGREGATE, Rule.STALE})


def findings_of(case: Case) -> list[Finding]:
    """What the rules about one competitor find in its case, before may-findings are weighed and edges merged."""
    return [finding for name, rule in RULES.items() if name not in OF_ALL_CASES for finding in rule(case)]
