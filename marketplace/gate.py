"""The gate: one pair judged inside the award's own transaction, on the facts of this very epoch (DESIGN 5).

It fails closed: what cannot be judged in time, or at all, is refused. Writers wait while the epoch is held, so the pair
is judged before that, on its proof subgraph (SEMANTICS 8.5), and a second time only where a change that came between
touches what the verdict rests on.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import partial
from threading import BoundedSemaphore, Thread
from time import monotonic
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection

from conflicts.changes import epoch_now, epoch_shared
from conflicts.engine.policy import GATE_EDGES, GATE_SECONDS
from conflicts.engine.proof import Proof
from conflicts.findings import to_json
from conflicts.loading import Case, load_case
from conflicts.models import Outcome, ReviewDecision
from conflicts.proof import Moment, TooManyFactsError, proof_scene, still_rests
from conflicts.screening import Scene, ScreeningResult
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
    """What the gate found at `epoch`, and the decision or waiver that opens it, if there is one."""

    epoch: int
    outcome: Outcome
    findings: tuple[Finding, ...]
    decision: ReviewDecision | None = None
    screened: ScreeningResult | None = None

    @property
    def told(self) -> Mapping[str, Any]:
        """What the log keeps of it for a replay."""
        return told_verdict(self.screened) if self.screened else {}

    @property
    def opens(self) -> bool:
        """SEMANTICS 8.1: clear, review under a decision or waiver, blocked under a valid waiver; never unknown."""
        if self.outcome is Outcome.BLOCKED:
            return self.decision is not None and self.decision.is_waiver
        return self.outcome is Outcome.CLEAR or (self.outcome is Outcome.REVIEW and self.decision is not None)

    @property
    def rules(self) -> list[str]:
        """The rules that make the outcome, in full: for the log and compliance."""
        return list(dict.fromkeys(finding["rule"] for finding in deciding(self.findings, self.outcome)))


@dataclass(frozen=True, slots=True)
class Judged:
    """What the engine said, and on whom it rests; None where it refused to tell."""

    result: ScreeningResult
    proof: Proof | None


def judge(*, client: Client, vendor: Vendor, scope: UUID | None = None) -> Verdict:
    """Judge the pair, hold the epoch and return the verdict of that epoch; call it last before the award is written.

    `scope` is the labeling request, of which a decision or waiver may speak alone.
    Raises Unavailable where the graph is too large, the time is over or too much is being judged, and whatever else
    goes wrong: the caller awards nothing then.
    """
    began = monotonic()
    over = began + GATE_SECONDS
    _give_up_after(GATE_SECONDS)
    found = _judged(client, vendor, over)
    took = monotonic() - began
    epoch = epoch_shared()
    if not _stands(found, client, epoch):
        # The writers wait for this one, so it begins only where it should end in time.
        _refuse_late(vendor, over - took)
        found = _judged(client, vendor, over)
    result = replace(found.result, epoch=epoch)
    return verdict_of(result, _decision(result, scope))


def _stands(found: Judged, client: Client, epoch: int) -> bool:
    """Whether what was found before the epoch was held is the verdict of this epoch and of this day."""
    result = found.result
    if result.as_of != clock.today():
        return False
    if result.epoch == epoch:
        return True
    return found.proof is not None and still_rests(found.proof, tenant=client.pk, since=result.epoch)


def _give_up_after(seconds: float) -> None:
    """Let no statement of this transaction, and no wait for the epoch, take longer."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{seconds * 1000:.0f}ms"])


def verdict_of(found: ScreeningResult, decision: ReviewDecision | None = None) -> Verdict:
    """Return what a screening comes to at the gate."""
    findings = tuple(to_json(finding) for finding in found.findings)
    return Verdict(found.epoch, Outcome(found.outcome), findings, decision, found)


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
    such work does not pile up it takes a seat until it ends: raises Unavailable where none gets free in the time.
    """
    seats, over = SEATS, monotonic() + seconds
    if not seats.acquire(timeout=seconds):
        raise Unavailable(
            "Too much is being judged at once, so nothing was awarded: try again in a moment.",
            code="gate_busy",
            retry_after=RETRY_AFTER,
        )
    future: Future[T] = Future()
    Thread(target=_fulfil, args=(future, work, seats), daemon=True, name="gate").start()
    return future.result(timeout=max(0, over - monotonic()))


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


def _judged(client: Client, vendor: Vendor, over: float) -> Judged:
    """Read the facts and ask the engine until `over`, a time of `monotonic`.

    The epoch is read first: what is read after it may be newer in part, which `_stands` finds out.
    """
    moment = Moment(epoch_now(), as_of=(today := clock.today()), known_on=today)
    case = load_case(tenant=client.pk, principal=client.party)

    def think(work: Callable[[], T]) -> T:
        _refuse_late(vendor, over)
        return within(over - monotonic(), work)

    try:
        facts = proof_scene([(case, vendor.party)], moment, at_most=GATE_EDGES, think=think)
        return think(partial(_ask, facts, case, vendor))
    except TooManyFactsError:
        raise _too_large(vendor) from None
    except TimeoutError:
        raise too_late(vendor) from None


def _ask(facts: Scene, case: Case, vendor: Vendor) -> Judged:
    return Judged(facts.screen(case, vendor.party), facts.proof(case, vendor.party))


def _too_large(vendor: Vendor) -> Unavailable:
    return Unavailable(
        f"More than {GATE_EDGES} facts bear on {vendor}, which the gate does not judge: ask the operator.",
        code="gate_too_large",
        retry_after=RETRY_AFTER,
    )


def _refuse_late(vendor: Vendor, over: float) -> None:
    if monotonic() >= over:
        raise too_late(vendor)


def too_late(vendor: Vendor) -> Unavailable:
    """Return the refusal for a judging that took too long."""
    return Unavailable(
        f"Judging {vendor} took longer than {GATE_SECONDS} seconds, so nothing was awarded: try again.",
        code="gate_timeout",
        retry_after=RETRY_AFTER,
    )


def _decision(result: ScreeningResult, scope: UUID | None) -> ReviewDecision | None:
    return standing_decision(
        tenant=result.tenant,
        principal=result.principal,
        subject=result.subject,
        outcome=result.outcome,
        findings=result.findings,
        scope=scope,
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
