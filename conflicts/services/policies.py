"""A client's lines for one of its parties. They can be tighter than the defaults, never looser (SEMANTICS 7.1)."""

from uuid import UUID

from django.db import transaction

from conflicts.changes import fact_change
from conflicts.drafts import refuse
from conflicts.engine import policy as engine
from conflicts.models import ChangeKind, Party, Policy
from conflicts.models.policies import DEFAULTS, LINES
from conflicts.shares import to_percent
from conflicts.versions import hold_party, insert, supersede
from marketplace.accounts.models import User


@transaction.atomic
def set_policy(*, actor: User | None, tenant: UUID, principal: Party, lines: engine.Policy) -> Policy:
    """Make these the lines; the same lines again write nothing.

    Raises Invalid with a sentence per line that is looser than its default, not above 0 or out of order.
    """
    row = _unsaved(tenant, principal, lines)
    refuse(_problems(row))
    hold_party(principal)
    current = Policy.objects.of(tenant=tenant, principal=principal).first()
    if current is not None and current.as_engine() == lines:
        return current
    told = {"principal": principal.slug, **{line: getattr(row, line) for line in LINES}}
    with fact_change(
        kind=ChangeKind.POLICY,
        actor=actor,
        tenant=tenant,
        log_action="policy.set",
        parties=(principal,),
        subject=row,
        data={**told, "uncovered_to_review": row.uncovered_to_review},
    ) as change:
        row.recorded_at = supersede(current, change) if current is not None else change.at
        row.recorded_by = change
        insert(row)
    return row


def _unsaved(tenant: UUID, principal: Party, lines: engine.Policy) -> Policy:
    own = {line: getattr(lines, line) for line in LINES if line != "control_line"}
    return Policy(
        tenant=tenant,
        principal=principal,
        control_line=lines.control,
        uncovered_to_review=lines.uncovered_to_review,
        **own,
    )


def _problems(row: Policy) -> dict[str, str]:
    problems = {line: problem for line in LINES if (problem := _line_problem(row, line))}
    for axis in ("economic", "voting"):
        if getattr(row, f"{axis}_review") > getattr(row, f"{axis}_block"):
            problems.setdefault(f"{axis}_review", f"The {axis} line for review is above the one for a block: lower it.")
    return problems


def _line_problem(row: Policy, line: str) -> str:
    default = DEFAULTS.control if line == "control_line" else getattr(DEFAULTS, line)
    if 0 < getattr(row, line) <= default:
        return ""
    return (
        f"A line can be tightened, not loosened: write more than 0 and at most {to_percent(default)} percent "
        f"for {line}, and ask for a waiver where one vendor deserves an exception."
    )
