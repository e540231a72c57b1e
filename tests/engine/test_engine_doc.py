"""docs/engine.md tells the truth: every example is read, its facts are built, and the engine is asked again."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from conflicts.engine.bounds import HALF, WHOLE, Bounds
from conflicts.engine.bounds import Share as Size
from conflicts.engine.control import controlled_jointly, controllers_of
from conflicts.engine.coverage import coverage_of
from conflicts.engine.facts import CONSOLIDATION, Certainty, Directness, PartyKind, Standing
from conflicts.engine.findings import Finding, Rule
from conflicts.engine.ownership import integrated_ownership
from conflicts.engine.policy import Policy
from conflicts.engine.screening import Query, screen
from conflicts.engine.sides import competitor_side, group, ultimate_controllers, vendor_side
from conflicts.engine.snapshot import Snapshot
from tests.engine.facts_builder import DAY, Share, Told, World, names, pct, world

pytestmark = pytest.mark.property

DOCUMENT = Path(__file__).parents[2] / "docs" / "engine.md"
SECTION = re.compile(r"^(?:###|##(?!.*\n+### )) (?P<title>.+)$", re.MULTILINE)
"""A heading of the lowest level: a chapter has sections in the place of an example."""
BLOCK = re.compile(r"^```\n(?P<lines>.*?)^```$", re.MULTILINE | re.DOTALL)

ENDS = re.compile(r"(?:(?P<over>over )?(?P<low>[\d.]+))?(?: to )?(?:(?P<under>under )?(?P<high>[\d.]+))?")
SIZED = re.compile(r"(?P<holder>[\w&. -]+?) (?P<verb>owns?|votes?|appoints|may take) (?P<share>.+) of (?P<subject>\S+)")
TIED = re.compile(r"(?P<holder>\S+) (?P<verb>controls|consolidates|sits on|manages|is trustee of) (?P<subject>\S+)")
BUYS = re.compile(r"(?P<holder>\S+) (?:is (?P<share>[\d.]+) of the revenue of|buys from) (?P<subject>\S+)")
PAYS = re.compile(r"(?P<holder>\S+) pays (?P<amount>\d+) a (?P<per>\w+) to (?P<subject>\S+)")
KIND = re.compile(r"(?P<name>\S+) is (?P<kind>a person|a state body|not resolved)")
DAYS = re.compile(r"as of (?P<as_of>[\d-]+)(?:, known on (?P<known>[\d-]+))?")
POLICY = re.compile(r"policy (?P<name>\w+) (?P<line>[\d.]+|on)")
ROW = re.compile(r"a row of (?P<count>\d+): p0 owns (?P<share>.+) of p1, p1 of p2, and so on(?P<back> back to p0)?")

VERBS = {
    "own": "shareholding",
    "owns": "shareholding",
    "vote": "votingRights",
    "votes": "votingRights",
    "appoints": "appointmentOfBoard",
    "may take": "conditionalRightsGrantedByContract",
    "controls": "otherInfluenceOrControl",
    "consolidates": CONSOLIDATION,
    "sits on": "boardMember",
    "manages": "seniorManagingOfficial",
    "is trustee of": "trustee",
}
BARE: dict[str, Told] = {
    "announced": {"certainty": Certainty.ANNOUNCED},
    "rumoured": {"certainty": Certainty.RUMOURED},
    "indirect": {"how": Directness.INDIRECT},
    "direct or indirect": {"how": Directness.UNKNOWN},
    **{f"by {standing}": {"by": standing} for standing in Standing},
}
DATED: dict[str, Callable[[str], Told]] = {
    "since": lambda date: {"since": date},
    "until": lambda date: {"until": date},
    "said": lambda date: {"said": date},
}


class NotReadError(Exception):
    """A line of an example is none of the notation; the message quotes it."""


def share(text: str) -> Share:
    """`49`, `25 to 50`, `over 50`, `over 25 to under 50`, `under 5`, or `some`, which states nothing."""
    if text == "some":
        return None
    match = ENDS.fullmatch(text)
    if match is None or not (match["low"] or match["high"]):
        raise NotReadError(f"'{text}' is not a share.")
    low, high = match["low"], match["high"]
    if high is None:
        top = WHOLE if match["over"] else pct(float(low))
        return Bounds(pct(float(low)), top, low_open=bool(match["over"]))
    least = pct(float(low)) if low else 0
    return Bounds(least, pct(float(high)), low_open=bool(match["over"]), high_open=bool(match["under"]))


def told(words: Iterable[str]) -> Told:
    """What stands behind the commas of a fact: dates, the source's standing and day, certainty, directness."""
    row: Told = {}
    for word in words:
        name, _, date = word.partition(" ")
        if word not in BARE and name not in DATED:
            raise NotReadError(f"'{word}' is not said of a fact.")
        row.update(BARE[word] if word in BARE else DATED[name](date))
    return row


def numbered(size: Size, *, up: bool) -> str:
    """Percent to four places, a low rounded down and a high up."""
    places = Decimal(math.ceil(size / 100) if up else math.floor(size / 100)) / 10_000
    return f"{places.normalize():f}"


def bounded(low: Size, high: Size, *, low_open: bool = False, high_open: bool = False) -> str:
    least, most = numbered(low, up=False), numbered(high, up=True)
    if low == high:
        return least
    return f"{'over ' if low_open else ''}{least} to {'under ' if high_open else ''}{most}"


def finding_told(finding: Finding) -> str:
    size = []
    if finding.low is not None:
        size = [bounded(finding.low, finding.low if finding.high is None else finding.high)]
    first = " ".join([finding.severity, finding.rule, *size])
    return "   " + ", ".join([first, *([] if finding.must else ["may"]), *_also(finding.also)])


def _also(lines: tuple[str, ...]) -> Iterator[str]:
    """The other lines of a finding, with `also`, `may cross` or `would cross` once before all that it goes for."""
    for words in ("would cross ", "", "may cross "):
        others = [line for line in lines if line.startswith(words) if words or " cross " not in line]
        if others:
            yield (words or "also ") + ", ".join(line.removeprefix(words) for line in others)


@dataclass(frozen=True)
class Example:
    """What one fenced block has told so far."""

    there: World = field(default_factory=world)
    if_: World = field(default_factory=world)
    as_of: str = DAY
    known: str = DAY
    policy: Policy = field(default_factory=Policy)

    def hears(self, line: str) -> Example:
        """The example with one more line that is no question."""
        if line.startswith("what if "):
            return replace(self, if_=fact_told(self.if_, line.removeprefix("what if "), sign="if "))
        if match := DAYS.fullmatch(line):
            return replace(self, as_of=match["as_of"], known=match["known"] or match["as_of"])
        if match := POLICY.fullmatch(line):
            return replace(self, policy=self._policy(match["name"], match["line"]))
        return replace(self, there=fact_told(self.there, line))

    def _policy(self, name: str, line: str) -> Policy:
        if name not in Policy.__dataclass_fields__:
            raise NotReadError(f"The policy has no line '{name}'.")
        value: Any = True if line == "on" else pct(float(line))
        return replace(self.policy, **{name: value})

    def on_the_day(self, *asked: str) -> Snapshot:
        kinds = {**dict.fromkeys((*asked, *self.if_.on().nodes), PartyKind.ORGANIZATION), **self.there.kinds}
        base = replace(self.there, kinds=kinds).on(self.as_of, self.known)
        return base.with_facts(self.if_.facts) if self.if_.facts else base


def fact_told(there: World, line: str, sign: str = "") -> World:
    """The world with what a line tells; `sign` sets the ids of its facts apart."""
    if match := KIND.fullmatch(line):
        return _of_kind(there, match["name"], match["kind"])
    if match := ROW.fullmatch(line):
        return _row(there, int(match["count"]), share(match["share"]), closed=bool(match["back"]))
    sentence, *words = line.split(", ")
    for pattern, tell in SENTENCES.items():
        if match := pattern.fullmatch(sentence):
            *before, fact = tell(there, match, told(words)).facts
            return replace(there, facts=(*before, replace(fact, id=sign + fact.id)))
    raise NotReadError(f"'{line}' is no line of the notation.")


def _says(there: World, said: re.Match[str], row: Told) -> World:
    size = share(said.groupdict().get("share", "some"))
    return there.says(said["holder"], VERBS[said["verb"]], said["subject"], size, **row)


def _buys(there: World, said: re.Match[str], row: Told) -> World:
    return there.buys(said["holder"], said["subject"], float(said["share"]) if said["share"] else None, **row)


def _pays(there: World, said: re.Match[str], row: Told) -> World:
    return there.commits(said["holder"], said["subject"], int(said["amount"]), per=said["per"], **row)


SENTENCES: dict[re.Pattern[str], Callable[[World, re.Match[str], Told], World]] = {
    SIZED: _says,
    TIED: _says,
    BUYS: _buys,
    PAYS: _pays,
}


def _of_kind(there: World, name: str, kind: str) -> World:
    tell = {"a person": there.people, "a state body": there.states, "not resolved": there.not_resolved}
    return tell[kind](name)


def _row(there: World, count: int, each: Share, *, closed: bool) -> World:
    """Tell of `count` parties, each the owner of the next; closed, the last owns a part of the first."""
    steps = range(count if closed else count - 1)
    rows = (world().owns(f"p{n}", f"p{(n + 1) % count}", each).facts[0] for n in steps)
    return replace(there, facts=(*there.facts, *(replace(row, id=f"p{n}") for n, row in zip(steps, rows, strict=True))))


def listed(text: str) -> tuple[str, ...]:
    return tuple(text.split(" and "))


def line_up(parties: Iterable[str]) -> str:
    return names(parties) or "nobody"


def ownership(one: Example, owners: str, subject: str) -> list[str]:
    found = integrated_ownership(one.on_the_day(), frozenset(listed(owners)), subject)
    return [bounded(found.low, found.high)]


def stake(one: Example, axis: str, holder: str, subject: str) -> list[str]:
    snap = one.on_the_day()
    found = (snap.economic if axis == "stake" else snap.voting).into(subject).get(holder)
    if found is None:
        return ["nothing"]
    ends = found.bounds
    return [bounded(ends.low, ends.high, low_open=ends.low_open, high_open=ends.high_open)]


def control(one: Example, subject: str, owners: str) -> list[str]:
    snap, holders = one.on_the_day(), frozenset(listed(owners))
    for may, answer in ((False, "must"), (True, "may")):
        if subject in controlled_jointly(snap, holders, may=may, line=one.policy.control):
            return [answer]
    return ["no"]


def competitors(one: Example, party: str, principal: str) -> list[str]:
    snap = one.on_the_day(principal)
    side = competitor_side(snap, party, client=group(snap, principal, line=HALF), line=HALF)
    return [f"must {line_up(side.must)}, may {line_up(side.may)}"]


def vendors(one: Example, party: str, principal: str) -> list[str]:
    snap = one.on_the_day(principal)
    side = vendor_side(snap, party, client=group(snap, principal, line=HALF), line=HALF)
    return [f"must {line_up(side.must)}, may {line_up(side.may)}, below {line_up(side.below)}"]


def coverage(one: Example, vendor: str) -> list[str]:
    found = coverage_of(one.on_the_day(), vendor)
    return [f"{found.coverage}, newest source {found.newest_source}" if found.newest_source else f"{found.coverage}"]


def screening(one: Example, principal: str, vendor: str, rivals: str) -> list[str]:
    snap = one.on_the_day(principal, vendor, *listed(rivals))
    answer = screen(snap, Query(principal, vendor, listed(rivals), one.policy))
    problem = [f"   {answer.problem}"] if answer.problem else []
    return [f"{answer.outcome}", *problem, *map(finding_told, answer.findings)]


def exposures(one: Example, vendor: str, cut: str) -> list[str]:
    """What a job stores of the vendor, by the bulk kernel."""
    pytest.importorskip("numba", reason="numpy and numba are for jobs; the engine does without.")
    kernel: Any = pytest.importorskip("conflicts.engine.kernel")
    built, parties = kernel.bulk_graph(one.on_the_day())
    bulk = kernel.Kernel(built, float(cut) / 100)
    bulk.run([parties.index(vendor)])
    rows = bulk.exposures(parties.index(vendor))
    sizes = zip(rows.holder, *(_millionths(each) for each in (rows.low, rows.high)), strict=True)
    stored = sorted(f"   {parties[holder]} {bounded(low, high)}" for holder, low, high in sizes)
    (rest,) = _millionths([rows.rest])
    return [f"at most {numbered(rest, up=True)} for anybody else", *stored]


def _millionths(parts: Iterable[float]) -> list[int]:
    """Near enough for four places of a percent."""
    return [round(float(part) * WHOLE) for part in parts]


QUESTIONS: dict[str, Callable[..., list[str]]] = {
    r"(.+) asks for (\S+), rivals? (.+)": screening,
    r"ownership of (.+) in (\S+)": ownership,
    r"(stake|votes) of (.+) in (\S+)": stake,
    r"control of (\S+) by (.+)": control,
    r"group of (\S+)": lambda one, party: [line_up(group(one.on_the_day(), party, line=HALF))],
    r"ultimate controllers of (\S+)": lambda one, party: [
        line_up(ultimate_controllers(one.on_the_day(), party, line=HALF))
    ],
    r"controllers of (\S+)": lambda one, party: [line_up(controllers_of(one.on_the_day(), party, may=False))],
    r"competitor's side of (\S+), client (\S+)": competitors,
    r"vendor's side of (\S+), client (\S+)": vendors,
    r"coverage of (\S+)": coverage,
    r"stored of (\S+), cut ([\d.]+)": exposures,
}


def answered(one: Example, line: str) -> list[str]:
    """The line as the engine would write it: the question, its answer, and what follows indented."""
    question, _, _ = line.removeprefix("=> ").partition(": ")
    for pattern, ask in QUESTIONS.items():
        if match := re.fullmatch(pattern, question):
            first, *rest = ask(one, *match.groups())
            return [f"=> {question}: {first}", *rest]
    raise NotReadError(f"'{line}' asks nothing that is known.")


@dataclass(frozen=True)
class Section:
    title: str
    text: str

    @cached_property
    def blocks(self) -> list[list[str]]:
        return [match["lines"].splitlines() for match in BLOCK.finditer(self.text)]

    @property
    def claims(self) -> list[str]:
        """The answers as the document has them."""
        return [line for block in self.blocks for line in block if line.startswith(("=>", "   "))]

    @cached_property
    def retold(self) -> list[str]:
        """The answers as the engine has them."""
        return [line for block in self.blocks for line in retold(block)]


def retold(block: Iterable[str]) -> Iterator[str]:
    """The answers of a block as the engine gives them."""
    one = Example()
    for line in block:
        if line.startswith("=>"):
            yield from answered(one, line)
        elif line and not line.startswith("   "):
            one = one.hears(line)


def sections_of(text: str) -> list[Section]:
    starts = list(SECTION.finditer(text))
    ends = [*(match.start() for match in starts[1:]), len(text)]
    return [Section(match["title"], text[match.end() : end]) for match, end in zip(starts, ends, strict=True)]


SECTIONS = sections_of(DOCUMENT.read_text(encoding="utf-8"))
EACH = pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.title)


@EACH
def test_the_engine_says_what_the_document_says(section: Section) -> None:
    assert section.retold == section.claims


@EACH
def test_a_section_asks_something_and_has_no_example_that_is_not_read(section: Section) -> None:
    asking = [block for block in section.blocks if any(line.startswith("=> ") for line in block)]
    assert asking == section.blocks != []
    assert section.text.count("```") == 2 * len(asking)


@EACH
def test_an_example_rests_on_its_facts(section: Section) -> None:
    (block,) = section.blocks
    facts = [place for place, line in enumerate(block) if not line.startswith(("=>", "   "))]
    without = ([*block[:place], *block[place + 1 :]] for place in facts)
    assert any(list(retold(less)) != section.retold for less in without)


def test_every_rule_has_a_section_in_which_it_is_found() -> None:
    told_of = {section.title.strip("`"): "\n".join(section.claims) for section in SECTIONS}
    assert [rule for rule in Rule if f" {rule}" not in told_of.get(rule, "")] == []


def test_a_number_that_is_changed_is_caught() -> None:
    right = ["meta owns 49 of scale", "=> ownership of meta in scale: 49"]
    assert list(retold(right)) == right[1:]
    assert list(retold(["meta owns 48 of scale", right[1]])) != right[1:]
    assert list(retold([right[0], "=> ownership of meta in scale: 48"])) != ["=> ownership of meta in scale: 48"]


@pytest.mark.parametrize(
    "line",
    [
        "meta buys scale",
        "meta owns much of scale",
        "meta owns 49 of scale, by hearsay",
        "policy kindness 3",
        "=> future of scale: bright",
    ],
)
def test_a_line_that_cannot_be_read_is_refused(line: str) -> None:
    with pytest.raises(NotReadError):
        list(retold([line]))


def test_a_section_without_an_example_is_seen() -> None:
    (bare,) = sections_of("# Engine\n## Rings\nA ring is a ring.\n")
    assert bare.blocks == []
