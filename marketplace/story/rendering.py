"""The report told in the terminal: tables from what was computed, colour only where a terminal shows it."""

from collections.abc import Sequence

from django.core.management.base import OutputWrapper
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from conflicts.engine.findings import Rule
from conflicts.findings import holder_text
from marketplace.story.report import Report, Row

COLOURS = {"blocked": "red", "block": "red", "review": "yellow", "clear": "green", "unknown": "magenta"}
SHOWN_SUBSTITUTES = 8
WIDTH = 120
EVE, DEAL = "2025-06-11", "2025-06-12"


def console_on(stream: OutputWrapper) -> Console:
    """Return a console that is as wide as the terminal, or wide enough for the tables where there is none."""
    return Console(file=stream, width=None if stream.isatty() else WIDTH, highlight=False)  # type: ignore[arg-type]


def render(report: Report, console: Console) -> None:
    """Print the whole story."""
    _loaded(report, console)
    _eve(report, console)
    _what_if(report, console)
    _deal(report, console)
    _proof(report, console)
    _alerts(report, console)
    _substitutes(report, console)
    _refusal(report, console)
    _hindsight(report, console)


def _loaded(report: Report, console: Console) -> None:
    total = sum(row["added"] for row in report.loaded)
    late = sum(row["left_out"] for row in report.loaded)
    emptied = sum(row["ends_emptied"] for row in report.loaded)
    rejected = sum(row["rejected"] for row in report.loaded)
    console.rule("[bold]11 June 2025: the facts of the day", align="left")
    console.print(
        f"{total} rows loaded from the public facts, {late} left out because they begin later, "
        f"{emptied} ends left open because nobody could know them, {rejected} rejected."
    )


def _eve(report: Report, console: Console) -> None:
    rows = report.screened_on(EVE)
    console.print(f"\nGoogle against all {len(rows)} vendors, as of and as known on 11 June ({_counts(rows)}):")
    console.print(_screenings([row for row in rows if row["findings"] or row["coverage"] != "none"]))
    silent = [row["vendor"] for row in rows if not row["findings"] and row["coverage"] == "none"]
    console.print(f"Clear, but no ownership facts are known of {', '.join(silent)}.\n")
    scale = report.screening(vendor="scale-ai", as_of=EVE)
    console.print(f"Scale AI is {_word(scale['outcome'])}: ", end="")
    console.print("; ".join(finding_text(found) for found in scale["findings"] if found["severity"] != "note") + ".")


def _what_if(report: Report, console: Console) -> None:
    console.rule("[bold]11 June 2025: what if the deal were done on the 12th? (nothing is written)", align="left")
    table = _table("client", "vendor", "before", "after", "running engagements that it would hit")
    for row in report.what_if:
        hit = "\n".join(_engagement(one) for one in row["engagements"]) or "-"
        table.add_row(row["principal"], row["vendor"], _word(row["before"]), _word(row["after"]), hit)
    console.print(table)


def _deal(report: Report, console: Console) -> None:
    console.rule("[bold]12 June 2025: Meta takes 49% of Scale AI, without votes", align="left")
    rows = report.screened_on(DEAL)
    console.print(
        f"{report.event['rows']} rows recorded as one event (epoch {report.event['epoch']}); the worker has rescored. "
        f"Google against all {len(rows)} vendors now ({_counts(rows)}); what changed:"
    )
    before = {row["vendor"]: row for row in report.screened_on(EVE)}
    console.print(_screenings([row for row in rows if row["outcome"] != before[row["vendor"]]["outcome"]]))


def _proof(report: Report, console: Console) -> None:
    scale = report.screening(vendor="scale-ai", as_of=DEAL)
    console.print(f"\nGoogle - Scale AI is {_word(scale['outcome'])}. The findings, each with its proof:")
    for found in scale["findings"]:
        console.print(f"  {_word(found['severity'])} {finding_text(found)}")
        for step in found["path"]:
            since = f", since {step['start']}" if step["start"] else ""
            console.print(
                f"      {holder_text(step['holder'], {})} -> {step['subject']}: {step['type']}{_size(step)}{since}"
            )
            console.print(f"      [dim]{escape(step['source'])}[/dim]", soft_wrap=True)


def _alerts(report: Report, console: Console) -> None:
    console.print("\nAlerts: running engagements whose outcome got worse")
    table = _table("client", "vendor", "before", "after", "because of", "engagement")
    running = {(row["principal"], row["vendor"]): row for row in report.running}
    for row in report.alerts:
        told = _engagement(running[row["principal"], row["vendor"]])
        words = "\n".join(row["rules"])
        table.add_row(row["principal"], row["vendor"], _word(row["before"]), _word(row["after"]), words, told)
    console.print(table)
    alerted = {row["principal"] for row in report.alerts}
    flipped = {row["principal"] for row in report.what_if if row["vendor"] == "scale-ai"}
    console.print(f"Flipped as well, without a running engagement: {', '.join(sorted(flipped - alerted)) or 'nobody'}.")


def _substitutes(report: Report, console: Console) -> None:
    mine = [row for row in report.substitutes if row["principal"] == "google"]
    console.print(f"\nWho could take over from Scale AI for Google's open request (the first of {len(mine)}):")
    table = _table("rank", "vendor", "outcome", "coverage", "score", "why this score", "findings")
    for row in mine[:SHOWN_SUBSTITUTES]:
        found = report.screening(vendor=row["vendor"], as_of=DEAL)["findings"]
        why = "\n".join(f"{part['part']}: {part['note']}" for part in row["parts"])
        notes = "\n".join(finding_text(finding) for finding in found) or "no findings"
        if row["coverage"] == "none":
            notes = "no ownership facts known" if not found else f"{notes}\nno ownership facts known"
        table.add_row(str(row["rank"]), row["vendor"], _word(row["outcome"]), row["coverage"], row["score"], why, notes)
    console.print(table)


def _refusal(report: Report, console: Console) -> None:
    refused = report.refused_award
    console.print(
        f"\nGoogle awards Scale AI all the same: refused with {refused['status']} by {', '.join(refused['rules'])}."
    )
    console.print(f"  {escape(report.refusal)}")


def _hindsight(report: Report, console: Console) -> None:
    console.rule("[bold]13 June 2025: looking back", align="left")
    asked = {
        "eve_as_known_after": "as of 11 June as known on 13 June: the same findings as on the 11th",
        "deal_as_known_before": "as of 12 June as known on 11 June: nothing of the deal",
        "deal_as_known_then": "as of 12 June as known on 12 June: the findings of that day",
    }
    for key, sentence in asked.items():
        console.print(f"  {'[green]yes[/green]' if report.hindsight[key] else '[red]NO[/red]'}  {sentence}")


def _screenings(rows: Sequence[Row]) -> Table:
    table = _table("vendor", "outcome", "coverage", "findings")
    for row in sorted(rows, key=lambda row: (-_weight(row["outcome"]), row["vendor"])):
        table.add_row(row["vendor"], _word(row["outcome"]), row["coverage"], _short(row["findings"]))
    return table


def _short(findings: Sequence[Row]) -> str:
    """The findings that make the outcome, and how many notes there are beside them."""
    told = [f"{_word(found['severity'])} {finding_text(found)}" for found in findings if found["severity"] != "note"]
    notes = len(findings) - len(told)
    return "\n".join([*told, *([f"{notes} note{'s' * (notes > 1)}"] if notes else [])]) or "-"


def _weight(outcome: str) -> int:
    return ["clear", "review", "unknown", "blocked"].index(outcome)


def _counts(rows: Sequence[Row]) -> str:
    outcomes = [row["outcome"] for row in rows]
    return ", ".join(f"{outcomes.count(word)} {word}" for word in ("clear", "review", "blocked", "unknown"))


def finding_text(found: Row) -> str:
    """Return one finding in a line: rule, who holds in whom, the bounds and the line."""
    bounds = "" if found["low"] is None else f" {_bounds(found['low'], found['high'])}"
    line = "" if found["line"] is None else f" (line {found['line']}%)"
    return f"{found['rule']}: {_ends(found)}{bounds}{line}{'' if found['must'] else ', may'}"


def _ends(found: Row) -> str:
    """Who holds in whom. The path of an aggregate proves several, that of a stale finding is a heap of old facts."""
    path = found["path"]
    if not path:
        return "the same party"
    if found["rule"] == Rule.STALE:
        return f"old sources on {', '.join(dict.fromkeys(step['subject'] for step in path))}"
    holder = "competitors together" if found["rule"] == Rule.AGGREGATE else holder_text(path[0]["holder"], {})
    return f"{holder} - {path[-1]['subject']}"


def _bounds(low: str, high: str | None) -> str:
    return f"{low}%" if high in {low, None} else f"{low} to {high}%"


def _size(step: Row) -> str:
    return "" if step["low"] is None else f" {_bounds(step['low'], step['high'])}"


def _engagement(row: Row) -> str:
    amount = f", {row['currency']} {int(float(row['amount'])):,} a {row['amount_per']}" if row["amount"] else ""
    return f"{row['title']}{amount}"


def _word(word: str) -> str:
    colour = COLOURS.get(word)
    return f"[{colour}]{word}[/{colour}]" if colour else word


def _table(*columns: str) -> Table:
    table = Table(show_lines=False, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table
