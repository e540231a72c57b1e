"""What a decision or waiver is made under (SEMANTICS 8.3): scope, conditions, last day, documents, measures."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from conflicts.engine.findings import Finding, Severity
from conflicts.engine.policy import WAIVER_DAYS
from conflicts.models import DecisionKind, FarConflict, MitigationKind

LONGEST_NAME = 200
LONGEST_URL = 1000
MOST_ATTACHED = 50


@dataclass(frozen=True, kw_only=True)
class DocumentDraft:
    """A document by reference: a title, and either an address or the id of a private file."""

    title: str
    url: str = ""
    file: UUID | None = None

    @property
    def problem(self) -> str:
        """Return a sentence where it cannot be right."""
        if not self.title.strip() or len(self.title) > LONGEST_NAME:
            return f"Give the document a title of at most {LONGEST_NAME} characters."
        if bool(self.url) == bool(self.file):
            return "Name either the address of the document or the id of a private file."
        if self.url and not _is_web_address(self.url):
            return f"Write the whole address, https://..., in at most {LONGEST_URL} characters."
        return ""


@dataclass(frozen=True, kw_only=True)
class MitigationDraft:
    """A measure and who answers for it."""

    kind: str
    text: str
    responsible: str
    document: DocumentDraft | None = None

    @property
    def problem(self) -> str:
        """Return a sentence where it cannot be right."""
        if self.kind not in MitigationKind.values:
            return f"A measure is one of {', '.join(MitigationKind.values)}."
        if not self.text.strip():
            return "Say what the measure is."
        if not self.responsible.strip() or len(self.responsible) > LONGEST_NAME:
            return f"Say who answers for the measure, in at most {LONGEST_NAME} characters."
        return self.document.problem if self.document else ""


@dataclass(frozen=True, kw_only=True)
class Terms:
    """`scope` is one labeling request, None the whole pair; `far_kinds` are beside those that the findings tell."""

    kind: str = DecisionKind.DECISION
    scope: UUID | None = None
    conditions: str = ""
    expires_on: dt.date | None = None
    far_kinds: Sequence[str] = ()
    documents: Sequence[DocumentDraft] = ()
    mitigations: Sequence[MitigationDraft] = ()

    @property
    def is_waiver(self) -> bool:
        return self.kind == DecisionKind.WAIVER


def term_problems(terms: Terms, *, today: dt.date) -> dict[str, str]:
    """Return a sentence per field that cannot be right; requested today."""
    return dict(_problems(terms, today))


def far_columns(terms: Terms, findings: Iterable[Finding]) -> dict[str, bool]:
    """Return the columns of FAR 9.5: what is told by hand and what the findings above note are by themselves."""
    told = {finding.far_kind for finding in findings if finding.severity is not Severity.NOTE}
    return {kind.column: kind.value in told or kind.value in terms.far_kinds for kind in FarConflict}


def _problems(terms: Terms, today: dt.date) -> Iterator[tuple[str, str]]:
    if terms.kind not in DecisionKind.values:
        yield "kind", f"It is one of {', '.join(DecisionKind.values)}."
    if problem := _end_problem(terms, today):
        yield "expires_on", problem
    if terms.is_waiver and not terms.conditions.strip() and not terms.mitigations:
        yield "conditions", "A waiver stands under conditions or measures: write at least one of them."
    if unknown := set(terms.far_kinds) - set(FarConflict.values):
        yield "far_kinds", f"'{min(unknown)}' is not one of {', '.join(FarConflict.values)}."
    for name, drafts in (("documents", terms.documents), ("mitigations", terms.mitigations)):
        if len(drafts) > MOST_ATTACHED:
            yield name, f"Attach at most {MOST_ATTACHED}."
        if problem := next((draft.problem for draft in drafts if draft.problem), ""):
            yield name, problem


def _end_problem(terms: Terms, today: dt.date) -> str:
    last = today + dt.timedelta(days=WAIVER_DAYS)
    if terms.expires_on is None:
        return f"A waiver ends: name its last day, {last} at the latest." if terms.is_waiver else ""
    if not today <= terms.expires_on <= last:
        return f"Name a last day from today to {last}, which is {WAIVER_DAYS} days from now."
    return ""


def _is_web_address(url: str) -> bool:
    try:
        told = urlsplit(url)
    except ValueError:
        return False
    return len(url) <= LONGEST_URL and told.scheme in {"http", "https"} and bool(told.hostname)
