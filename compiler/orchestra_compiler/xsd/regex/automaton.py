"""Matches texts step by step: what is left of an expression after each character (Antimirov's partial derivatives).

A remainder is a tuple of nodes still to be matched one after the other. The remainders after a text are a set whose
size depends on the expression alone, so that matching takes time linear in the text, and repetitions are counted down
as they are met, so that `{0,10000000}` costs nothing until it is used.
"""

from __future__ import annotations

from collections.abc import Iterator

from orchestra_compiler.xsd.regex.characters import CharSet
from orchestra_compiler.xsd.regex.syntax import Choice, Node, One, Repeat, Sequence, nests_repeats, simplified

Remainder = tuple[Node, ...]
Step = tuple[CharSet, Remainder]

_MOST_WAYS = 10**9
_MOST_REMAINDERS = 2_000


class Automaton:
    """One expression, ready to be walked; what a walk finds out is kept."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.start: Remainder = (simplified(node),)
        self.nests = nests_repeats(node)
        self._nullable: dict[Node, bool] = {}
        self._heads: dict[Node, tuple[Step, ...]] = {}
        self._steps: dict[Remainder, tuple[Step, ...]] = {}
        self._sets: dict[CharSet, CharSet] = {}  # equal sets as one object, so that they compare fast
        self._repeats: dict[tuple[Node, int, int | None], Repeat] = {}

    def matches(self, text: str) -> bool:
        """Return whether a whole text matches; False too where that would take more than a few thousand remainders."""
        current: set[Remainder] = {self.start}
        for char in text:
            current = {after for each in current for chars, after in self.steps(each) if char in chars}
            if not 0 < len(current) <= _MOST_REMAINDERS:
                return False
        return any(self.accepts(each) for each in current)

    def effort(self, text: str) -> int:
        """Return how many ways a matcher that tries them one after the other could go along a text.

        It doubles with each character for expressions such as `(a+)+b`, which Python's own matcher takes ages for.
        """
        if not self.nests:
            return len(text)
        current: dict[Remainder, int] = {(self.node,): 1}
        total = 1
        for char in text:
            following: dict[Remainder, int] = {}
            for remainder, ways in current.items():
                for chars, after in self._arrows(remainder):
                    if char in chars:
                        following[after] = following.get(after, 0) + ways
            current = following
            total += sum(current.values())
            if len(current) > _MOST_REMAINDERS:
                return _MOST_WAYS
            if total > _MOST_WAYS:
                return total
        return total

    def accepts(self, remainder: Remainder) -> bool:
        """Return whether nothing more need come."""
        return all(self._is_nullable(node) for node in remainder)

    def steps(self, remainder: Remainder) -> tuple[Step, ...]:
        """Return the characters that may come next, each with what remains then."""
        known = self._steps.get(remainder)
        if known is not None:
            return known
        found: dict[Remainder, CharSet] = {}
        for chars, after in self._arrows(remainder):
            found[after] = found[after] | chars if after in found else chars
        steps = self._steps[remainder] = tuple(
            (self._sets.setdefault(chars, chars), after) for after, chars in found.items() if chars
        )
        return steps

    def _arrows(self, remainder: Remainder) -> Iterator[Step]:
        for position, node in enumerate(remainder):
            rest = remainder[position + 1 :]
            for chars, tail in self._heads_of(node):
                yield chars, tail + rest
            if not self._is_nullable(node):
                break

    def _is_nullable(self, node: Node) -> bool:
        known = self._nullable.get(node)
        if known is None:
            known = self._nullable[node] = self._may_be_empty(node)
        return known

    def _may_be_empty(self, node: Node) -> bool:
        if isinstance(node, One):
            return False
        if isinstance(node, Sequence):
            return all(self._is_nullable(part) for part in node.parts)
        if isinstance(node, Choice):
            return any(self._is_nullable(branch) for branch in node.branches)
        return node.least == 0 or self._is_nullable(node.part)

    def _heads_of(self, node: Node) -> tuple[Step, ...]:
        known = self._heads.get(node)
        if known is None:
            known = self._heads[node] = tuple(self._first_steps(node))
        return known

    def _first_steps(self, node: Node) -> list[Step]:
        if isinstance(node, One):
            return [(node.chars, ())]
        if isinstance(node, Choice):
            return [step for branch in node.branches for step in self._heads_of(branch)]
        if isinstance(node, Repeat):
            if node.most == 0:
                return []
            again = self._less(node)
            return [(chars, (*tail, *again)) for chars, tail in self._heads_of(node.part)]
        found: list[Step] = []
        for position, part in enumerate(node.parts):
            rest = node.parts[position + 1 :]
            found.extend((chars, tail + rest) for chars, tail in self._heads_of(part))
            if not self._is_nullable(part):
                break
        return found

    def _less(self, node: Repeat) -> Remainder:
        """Return a repetition after one round; rounds that may be empty need not be counted from below."""
        least = 0 if self._is_nullable(node.part) else max(0, node.least - 1)
        most = None if node.most is None else node.most - 1
        if most == 0:
            return ()
        if (least, most) == (node.least, node.most):
            return (node,)
        key = node.part, least, most
        if key not in self._repeats:
            self._repeats[key] = Repeat(node.part, least, most)
        return (self._repeats[key],)
