"""Strongly connected components, without recursion, so that depth is no limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


def components_owners_first(owners: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """Tarjan's components of `state -> owners`, each after all components that it leads to."""
    return _Tarjan(owners).run()


class _Tarjan:
    def __init__(self, owners: Mapping[str, Sequence[str]]) -> None:
        self.owners = owners
        self.index: dict[str, int] = {}
        self.low: dict[str, int] = {}
        self.stack: list[str] = []
        self.on_stack: set[str] = set()
        self.found: list[list[str]] = []

    def run(self) -> list[list[str]]:
        for state in self.owners:
            if state not in self.index:
                self._walk(state)
        return self.found

    def _walk(self, root: str) -> None:
        path: list[tuple[str, Iterator[str]]] = [self._enter(root)]
        while path:
            state, pending = path[-1]
            following = next(pending, None)
            if following is None:
                path.pop()
                self._leave(state, path[-1][0] if path else None)
            elif following not in self.index:
                path.append(self._enter(following))
            elif following in self.on_stack:
                self.low[state] = min(self.low[state], self.index[following])

    def _enter(self, state: str) -> tuple[str, Iterator[str]]:
        self.index[state] = self.low[state] = len(self.index)
        self.stack.append(state)
        self.on_stack.add(state)
        return state, iter(self.owners[state])

    def _leave(self, state: str, below: str | None) -> None:
        if below is not None:
            self.low[below] = min(self.low[below], self.low[state])
        if self.low[state] != self.index[state]:
            return
        component: list[str] = []
        while not component or component[-1] != state:
            component.append(self.stack.pop())
            self.on_stack.discard(component[-1])
        self.found.append(component)
