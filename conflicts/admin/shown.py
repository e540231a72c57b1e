"""Facts as people read them: shares in percent, dates as written, sources as links."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from conflicts.engine.facts import POSTS
from conflicts.models import Certainty, CustomerTie, Fact, Interest, Outcome, Party, Source, Visibility
from conflicts.models.policies import LINES
from conflicts.shares import to_percent

NOT_STATED = "not stated"
SHARES = frozenset({"share_low", "share_high", "revenue_share_low", "low", "high", "line", *LINES})
"""The names under which the log and the findings keep shares, in millionths of a percent."""
OUTCOME_COLOURS = {
    Outcome.CLEAR.value: "success",
    Outcome.REVIEW.value: "warning",
    Outcome.BLOCKED.value: "danger",
    Outcome.UNKNOWN.value: "info",
}
Labelled = tuple[str, str]
"""A code, by which unfold chooses the colour, and the words that it shows."""


def share_text(low: int | None, high: int | None, *, low_open: bool = False, high_open: bool = False) -> str:
    """Return the bounds in percent: 49 %, 25 % to 50 %, more than 50 %, not stated."""
    if low is None and high is None:
        return NOT_STATED
    if low == high and low is not None:
        return f"{to_percent(low)} %"
    lower = f"{'more than' if low_open else 'at least'} {to_percent(low)} %" if low is not None else ""
    upper = f"{'less than' if high_open else 'at most'} {to_percent(high)} %" if high is not None else ""
    if lower and upper and not low_open and not high_open:
        return f"{to_percent(low or 0)} % to {to_percent(high or 0)} %"
    return ", ".join(filter(None, (lower, upper)))


def share_of(interest: Interest) -> str:
    """Return the share of an interest; a post has none."""
    if interest.type in POSTS:
        return ""
    return share_text(interest.share_low, interest.share_high, low_open=interest.low_open, high_open=interest.high_open)


def span_of(fact: Fact) -> str:
    """Return the dates as written; an unknown start is said, an open end is left open."""
    start = fact.start or "start not known"
    return f"{start} to {fact.end}" if fact.end else f"since {start}" if fact.start else start


def interest_text(interest: Interest) -> str:
    """Return how an interest is named where one is chosen."""
    began = f" since {interest.start}" if interest.start else ""
    return f"{interest.holder}: {interest.get_type_display().lower()} in {interest.subject}{began}"


def amount_text(row: Interest | CustomerTie) -> str:
    """Return an amount with its currency and period, empty where there is none."""
    if row.amount is None:
        return ""
    words = [row.currency, f"{row.amount.quantize(Decimal(1)):,}" if row.amount % 1 == 0 else f"{row.amount:,}"]
    return " ".join(filter(None, [*words, row.get_amount_per_display()]))


def in_percent(told: object) -> object:
    """Return recorded data with its shares, however deep they lie, in percent."""
    if isinstance(told, Mapping):
        return {name: _shown(str(name), value) for name, value in told.items()}
    return [in_percent(value) for value in told] if isinstance(told, list) else told


def _shown(name: str, value: object) -> object:
    return f"{to_percent(value)} %" if name in SHARES and isinstance(value, int) else in_percent(value)


def nowrap(text: str) -> str:
    """Keep a date in one piece."""
    return format_html('<span class="whitespace-nowrap">{}</span>', text) if text else ""


def remarks_of(fact: Fact) -> str:
    """Say what is not the rule: that a fact is announced, rumoured or private."""
    certainty = fact.get_certainty_display().lower() if fact.certainty != Certainty.STATED else ""
    visibility = "private" if fact.visibility == Visibility.PRIVATE else ""
    return ", ".join(filter(None, (certainty, visibility)))


def link(address: str, text: object) -> SafeString:
    return format_html('<a href="{}" class="text-primary-600 dark:text-primary-500">{}</a>', address, text)


def source_link(source: Source | None) -> str:
    """Return the publisher as a link to the document, with how good a source it is."""
    if source is None:
        return "-"
    standing = source.get_standing_display()
    if not source.url.startswith(("https://", "http://")):
        return f"{source.publisher or source.url} ({standing})"
    return format_html(
        '<a href="{}" rel="noreferrer" target="_blank" class="text-primary-600 dark:text-primary-500">{}</a> ({})',
        source.url,
        source.publisher or source.url,
        standing,
    )


def party_link(party: Party | None) -> str:
    if party is None:
        return "-"
    return link(reverse("admin:conflicts_party_change", args=[party.pk]), party.name)


def bullets(lines: Sequence[Any]) -> str:
    """Return one line each."""
    return format_html_join("", '<div class="py-0.5">{}</div>', ((line,) for line in lines)) or "-"


def outcome_label(code: str) -> Labelled:
    """Return the outcome for a coloured label."""
    return (code, Outcome(code).label)
