"""The gate: one pair judged inside the award's own transaction, on the facts of this very epoch (DESIGN 5).

It fails closed: what cannot be judged in time, or at all, is refused.
"""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from threading import Thread
from typing import Any, TypeVar

from conflicts.changes import epoch_shared
from conflicts.engine.policy import GATE_EDGES, GATE_SECONDS
from conflicts.findings import to_json
from conflicts.loading import Case, Rows, load_case, load_snapshot_rows
from conflicts.models import Outcome, ReviewDecision
from conflicts.screening import ScreeningResult, scene
from conflicts.services.decisions import standing_decision
from marketplace.membership import decided_by_compliance
from marketplace.models import Client
from marketplace.records import clock
from marketplace.records.refusals import Conflict, Refusal, Unavailable
from marketplace.redaction import (
    Finding,
    Reader,
    deciding,
    is_public,
    needs_compliance,
    told_path,
    visible_findings,
    visible_rules,
)
from vendors.models import Vendor

RETRY_AFTER = 5
CODES = {
    Outcome.BLOCKED: "vendor_conflicted",
    Outcome.REVIEW: "review_undecided",
    Outcome.UNKNOWN: "outcome_unknown",
}

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate found at `epoch`, and the decision that covers a review, if there is one."""

    epoch: int
    outcome: Outcome
    findings: tuple[Finding, ...]
    decision: ReviewDecision | None = None

    @property
    def opens(self) -> bool:
        """SEMANTICS 8.1: clear, or review under a recorded decision."""
        return self.outcome is Outcome.CLEAR or self.decision is not None

    @property
    def rules(self) -> list[str]:
        """The rules that make the outcome, in full: for the log and compliance."""
        return list(dict.fromkeys(finding["rule"] for finding in deciding(self.findings, self.outcome)))


def judge(*, client: Client, vendor: Vendor) -> Verdict:
    """Hold the epoch, read the facts, ask the engine; call it last before the award is written.

    Raises Unavailable where the graph is too large or the time is over, and whatever else goes wrong: the caller awards
    nothing then.
    """
    epoch = epoch_shared()
    rows = load_snapshot_rows()
    if len(rows.facts) > GATE_EDGES:
        raise Unavailable(
            f"There are more than {GATE_EDGES} facts to judge by, which the gate does not do: ask the operator.",
            code="gate_too_large",
            retry_after=RETRY_AFTER,
        )
    result = _in_time(rows, load_case(tenant=client.pk, principal=client.party), vendor)
    outcome = Outcome(result.outcome)
    decision = _decision(result) if outcome is Outcome.REVIEW else None
    return Verdict(epoch, outcome, tuple(to_json(finding) for finding in result.findings), decision)


def refusal_of(verdict: Verdict, vendor: Vendor) -> Refusal:
    """Return the refusal of a verdict that does not open, in the words that the client may read."""
    extra: dict[str, Any] = {
        "outcome": verdict.outcome.value,
        "rules": visible_rules(verdict.findings, Reader.CLIENT),
        "findings": visible_findings(verdict.findings, Reader.CLIENT),
    }
    return Conflict(_sentence(verdict, vendor), code=CODES[verdict.outcome], extra=extra)


def within(seconds: float, work: Callable[[], T]) -> T:
    """Return what pure work returns; raises TimeoutError when the time is over, and what the work raises.

    Python cannot stop the work. It runs on beside, holds no lock and no connection, and its answer is dropped.
    """
    future: Future[T] = Future()
    Thread(target=_fulfil, args=(future, work), daemon=True, name="gate").start()
    return future.result(timeout=seconds)


def _fulfil(future: Future[T], work: Callable[[], T]) -> None:
    try:
        future.set_result(work())
    except Exception as error:  # noqa: BLE001 - whatever it is, the waiting caller gets it
        future.set_exception(error)


def _in_time(rows: Rows, case: Case, vendor: Vendor) -> ScreeningResult:
    today = clock.today()
    try:
        return within(
            GATE_SECONDS, lambda: scene(rows, as_of=today, known_on=today, as_known=None).screen(case, vendor.party)
        )
    except TimeoutError:
        raise Unavailable(
            f"Judging {vendor} took longer than {GATE_SECONDS} seconds, so nothing was awarded: try again.",
            code="gate_timeout",
            retry_after=RETRY_AFTER,
        ) from None


def _decision(result: ScreeningResult) -> ReviewDecision | None:
    """Return the decision that covers the review; of one that rests on a private fact only compliance's own counts."""
    decision = standing_decision(
        tenant=result.tenant, principal=result.principal, subject=result.subject, findings=result.findings
    )
    if decision is None or not needs_compliance([to_json(finding) for finding in result.findings]):
        return decision
    return decision if decided_by_compliance(decision) else None


def _sentence(verdict: Verdict, vendor: Vendor) -> str:
    if verdict.outcome is Outcome.UNKNOWN:
        return f"Whether {vendor} conflicts with your list cannot be told at present, so nothing is awarded."
    if verdict.outcome is Outcome.REVIEW and needs_compliance(verdict.findings):
        return f"{vendor} is under compliance review: wait for its end."
    proof = _public_proof(verdict)
    if verdict.outcome is Outcome.BLOCKED:
        return f"{vendor} cannot be awarded: {proof}." if proof else f"{vendor} is not available."
    why = f": {proof}" if proof else ""
    return f"{vendor} is under review{why}. One of you can request a decision, and an approver can approve it."


def _public_proof(verdict: Verdict) -> str:
    findings = [finding for finding in deciding(verdict.findings, verdict.outcome) if is_public(finding)]
    return f"{findings[0]['rule'].replace('_', ' ')}, {told_path(findings[0])}" if findings else ""
