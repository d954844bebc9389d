"""Rings in graphs of names: who hands work to whom, who escalates to whom, which step needs which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

Graph = Mapping[str, Sequence[str]]


def rings(graph: Graph) -> Iterator[tuple[str, ...]]:
    """Yield one shortest ring through the first node of every set of nodes that reach each other.

    A ring `(a, b, c)` means a -> b -> c -> a. The order of the graph decides which node is first, so equal graphs give
    equal rings. Linear in the size of the graph.
    """
    place = {node: index for index, node in enumerate(graph)}
    for members in _components(graph):
        first = min(members, key=place.__getitem__)
        if len(members) > 1 or first in graph[first]:
            yield _shortest_ring(graph, first, frozenset(members))


def _components(graph: Graph) -> Iterator[list[str]]:
    """Yield the strongly connected components (Tarjan 1972), without recursion: fleets have long chains."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    for root in graph:
        if root in index:
            continue
        work = [(root, iter(graph[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, targets = work[-1]
            for target in targets:
                if target not in graph:
                    continue
                if target not in index:
                    index[target] = low[target] = len(index)
                    stack.append(target)
                    on_stack.add(target)
                    work.append((target, iter(graph[target])))
                    break
                if target in on_stack:
                    low[node] = min(low[node], index[target])
            else:
                work.pop()
                if work:
                    parent = work[-1][0]
                    low[parent] = min(low[parent], low[node])
                if low[node] == index[node]:
                    yield _unwind(stack, on_stack, node)


def _unwind(stack: list[str], on_stack: set[str], root: str) -> list[str]:
    members = []
    while True:
        node = stack.pop()
        on_stack.discard(node)
        members.append(node)
        if node == root:
            return members


def _shortest_ring(graph: Graph, first: str, members: frozenset[str]) -> tuple[str, ...]:
    came_from: dict[str, str] = {}
    edge = [first]
    while edge:
        further = []
        for node in edge:
            for target in graph[node]:
                if target == first:
                    return _way_back(came_from, first, node)
                if target in members and target not in came_from:
                    came_from[target] = node
                    further.append(target)
        edge = further
    raise AssertionError(first)  # pragma: no cover - a component always leads back


def _way_back(came_from: Mapping[str, str], first: str, last: str) -> tuple[str, ...]:
    ring = [last]
    while ring[-1] != first:
        ring.append(came_from[ring[-1]])
    return tuple(reversed(ring))
