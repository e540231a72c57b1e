"""What the log keeps of a verdict, so that it can be replayed: who was judged, as of when, at which epoch, by what."""

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from conflicts.engine.findings import Finding
from conflicts.findings import to_json
from conflicts.models import Screening
from conflicts.screening import ScreeningResult

VERDICT = "verdict"
"""The key under which the data of a log row keeps it."""


def told_verdict(screened: ScreeningResult | Screening) -> dict[str, Any]:
    """Return the verdict for the log: parties by slug, the findings as a digest. The row's tenant says whose list."""
    return {
        "principal": screened.principal.slug,
        "subject": screened.subject.slug,
        "epoch": screened.epoch,
        "as_of": screened.as_of.isoformat(),
        "rule_version": screened.rule_version,
        "outcome": str(screened.outcome),
        "findings": digest(screened.findings),
        "problem": screened.problem,
    }


def digest(findings: Iterable[Finding | Mapping[str, Any]]) -> str:
    """Return the SHA-256, in hex, of findings as they are or as they are stored; both have the same."""
    told = [to_json(one) if isinstance(one, Finding) else one for one in findings]
    return sha256(json.dumps(told, sort_keys=True, cls=DjangoJSONEncoder).encode()).hexdigest()
