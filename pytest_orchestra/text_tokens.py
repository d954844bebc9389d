"""Token counts of texts that meet the runtime, each counted once.

Most texts were counted when the project was compiled. A tokenizer takes its time to load, so it is asked only for a
text whose count nobody knows yet.
"""

from __future__ import annotations

from functools import cache

from orchestra_compiler import tokens as counting
from pytest_orchestra.values import UsageSource


class TextTokens:
    """Counts by text.

    Attributes:
        tokenizer: Who counted what is already known, as the manifest names it.
    """

    def __init__(self, tokenizer: str) -> None:
        self.tokenizer = tokenizer
        self._counts: dict[str, int] = {"": 0}
        self._estimated: set[str] = set()
        self._known = UsageSource.ESTIMATED if tokenizer == counting.ESTIMATE else UsageSource.COUNTED
        self._counter: counting.TokenCounter | None = None

    def know(self, text: str, tokens: int) -> None:
        """Take over a count that was made when the project was compiled."""
        self._counts[text] = tokens

    def of(self, text: str) -> int:
        """Return the number of tokens of a text."""
        tokens = self._counts.get(text)
        if tokens is None:
            counter = self._load()
            tokens = self._counts[text] = counter.count(text)
            if counter.name == counting.ESTIMATE:
                self._estimated.add(text)
        return tokens

    def source(self, text: str) -> UsageSource:
        """Return how far the count of a text can be trusted: counted by a tokenizer, or estimated."""
        return UsageSource.ESTIMATED if text in self._estimated else self._known

    def _load(self) -> counting.TokenCounter:
        if self._counter is None:
            self._counter = counting.counter()
        return self._counter


@cache
def text_tokens(tokenizer: str) -> TextTokens:
    """Return the counts that everything in this process shares under one tokenizer's name."""
    return TextTokens(tokenizer)
