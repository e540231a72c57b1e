"""Votes that a set holds directly in a subject, and the votes that assertions tell (SEMANTICS 2.4, 2.5, 4.1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product

from tests.engine.oracle.verdict.slots import WHOLE, Size, Slot
from tests.engine.oracle.verdict.world import ZERO, Slots, World, sum_low

Holders = Mapping[str, Slot]


@dataclass(frozen=True)
class Vote:
    """Votes of one holder in one subject: bounds, and the low that is stated as votes."""

    low: Fraction
    high: Fraction
    stated_low: Fraction


def votes_in(world: World, subject: str) -> dict[str, Vote]:
    """2.4 on raw lows: a hull over every way the rows that may be in force can be in force."""
    key = ("votes", subject)
    if key not in world.memo:
        shares, votes = _tightened(world, subject), _held_in(world.votes, subject)
        world.memo[key] = _hull(shares, votes)
    return world.memo[key]  # type: ignore[return-value]


def room_matters(world: World, subject: str) -> bool:
    """Whether the votes in a subject differ where shares are tightened before (2.6) they count as votes (2.4)."""
    return _most(votes_in(world, subject)) != _most(
        _hull(_held_in(world.share_votes, subject), _held_in(world.votes, subject))
    )


def _most(votes: Mapping[str, Vote]) -> dict[str, Fraction]:
    lows = sum((vote.low for vote in votes.values()), ZERO)
    return {holder: min(vote.high, WHOLE - lows + vote.low) for holder, vote in votes.items()}


def _held_in(slots: Slots, subject: str) -> dict[str, Slot]:
    """2.3: self-held shares carry no votes."""
    return {h: one for (h, s), one in slots.items() if s == subject and h != s}


def _tightened(world: World, subject: str) -> dict[str, Slot]:
    """2.6 before 2.4: a share that can only be nothing has no votes."""
    there = world.share_votes
    total = sum_low(there, subject)
    return {
        holder: one if total > WHOLE else _capped(one, WHOLE - total + one.low)
        for holder, one in _held_in(there, subject).items()
    }


def _capped(one: Slot, most: Fraction) -> Slot:
    options = (o and Size(o.low, min(o.high, most), o.sized) for o in one.options)
    return replace(one, options=frozenset(options))


def _hull(shares: Holders, votes: Holders) -> dict[str, Vote]:
    menus = [_menu(h, one) for h, one in votes.items()]
    variants = [_variant(shares, dict(pick)) for pick in product(*menus)]
    return {
        holder: Vote(
            min(v[holder].low for v in variants),
            max(v[holder].high for v in variants),
            min(v[holder].stated_low for v in variants),
        )
        for holder in {*shares, *votes}
    }


def _menu(holder: str, one: Slot) -> list[tuple[str, Size | None]]:
    """The stated size, a row without a number, or nothing at all."""
    menu: list[tuple[str, Size | None]] = []
    for sized in (True, False):
        there = [option for option in one.options if option is not None and option.sized is sized]
        if there:
            menu.append((holder, Size(min(o.low for o in there), max(o.high for o in there), sized)))
    return menu + [(holder, None)] * (None in one.options)


def _variant(shares: Holders, rows: Mapping[str, Size | None]) -> dict[str, Vote]:
    stated = {h: size for h, size in rows.items() if size is not None and size.sized}
    result = {h: Vote(size.low, size.high, size.low) for h, size in stated.items()}
    for holder in {*shares, *rows} - set(stated):
        result[holder] = _unstated_votes(holder, shares, rows, stated)
    return result


def _unstated_votes(holder: str, shares: Holders, rows: Mapping[str, Size | None], stated: Mapping[str, Size]) -> Vote:
    low, high = ZERO, ZERO
    if holder in shares:
        low, high = shares[holder].low, shares[holder].high
    elif rows[holder] is not None:
        high = WHOLE
    if not stated:
        return Vote(low, high, ZERO)
    if all(size.high == 0 for size in stated.values()):
        rest = WHOLE - sum((shares[h].low for h in stated if h in shares), ZERO)
        return Vote(low, min(WHOLE, high * WHOLE / rest) if rest > 0 else WHOLE, ZERO)
    rest = WHOLE - sum((size.low for size in stated.values()), ZERO)
    return Vote(ZERO, max(ZERO, min(rest, 10 * high)), ZERO)


def told_votes_in(world: World, subject: str) -> list[tuple[str, Vote]]:
    """2.5: what each assertion says of votes; a told shareholding speaks by 2.4 where its holder's votes are not."""
    key = ("told votes", subject)
    if key not in world.memo:
        votes = _held_in(world.told_votes, subject)
        direct = _held_in(world.votes, subject)
        found = [(h, Vote(one.low, one.high, one.low)) for h, one in votes.items()]
        for holder, one in _held_in(world.told_share_votes, subject).items():
            if not _states(votes.get(holder)) and not _states(direct.get(holder)):
                shares = _tightened(world, subject) | {holder: one}
                found.append((holder, _hull(shares, direct)[holder]))
        world.memo[key] = found
    return world.memo[key]  # type: ignore[return-value]


def _states(one: Slot | None) -> bool:
    return one is not None and any(option is not None and option.sized for option in one.options)


def vote_fault(world: World, subject: str) -> bool:
    return sum((vote.low for vote in votes_in(world, subject).values()), ZERO) > WHOLE


def direct_votes(world: World, group: Iterable[str], subject: str) -> tuple[Fraction, Fraction, Fraction]:
    """4.1, 2.7: low, high and stated low of the votes that a set holds directly in a subject."""
    votes, members = votes_in(world, subject), frozenset(group)
    fault = vote_fault(world, subject)
    inner = [v for h, v in votes.items() if world.inside(h, members)]
    touched = [v for h, v in votes.items() if world.touches(h, members)]
    outer = [v for h, v in votes.items() if not world.touches(h, members)]
    low, stated = sum((v.low for v in inner), ZERO), sum((v.stated_low for v in inner), ZERO)
    others = ZERO if fault else sum((v.low for v in outer), ZERO)
    high = min(sum((v.high for v in touched), ZERO), WHOLE - others)
    if fault:
        low, stated = (min(low, WHOLE), min(stated, WHOLE)) if world.supported else (ZERO, ZERO)
    return low, high, stated


def votes_of(world: World, group: Iterable[str], subject: str) -> tuple[Fraction, Fraction, Fraction]:
    """2.5: the better of what is held directly and of each assertion of one of the set, never their sum."""
    members = frozenset(group)
    low, high, stated = direct_votes(world, members, subject)
    for holder, vote in told_votes_in(world, subject):
        if world.inside(holder, members):
            low, stated = max(low, vote.low), max(stated, vote.stated_low)
        if world.touches(holder, members):
            high = max(high, vote.high)
    return low, high, stated
