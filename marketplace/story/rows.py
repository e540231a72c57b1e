"""Answers of the services as rows of the report: slugs, decimal strings, lower-case words."""

from collections.abc import Iterable
from decimal import Decimal

from conflicts.engine.findings import Finding, Step
from conflicts.screening import ScreeningResult
from conflicts.shares import to_percent
from marketplace.models import AlertSubstitute, Engagement
from marketplace.story.report import Row


def screening_row(result: ScreeningResult) -> Row:
    """Return one screening; `as_known` is the day at whose end it was known."""
    return {
        "principal": result.principal.slug,
        "vendor": result.subject.slug,
        "as_of": result.as_of.isoformat(),
        "as_known": (result.as_known or result.as_of).isoformat(),
        "outcome": result.outcome.value,
        "coverage": result.coverage.value,
        "findings": [finding_row(finding) for finding in result.findings],
    }


def finding_row(finding: Finding) -> Row:
    """Return one finding; low, high and line are percentages."""
    return {
        "rule": finding.rule.value,
        "axis": finding.axis.value,
        "severity": finding.severity.value,
        "must": finding.must,
        "low": percentage(finding.low),
        "high": percentage(finding.high),
        "line": percentage(finding.line),
        "path": [_step_row(step) for step in finding.path],
    }


def _step_row(step: Step) -> Row:
    return {
        "holder": step.holder,
        "subject": step.subject,
        "type": step.type,
        "low": percentage(step.low),
        "high": percentage(step.high),
        "start": step.start,
        "source": step.source,
    }


def percentage(share: int | None) -> str | None:
    """Return a share as a percentage; None where it is not stated."""
    return None if share is None else to_percent(share)


def engagement_rows(engagements: Iterable[Engagement]) -> list[Row]:
    """Return running engagements with the amount that the client declared."""
    return [
        {
            "title": engagement.title,
            "origin": engagement.origin,
            "start": engagement.start,
            "amount": _plain(engagement.amount),
            "currency": engagement.currency,
            "amount_per": engagement.amount_per,
        }
        for engagement in engagements
    ]


def substitute_row(substitute: AlertSubstitute) -> Row:
    """Return one vendor that could take over; `parts` say how its score came about."""
    return {
        "principal": substitute.client.party.slug,
        "rank": substitute.rank,
        "vendor": substitute.vendor.slug,
        "outcome": substitute.outcome,
        "coverage": substitute.coverage,
        "score": _plain(substitute.score),
        "parts": [dict(part) for part in substitute.parts],
    }


def _plain(number: Decimal | None) -> str | None:
    return None if number is None else f"{number.normalize():f}"
