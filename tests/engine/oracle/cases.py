"""Cases small enough to work out by hand, in percent; each says what goes wrong where it is got wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from tests.engine.graphs import Graph, percent
from tests.engine.oracle.worlds import Band, Pair

Told = Mapping[str, float | tuple[float, float]]
S = frozenset("s")


def stakes(told: Told) -> dict[Pair, Band]:
    """Stakes from {"holder>subject": percent or (low, high)}."""
    read: dict[Pair, Band] = {}
    for key, value in told.items():
        holder, subject = key.split(">")
        low, high = value if isinstance(value, tuple) else (value, value)
        read[holder, subject] = percent(low), percent(high)
    return read


@dataclass(frozen=True)
class Case:
    """What `owners` own in `subject`, as percent."""

    told: Told
    subject: str
    low: Fraction | float
    high: Fraction | float
    owners: frozenset[str] = S
    stop: frozenset[str] = frozenset()

    @property
    def graph(self) -> Graph:
        return Graph(-1, stakes(self.told), self.owners, self.stop)


A_AND_B_BESIDE_C: Told = {"s>a": 100, "s>b": 100, "a>v": (0, 100), "b>v": (0, 100), "c>v": 60}

THIRDS_BESIDE_NO_VOTES: Told = {"s>v": 10, "d>v": 20, "m>v": 40, "s>d": 100}
"""With no votes for m, s and its d have at most 30 / 60: a half, unless each third is rounded up by itself."""

OWNERSHIP = {
    "a chain multiplies": Case({"s>a": 50, "a>v": 50}, "v", 25, 25),
    "chains add": Case({"s>a": 50, "s>b": 50, "a>v": 40, "b>v": 40}, "v", 40, 40),
    "a set owns as a set": Case({"s>v": 30, "t>v": 25}, "v", 55, 55, owners=frozenset("st")),
    "what an owner holds in an owner is not counted again": Case(
        {"s>t": 100, "t>v": 40, "s>v": 10}, "v", 50, 50, owners=frozenset("st")
    ),
    "an owner owns itself": Case({"x>s": 90}, "s", 100, 100),
    "a ring gives more than its chain": Case(
        {"b>a": 50, "a>b": 50, "s>b": 50}, "a", Fraction(100, 3), Fraction(100, 3)
    ),
    "the sticking ring": Case({"b>a": (0, 100), "c>a": (0, 100), "a>b": 100, "s>c": 50, "x>c": 50}, "a", 0, 50),
    "a ring of bands whose inverse goes negative": Case(
        {"b>a": (50, 75), "c>a": (25, 50), "a>b": (75, 100), "a>c": (50, 75), "s>c": 25}, "a", 12.5, 100
    ),
    "a closed ring that never reaches the owners": Case({"a>b": 100, "b>a": 100, "s>x": 30}, "a", 0, 0),
    "self-held shares leave the rest to the others": Case({"v>v": 20, "s>v": 40}, "v", 50, 50),
    "a party that holds all of itself": Case({"v>v": 100, "s>x": 10}, "v", 0, 0),
    "a self-held band lends its weight": Case({"v>v": (0, 60), "s>v": 40}, "v", 40, 100),
    "the total cuts the box": Case({"s>p": 100, "s>q": 100, "p>v": (0, 60), "q>v": (0, 60)}, "v", 0, 100),
    "the others' lows tighten a high": Case({"s>v": (0, 100), "x>v": 70}, "v", 0, 30),
    "lows past 100%": Case({"s>v": 60, "x>v": 60}, "v", 0, 60),
    "two ways past 100%": Case({"s>p": 100, "s>q": 100, "p>v": 70, "q>v": 70}, "v", 0, 100),
    "a walk stops at the client's side": Case({"s>c": 100, "c>v": 80, "s>v": 10}, "v", 10, 10, stop=frozenset("c")),
}
