"""Do all give the same answer? A comparison of different answers would be worth nothing, so this comes first.

The truth is solved without a cut on the small graph: walks = (I - W_low)^-1, first meetings = walks by the party's own
diagonal (SEMANTICS 3.1).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from benchmarks.graphs import Ids, Ints, OwnershipGraph, Shares
from benchmarks.peers import Pairs

# Sums of some hundred products of doubles.
EPSILON = 1e-9


class Exposures(NamedTuple):
    """Ours for some vendors: per pair both bounds, and per vendor of `asked` what the cut may hide (slack)."""

    vendor: Ints
    party: Ints
    low: Shares
    high: Shares
    asked: Ids
    slack: Shares


class DisagreementError(AssertionError):
    """Two answers to one question differ by more than their cut explains."""


class Truth:
    """All walks and first meetings between the parties of a small graph, as dense matrices [vendor, party]."""

    def __init__(self, graph: OwnershipGraph) -> None:
        stakes = np.zeros((graph.count, graph.count))
        stakes[graph.subject, graph.owner] = graph.low
        self.walks: Shares = np.linalg.inv(np.eye(graph.count) - stakes).astype(np.float64)
        self.meetings: Shares = self.walks / np.diagonal(self.walks)

    def table(self, vendor: Ints, party: Ints, values: Shares) -> Shares:
        """Pairs as a dense matrix, 0 where none is told."""
        dense = np.zeros_like(self.walks)
        dense[vendor, party] = values
        return dense


def check(graph: OwnershipGraph, ours: Exposures, peers: Mapping[str, Pairs]) -> list[str]:
    """Compare everybody with the truth and with each other; return what was seen, or raise DisagreementError."""
    truth = Truth(graph)
    tables = {name: truth.table(*pairs) for name, pairs in peers.items()}
    return [*_peers_agree(truth, tables, graph.vendors), *_ours_holds(truth, ours, tables)]


def _peers_agree(truth: Truth, tables: Mapping[str, Shares], vendors: Ids) -> list[str]:
    """Search by walks finds the same to the last pair; scipy, which adds before it drops, at least that."""
    by_walk = {name: table for name, table in tables.items() if not name.startswith("scipy")}
    seen: list[str] = []
    for name, table in tables.items():
        _demand(table - truth.walks, f"{name} finds more than there is")
        for other, least in by_walk.items():
            _demand(least - table, f"{name} finds less than {other}")
        lost = float((truth.walks - table)[vendors].max())
        seen.append(f"{name}: {int((table[vendors] > 0).sum()):,} pairs, loses at most {lost:.2g} of a pair")
    return seen


def _ours_holds(truth: Truth, ours: Exposures, tables: Mapping[str, Shares]) -> list[str]:
    """Low <= truth <= high + slack, the low loses no more than the slack, and no peer finds more than ours."""
    asked = ours.asked
    low = truth.table(ours.vendor, ours.party, ours.low)[asked]
    high = truth.table(ours.vendor, ours.party, ours.high)[asked]
    true, slack = truth.meetings[asked], ours.slack[:, None]
    # The vendor itself is no holder of itself.
    others = np.arange(len(truth.walks)) != asked[:, None]
    _demand((low - true) * others, "our low is over the truth")
    _demand((true - high - slack) * others, "our high and slack are under the truth")
    _demand((true - low - slack) * others, "our low loses more than the slack that was booked")
    for name, table in tables.items():
        first = (table / np.diagonal(truth.walks))[asked]
        _demand((first - low - slack) * others, f"{name} finds more than our low and slack")
    lost = float(((true - low) * others).max())
    pairs, most = len(ours.vendor), float(ours.slack.max())
    return [f"ours: {pairs:,} pairs with both bounds, the low loses at most {lost:.2g}, slack at most {most:.2g}"]


def _demand(excess: Shares, sentence: str) -> None:
    worst = float(excess.max())
    if worst > EPSILON:
        raise DisagreementError(f"{sentence}, by {worst:.3g}.")
