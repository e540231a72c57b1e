"""Votes from shares and from stated votes (SEMANTICS 2.3, 2.4), before any rule reads them."""

from __future__ import annotations

from fractions import Fraction

from tests.engine.oracle.worlds import WHOLE, Band, Pair, Share, Stakes, into

USUAL_CLASS = 10
"""Votes a share of a super-voting class: ten are usual (SEMANTICS 2.4)."""


def votes_of(shares: Stakes, stated: Stakes) -> dict[Pair, Band]:
    """The votes of every holder in every subject, exact, in millionths of a percent; self-held ones carry nothing."""
    votes: dict[Pair, Band] = {}
    for subject in sorted({subject for _, subject in [*shares, *stated]}):
        votes |= _votes_in(_of_others(into(shares, subject)), _of_others(into(stated, subject)))
    return votes


def _of_others(stakes: Stakes) -> dict[Pair, Band]:
    return {(holder, subject): band for (holder, subject), band in stakes.items() if holder != subject}


def _votes_in(shares: Stakes, stated: Stakes) -> dict[Pair, Band]:
    rest = {pair: band for pair, band in shares.items() if pair not in stated}
    if not stated:
        return dict(shares)
    if all(high == 0 for _, high in stated.values()):
        return dict(stated) | _beside_a_class_without_votes(rest, shares, stated)
    return dict(stated) | _beside_a_voting_class(rest, stated)


def _beside_a_voting_class(rest: Stakes, stated: Stakes) -> dict[Pair, Band]:
    """The first case of 2.4, also where the stated votes are not above the holder's shares: the text is silent there.

    Shares count as votes no more once votes are stated, and ten votes a share are usual.
    """
    left = WHOLE - sum(low for low, _ in stated.values())
    return {pair: (0, min(left, USUAL_CLASS * high)) for pair, (_, high) in rest.items()}


def _beside_a_class_without_votes(rest: Stakes, shares: Stakes, stated: Stakes) -> dict[Pair, Band]:
    voting = WHOLE - sum(shares.get(pair, (0, 0))[0] for pair in stated)
    return {pair: (low, _most_of(high, voting)) for pair, (low, high) in rest.items()}


def _most_of(share: Share, voting: Share) -> Share:
    """The share times 100 / (100 - z): where the class without votes is everything, any share may be all votes."""
    return min(Fraction(WHOLE), Fraction(share * WHOLE) / voting) if voting > 0 else WHOLE * (share > 0)
