"""Mappings by party that work out an entry when it is first asked for, and mappings that lie over others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

V = TypeVar("V")


class Table(Mapping[str, V]):
    """Entries by party, each worked out once; `into` answers for any party, with what is empty where nothing is."""

    def __init__(self, parties: Callable[[], Iterable[str]], work: Callable[[str], V]) -> None:
        self._parties = parties
        self._work = work
        self._made: dict[str, V] = {}

    def into(self, party: str) -> V:
        """Return the entry of the party."""
        made = self._made.get(party)
        if made is None:
            made = self._made[party] = self._work(party)
        return made

    def __getitem__(self, party: str) -> V:
        made = self.into(party)
        if not made:
            raise KeyError(party)
        return made

    def __iter__(self) -> Iterator[str]:
        return (party for party in self._parties() if self.into(party))

    def __len__(self) -> int:
        return sum(1 for _ in self)


class Overlay(Mapping[str, V]):
    """What `changed` says counts, else what `base` says; nothing is copied."""

    def __init__(self, base: Mapping[str, V], changed: Mapping[str, V]) -> None:
        self._base = base
        self._changed = changed

    def __getitem__(self, key: str) -> V:
        return self._changed[key] if key in self._changed else self._base[key]

    def __iter__(self) -> Iterator[str]:
        yield from self._changed
        yield from (key for key in self._base if key not in self._changed)

    def __len__(self) -> int:
        return sum(1 for _ in self)
