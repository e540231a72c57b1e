"""The gate: one pair judged inside the award's own transaction, on the facts of this very epoch (DESIGN 5).

It fails closed: what cannot be judged in time, or at all, is refused. Writers wait while the epoch is held, so facts
are read and judged before that, and a second time only where a change came between.
"""

import datetime as dt
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass, field
from threading import BoundedSemaphore, Thread
from time import monotonic
from typing import Any, TypeVar, cast

from conflicts.changes import epoch_now, epoch_shared
from conflicts.engine.facts import Fact
from conflicts.engine.policy import GATE_EDGES, GATE_SECONDS
from conflicts.findings import to_json
from conflicts.loading import Case, FactRow, Rows, fact_rows, load_case, load_nodes, named
from conflicts.models import CustomerTie, Interest, Outcome, ReviewDecision
from conflicts.screening import ScreeningResult, scene
from conflicts.services.decisions import standing_decision
from conflicts.verdicts import told_verdict
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
PIECE = 1_000
SEATS = BoundedSemaphore(8)
"""One for each judging that runs in this process, those that ran out of time and go on included."""
CODES = {
    Outcome.BLOCKED: "vendor_conflicted",
    Outcome.REVIEW: "review_undecided",
    Outcome.UNKNOWN: "outcome_unknown",
}

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate found at `epoch`, and the decision that covers a review, if there is one.

    `told` is what the log keeps of it for a replay.
    """

    epoch: int
    outcome: Outcome
    findings: tuple[Finding, ...]
    decision: ReviewDecision | None = None
    told: Mapping[str, Any] = field(default_factory=dict)

    @property
    def opens(self) -> bool:
        """SEMANTICS 8.1: clear, or review under a recorded decision."""
        return self.outcome is Outcome.CLEAR or self.decision is not None

    @property
    def rules(self) -> list[str]:
        """The rules that make the outcome, in full: for the log and compliance."""
        return list(dict.fromkeys(finding["rule"] for finding in deciding(self.findings, self.outcome)))


def judge(*, client: Client, vendor: Vendor) -> Verdict:
    """Judge the pair, hold the epoch and return the verdict of that epoch; call it last before the award is written.

    Raises Unavailable where the graph is too large, the time is over or too much is being judged, and whatever else
    goes wrong: the caller awards nothing then.
    """
    began = monotonic()
    over = began + GATE_SECONDS
    found = _screened(client, vendor, over)
    took = monotonic() - began
    epoch = epoch_shared()
    if found is None or (found.epoch, found.as_of) != (epoch, clock.today()):
        # The writers wait for this one, so it begins only where it should end in time.
        _refuse_late(vendor, over - took)
        found = _screened(client, vendor, over)
    if found is None:
        raise RuntimeError("The epoch moved while it was held.")
    outcome = Outcome(found.outcome)
    decision = _decision(found) if outcome is Outcome.REVIEW else None
    findings = tuple(to_json(finding) for finding in found.findings)
    return Verdict(epoch, outcome, findings, decision, told_verdict(found))


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

    Python cannot stop the work. It runs on beside, holds no lock and no connection, and its answer is dropped. So that
    such work does not pile up it takes a seat until it ends: raises Unavailable at once where there is none left.
    """
    seats = SEATS
    if not seats.acquire(blocking=False):
        raise Unavailable(
            "Too much is being judged at once, so nothing was awarded: try again in a moment.",
            code="gate_busy",
            retry_after=RETRY_AFTER,
        )
    future: Future[T] = Future()
    Thread(target=_fulfil, args=(future, work, seats), daemon=True, name="gate").start()
    return future.result(timeout=seconds)


def _fulfil(future: Future[T], work: Callable[[], T], seats: BoundedSemaphore) -> None:
    try:
        try:
            found = work()
        finally:
            seats.release()
    except Exception as error:  # noqa: BLE001 - whatever it is, the waiting caller gets it
        future.set_exception(error)
    else:
        future.set_result(found)


def _screened(client: Client, vendor: Vendor, over: float) -> ScreeningResult | None:
    """Read the facts and ask the engine until `over`, a time of `monotonic`; None where a change came while reading."""
    epoch, today = epoch_now(), clock.today()
    _refuse_too_many()
    rows = Rows(epoch, load_nodes(), _facts(vendor, over))
    case = load_case(tenant=client.pk, principal=client.party)
    _refuse_late(vendor, over)
    if epoch_now() != epoch:
        return None
    try:
        return within(over - monotonic(), lambda: _ask(rows, case, vendor, today))
    except TimeoutError:
        raise _too_late(vendor) from None


def _facts(vendor: Vendor, over: float) -> tuple[Fact, ...]:
    """Read the facts piece by piece, so that reading ends with the time."""
    rows: list[FactRow] = []
    for query in fact_rows():
        # A cursor of the server's is to be closed where the time ends in the middle.
        with closing(cast("Generator[FactRow, None, None]", query.iterator(chunk_size=PIECE))) as told:
            for row in told:
                if len(rows) % PIECE == 0:
                    _refuse_late(vendor, over)
                rows.append(row)
    return named(rows)


def _ask(rows: Rows, case: Case, vendor: Vendor, today: dt.date) -> ScreeningResult:
    return scene(rows, as_of=today, known_on=today, as_known=None).screen(case, vendor.party)


def _refuse_too_many() -> None:
    """Count no further than the limit, so that a graph too large costs little."""
    limit = GATE_EDGES + 1
    counted = sum(
        rows.values("pk")[:limit].count() for rows in (Interest.objects.current(), CustomerTie.objects.current())
    )
    if counted > GATE_EDGES:
        raise Unavailable(
            f"There are more than {GATE_EDGES} facts to judge by, which the gate does not do: ask the operator.",
            code="gate_too_large",
            retry_after=RETRY_AFTER,
        )


def _refuse_late(vendor: Vendor, over: float) -> None:
    if monotonic() >= over:
        raise _too_late(vendor)


def _too_late(vendor: Vendor) -> Unavailable:
    return Unavailable(
        f"Judging {vendor} took longer than {GATE_SECONDS} seconds, so nothing was awarded: try again.",
        code="gate_timeout",
        retry_after=RETRY_AFTER,
    )


def _decision(result: ScreeningResult) -> ReviewDecision | None:
    return standing_decision(
        tenant=result.tenant, principal=result.principal, subject=result.subject, findings=result.findings
    )


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
