"""Who reaches a vendor, how much and by which way: what is stored of each vendor, in plain Python.

The readable reference of `conflicts.engine.kernel`, and the fallback where numpy is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from conflicts.engine.bounds import HALF, WHOLE, Share
from conflicts.engine.control import above, controlled_by
from conflicts.engine.control_paths import control_tree
from conflicts.engine.ownership import integrated_ownership

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conflicts.engine.snapshot import Snapshot

Chain = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Exposure:
    """A vendor is reached by a holder: bounds of integrated ownership in millionths of a percent, and control.

    `path` names the parties from the holder down to the vendor: the one chain of stakes and assertions that carries
    most at their highs, the shortest of those; where only votes and control lead down, the shortest chain of control.
    Of what is held jointly it names the member that it comes from. Empty where no chain is found.
    """

    holder: str
    low: Fraction
    high: Fraction
    must_control: bool
    may_control: bool
    path: Chain


def exposures_of(snap: Snapshot, vendor: str, *, line: int = HALF) -> dict[str, Exposure]:
    """Everybody who may have a part of the vendor or may control it, by name; `line` is that of control.

    Joint names carry on and are no holders (2.3). Raises EngineRefusalError as integrated_ownership does.
    """
    chains = heaviest_chains(snap, vendor)
    holders = sorted(above(snap, vendor) - {vendor} - snap.joint.keys())
    told = (_exposure(snap, holder, vendor, chain=chains.get(holder, ()), line=line) for holder in holders)
    return {exposure.holder: exposure for exposure in told if exposure.high > 0 or exposure.may_control}


def _exposure(snap: Snapshot, holder: str, vendor: str, *, chain: Chain, line: int) -> Exposure:
    owned = integrated_ownership(snap, frozenset({holder}), vendor)
    must, may = (vendor in controlled_by(snap, holder, may=may, line=line) for may in (False, True))
    if not chain and may:
        chain = _chain_of_control(snap, holder, vendor, line=line)
    return Exposure(holder, owned.low, owned.high, must, may, chain)


def _chain_of_control(snap: Snapshot, holder: str, vendor: str, *, line: int) -> Chain:
    came, chain = control_tree(snap, holder, may=True, line=line), [vendor]
    while chain[-1] != holder and chain[-1] in came:
        chain.append(came[chain[-1]][0])
    return tuple(reversed(chain)) if chain[-1] == holder else ()


def heaviest_chains(snap: Snapshot, vendor: str) -> dict[str, Chain]:
    """From each party above the vendor the chain down with the largest product of highs, joint names left out.

    A product never grows on the way up, so the best chain yet unknown is found first (Dijkstra 1959).
    """
    found: dict[str, Chain] = {}
    waiting: list[tuple[Share, int, Chain]] = [(-1, 1, (vendor,))]
    while waiting:
        weight, length, chain = heappop(waiting)
        if chain[0] in found:
            continue
        found[chain[0]] = chain
        for holder, high in _highs(snap, chain[0]):
            if holder not in found:
                heappush(waiting, (weight * high / WHOLE, length + 1, (holder, *chain)))
    joint = snap.joint.keys()
    return {holder: tuple(party for party in chain if party not in joint) for holder, chain in found.items()}


def _highs(snap: Snapshot, subject: str) -> Iterator[tuple[str, Fraction]]:
    for table in (snap.economic, snap.asserted_economic):
        for stake in table.into(subject).values():
            if stake.bounds.high > 0:
                yield stake.holder, Fraction(stake.bounds.high)
