"""Votes in one subject, from stated votes and, where those are missing, from shares (2.4)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from conflicts.engine.bounds import NOTHING, WHOLE, Bounds, capped, hull

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conflicts.engine.holdings import Holding

VOTES_A_SHARE = 10
"""The usual ratio of a super-voting class."""


@dataclass(frozen=True, slots=True)
class Votes:
    """One holder's votes before tightening; `derived` where shares count as votes."""

    bounds: Bounds
    holding: Holding
    derived: bool = False


def votes_in(stated: Mapping[str, Holding], shares: Mapping[str, Holding]) -> dict[str, Votes]:
    """Votes by holder in one subject; both arguments are by holder, self-held rows left out.

    Stated votes that may not be in force are counted both ways, and the hull is taken.
    """
    everything = _counted(stated, shares)
    certain = {holder: votes for holder, votes in stated.items() if votes.certain}
    if len(certain) == len(stated):
        return everything
    return _hull_of(everything, _counted(certain, shares))


def asserted_votes(
    asserted: Mapping[str, Holding], stated: Mapping[str, Holding], shares: Mapping[str, Holding]
) -> dict[str, Votes]:
    """Votes that asserted shares give in one subject, by holder, beside the votes and shares held there (2.4, 2.5).

    Stated votes that may not be in force are counted both ways, and the hull is taken.
    """
    certain = {holder: votes for holder, votes in stated.items() if votes.certain}
    ways = [
        {h: Votes(_from_shares(x.effective, told, shares), x, derived=True) for h, x in asserted.items()}
        for told in (stated, certain)
    ]
    return _hull_of(*ways)


def _counted(stated: Mapping[str, Holding], shares: Mapping[str, Holding]) -> dict[str, Votes]:
    told = {holder: Votes(votes.bounds, votes) for holder, votes in stated.items()}
    derived = {
        holder: Votes(_from_shares(share.effective, stated, shares), share, derived=True)
        for holder, share in shares.items()
        if holder not in told
    }
    return told | derived


def _from_shares(share: Bounds, stated: Mapping[str, Holding], shares: Mapping[str, Holding]) -> Bounds:
    if not stated:
        return share
    if all(votes.bounds.high == 0 for votes in stated.values()):
        return _beside_voteless(share, stated, shares)
    return _beside_super_voting(share, stated)


def _beside_super_voting(share: Bounds, stated: Mapping[str, Holding]) -> Bounds:
    """[0, min(100 - the stated lows, 10 x the share's high)]."""
    left = WHOLE - sum(votes.bounds.low for votes in stated.values())
    some_open = any(votes.bounds.low_open for votes in stated.values())
    most = Bounds(0, min(WHOLE, VOTES_A_SHARE * share.high), high_open=share.high_open)
    return capped(most, left, is_open=some_open)


def _beside_voteless(share: Bounds, stated: Mapping[str, Holding], shares: Mapping[str, Holding]) -> Bounds:
    """[share low, min(100, share high x 100 / (100 - the voteless holders' share lows))]."""
    voteless = sum(shares[holder].effective.low for holder in stated if holder in shares)
    voting = WHOLE - voteless
    # Exact: two rounded thirds would sum to more than the half that they are.
    high = Fraction(share.high * WHOLE, voting) if voting > 0 else WHOLE * (share.high > 0)
    return Bounds(share.low, min(WHOLE, high), share.low_open, share.high_open and high < WHOLE)


def _hull_of(left: Mapping[str, Votes], right: Mapping[str, Votes]) -> dict[str, Votes]:
    united: dict[str, Votes] = {}
    for holder, known in {**right, **left}.items():
        one, other = left.get(holder), right.get(holder)
        ends = hull(one.bounds if one else NOTHING, other.bounds if other else NOTHING)
        derived = any(votes is not None and votes.derived for votes in (one, other))
        united[holder] = Votes(ends, known.holding, derived)
    return united
